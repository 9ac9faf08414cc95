"""What a reader chose among the members, as a query. Only what is public chooses: no draft, no response, nobody's address.

choices = MemberChoices(who="holders", theme="mobility", commune="Bagnolet")
choices.select()            # Select[Organization], without order
choices.anywhere.select()   # the same without the place: for the map
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, and_, or_, select

from models import Need, Organization, Solution, Theme
from models.choices import bodies_of, lists
from models.organization import DEMAND_KINDS, ECOSYSTEM_KINDS, KINDS, SUPPLY_KINDS
from models.solution_lifecycle import MATURITIES
from models.text import canon_line
from webapp.references.adopters import suppliers_confirmed, suppliers_declared
from webapp.search.queries import containing, reads_as_member, typed_question

#: Several kinds at once. « holders »: whoever has a solution online, communes included (R029).
GROUPS = {"demand": DEMAND_KINDS, "supply": SUPPLY_KINDS, "ecosystem": ECOSYSTEM_KINDS}
WHO = (*GROUPS, "holders", *KINDS)
#: Worked with the public sector, as the company says or as a public body confirms (R025).
REFERENCES = ("declared", "confirmed")


@dataclass(frozen=True)
class MemberChoices:
    """``who``: of WHO; ``theme``: of what it has online or looks for now; ``commune``: name or code of a commune or an EPT, where
    its seat is; ``references``: of REFERENCES; ``maturity``: of one of its solutions at least; ``label``: its own or of one of its
    solutions; ``for_members``: the reader also sees needs kept for members."""

    q: str = ""
    who: str = ""
    theme: str = ""
    commune: str = ""
    references: str = ""
    maturity: str = ""
    label: str = ""
    for_members: bool = False

    @property
    def asked(self) -> dict[str, str]:
        """Names in the address → what was chosen."""
        return {name: value for name, value in asdict(self).items() if value and name != "for_members"}

    @property
    def anywhere(self) -> MemberChoices:
        return replace(self, commune="")

    def select(self) -> Select[Organization]:
        """Verified organisations alone: nobody is listed who is not here, or not checked, or suspended, or gone."""
        return select(Organization).where(Organization.status == "verified", *self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.q:
            yield self._says(self.q)
        if self.who == "holders":
            yield _with_solution()
        elif self.who:
            yield Organization.kind.in_(GROUPS.get(self.who, (self.who,)))
        if self.theme:
            yield or_(_with_solution(lists(Solution.themes, self.theme)), self._looks_for(self.theme))
        if self.commune:
            yield Organization.id.in_(bodies_of(self.commune))
        if self.references:
            confirmed = Organization.id.in_(suppliers_confirmed())
            declared = Organization.id.in_(suppliers_declared())
            yield confirmed if self.references == "confirmed" else or_(confirmed, declared)
        if self.maturity:
            yield _with_solution(Solution.maturity >= self.maturity)
        if self.label:
            own = lists(Organization.labels, self.label)
            yield or_(own, _with_solution(lists(Solution.labels, self.label)))

    def _says(self, words: str) -> ColumnElement[bool]:
        """Its own page holds the words, or one of its solutions does."""
        own = containing(words, Organization.display_name, Organization.description)
        offered = containing(words, Solution.title, Solution.pitch)
        return or_(and_(*own), _with_solution(*offered)) if own else Organization.id.is_not(None)

    def _looks_for(self, theme: str) -> ColumnElement[bool]:
        needs = Need.shown(to_members=self.for_members).where(Need.status == "published")
        owners = needs.where(lists(Need.themes, theme)).with_only_columns(Need.organization_id)
        return Organization.id.in_(owners.order_by(None))


def _with_solution(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it has a public solution that meets all the conditions."""
    owners = Solution.public().where(*conditions).with_only_columns(Solution.organization_id)
    return Organization.id.in_(owners.order_by(None))


def chosen() -> MemberChoices:
    """What the address asks for; a value that does not exist is as if it was not chosen."""

    def one_of(name: str, allowed: Any) -> str:
        value = request.args.get(name, "")
        return value if value in allowed else ""

    return MemberChoices(
        q=typed_question(),
        who=one_of("who", WHO),
        theme=one_of("theme", Theme.codes()),
        commune=canon_line(request.args.get("commune", "")[:80]),
        references=one_of("references", REFERENCES),
        maturity=one_of("maturity", MATURITIES),
        label=one_of("label", Theme.codes("label")),
        for_members=reads_as_member(),
    )
