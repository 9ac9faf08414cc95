"""What the legal route assistant answered to a public body: its inputs, the table of that day, the ways that may fit.

Written at leisure (a draft saves itself), computed once, then never changed: another look is another guidance, begun from
the first. Shown to the buyer's own people only, neither to suppliers nor to the Métropole's team (legal note, §6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, event, inspect, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.attachment import Attachment
from models.calendar import today_in_paris
from models.clues import weigh
from models.database import Base, Dated, db, utc_now
from models.errors import IllegalMove, NotReady
from models.need import Need
from models.need_support import NeedSupport
from models.organization import Organization
from models.procurement import Case, Guide, guide, hash_of
from models.procurement_past import adding_up, needs_in_words, past_with
from models.threshold import Threshold, plain_rows

if TYPE_CHECKING:
    from models.interest import Interest
    from models.solution import Solution
    from models.user import User

#: name → what an empty form holds. ``members``: [{"name", "cents"}]; ``clues``: models/clues.py.
INPUTS: dict[str, Any] = {
    "launched_on": None,
    "purchase_kind": "supplies_services",
    "buyer_kind": "local_public",
    "own_cents": None,
    "similar_cents": None,
    "members": [],
    "similar_needs": False,
    "free_test": False,
    "ready_solution": False,
    "research_needed": False,
    "innovative_lots": [],
    "supplier_name": "",
    "clues": {},
}


class Guidance(Dated, Base):
    """``inputs``: see INPUTS, and ``clues_from`` where a company's file was taken up; ``result``: what ``guide`` said, as plain
    values; ``table_hash``: the version of the table. ``made_at`` None: still being written."""

    __tablename__ = "guidance"
    subject_type = "guidance"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    table_hash: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime | None] = mapped_column(index=True, active_history=True)

    organization: Mapped[Organization] = relationship()
    need: Mapped[Need | None] = relationship()
    author: Mapped[User] = relationship()

    @classmethod
    def begin(
        cls, *, organization: Organization, by: User, need: Need | None = None, inputs: Mapping[str, Any] | None = None
    ) -> Guidance:  # fmt: skip
        """A draft for ``need``, or for nothing in particular. Its author's unfinished one is found again, unless there are
        ``inputs`` to begin from."""
        if inputs is None and (found := db.session.scalar(cls._unfinished(organization, by, need))):
            return found
        begun = cls(
            organization=organization,
            author=by,
            need=need,
            made_at=None,
            inputs=INPUTS
            | {"launched_on": today_in_paris().isoformat()}
            | (cls.known_of(need) if need and not inputs else {})
            | dict(inputs or {}),
        )
        db.session.add(begun)
        db.session.flush()
        return begun

    @classmethod
    def known_of(cls, need: Need) -> dict[str, Any]:
        """What a need says already: its amount, its kind, the other bodies that are concerned."""
        said: dict[str, Any] = {"purchase_kind": need.purchase_kind, "own_cents": need.amount_estimated_cents}
        others = db.session.scalars(NeedSupport.of(need)).all()
        said["similar_needs"] = bool(others)
        together = NeedSupport.total_cents(need)
        if together is not None:  # each amount is its own body's; their sum is the buyer's to read
            name = ", ".join(support.organization.display_name for support in others)
            said["members"] = [{"name": name, "cents": together}]
        return said

    @classmethod
    def for_interest(cls, interest: Interest, *, by: User) -> Guidance:
        """A draft for what was asked of a company (« J’adopte »), with its amount and the company’s name."""
        need, company = interest.need, interest.solution.organization.display_name
        known = cls.known_of(need) if need else {}
        if interest.amount_estimated_cents is not None:
            known["own_cents"] = interest.amount_estimated_cents
        inputs = known | {"supplier_name": company}
        return cls.begin(organization=interest.organization, by=by, need=need, inputs=inputs)

    @classmethod
    def _unfinished(cls, organization: Organization, by: User, need: Need | None) -> Select[Guidance]:
        mine = select(cls).where(
            cls.organization_id == organization.id, cls.author_id == by.id, cls.made_at.is_(None)
        )
        same = cls.need_id == need.id if need else cls.need_id.is_(None)
        return mine.where(same).order_by(cls.id.desc()).limit(1)

    def write(self, **fields: Any) -> None:
        """Keep what was typed, finished or not."""
        if self.made_at is not None:
            raise IllegalMove("Cette orientation est enregistrée : reprenez-la pour en faire une autre.")
        assert set(fields) <= set(INPUTS), fields
        self.inputs = self.inputs | fields

    def take_up(self, solution: Solution) -> None:
        """« Reprendre ce dossier »: the company's clues become the buyer's draft, who checks and justifies each."""
        self.write(clues=dict(solution.innovation_clues or {}))
        self.inputs = self.inputs | {
            "supplier_name": solution.organization.display_name,
            "clues_from": {
                "solution_id": solution.id,
                "title": solution.title,
                "organization": solution.organization.display_name,
                "on": today_in_paris().isoformat(),
                "documents": Attachment.quoted_of(solution),
            },
        }

    def compute(self, *, by: User) -> Guide:
        """Read the table of the day and keep what it says, for good. Raises NotReady (what is missing or makes no sense)."""
        if self.made_at is not None:
            raise IllegalMove("Cette orientation est enregistrée : reprenez-la pour en faire une autre.")
        if not self.inputs.get("launched_on"):
            raise NotReady([("launched_on", "Donnez la date de lancement envisagée.")])
        table = db.session.scalars(Threshold.listed()).all()
        again = past_with(self.organization, self.inputs["supplier_name"], self.need, self._day())
        beside = adding_up(self.need, self._day(), self.inputs["purchase_kind"]) if self.need else []
        found = guide(self._case(len(again), len(beside)), table, today=today_in_paris())
        points, strength = weigh(self.inputs["clues"])
        self.result = _plain(found) | {
            "points": points, "clues": strength, "same_supplier": again, "adding_up": needs_in_words(beside),
        }  # fmt: skip
        self.table_hash, self.made_at = hash_of(table), utc_now()
        Activity.record("guide", self, by=by, organization=self.organization, table=self.table_hash[:16])
        return found

    def _day(self) -> date:
        return date.fromisoformat(self.inputs["launched_on"])

    def _case(self, past_with_supplier: int, other_needs: int) -> Case:
        said = self.inputs
        return Case(
            launched_on=self._day(),
            own_cents=said["own_cents"],
            purchase_kind=said["purchase_kind"],
            buyer_kind=said["buyer_kind"],
            similar_cents=said["similar_cents"] or 0,
            members_cents=tuple(member["cents"] for member in said["members"]),
            clues=weigh(said["clues"])[1],
            ready_solution=said["ready_solution"],
            research_needed=said["research_needed"],
            innovative_lots_cents=tuple(said["innovative_lots"]),
            free_test=said["free_test"],
            similar_needs=said["similar_needs"],
            past_with_supplier=past_with_supplier,
            other_needs=other_needs,
        )

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id

    @classmethod
    def of(cls, organizations: list[int]) -> Select[Guidance]:
        """Those of some organisations, the latest first; unfinished ones on top."""
        return (
            select(cls)
            .where(cls.organization_id.in_(organizations))
            .order_by(cls.made_at.is_not(None), cls.made_at.desc(), cls.id.desc())
        )


def _plain(found: Guide) -> dict[str, Any]:
    return {
        "total_cents": found.total_cents,
        "paths": [
            {"code": path.code, "publicity": path.publicity, "articles": path.articles,
             "limits": plain_rows(path.limits)} for path in found.paths
        ],
        "flags": [
            {"code": flag.code, "count": flag.count, "rows": plain_rows(flag.rows)} for flag in found.flags
        ],
        "unknown": list(found.unknown),
        "missing": list(found.missing),
        "checked_on": found.checked_on.isoformat() if found.checked_on else None,
    }  # fmt: skip


@event.listens_for(Guidance, "before_update")
def _kept_as_it_was_made(mapper: Any, connection: Any, target: Guidance) -> None:
    history = inspect(target).attrs.made_at.history
    is_computed_now = bool(history.added) and history.deleted == [None]
    if target.made_at is not None and not is_computed_now:
        raise IllegalMove("Cette orientation est enregistrée : reprenez-la pour en faire une autre.")
