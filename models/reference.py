"""Where a solution serves already: declared by the company, confirmed or contested by the commune that is named.

A declared reference is the company's word; only the commune turns it into « confirmé par la collectivité ». Domain model §4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.calendar import today_in_paris
from models.database import Base, Dated, db
from models.errors import NotReady
from models.lifecycle import HasLifecycle, Lifecycle, Move, Owed
from models.organization import Organization
from models.solution import Solution
from models.territory import Territory
from models.text import fold
from models.user import User

KINDS = ("pilot", "purchase")
LABEL_MAX, NOTE_MAX, FIRST_YEAR, MOST = 160, 500, 1990, 30
#: What is on the page of the solution; what a commune contests is read by the team instead.
SHOWN = ("declared", "asked", "confirmed")
Problems = Iterable[tuple[str, str]]


def _commune(reference: Reference) -> Iterable[User]:
    return reference.organization.members() if reference.organization else []


def _suppliers(reference: Reference) -> Iterable[User]:
    return reference.solution.organization.members()


def _suppliers_and_team(reference: Reference) -> Iterable[User]:
    return [*_suppliers(reference), *db.session.scalars(User.curators())]


def _can_be_asked(reference: Reference) -> Problems:
    commune = reference.organization
    if commune is None or commune.status != "verified" or not commune.members():
        yield (
            "organization",
            "Personne de cette collectivité n’est encore inscrit : il n’y a personne à qui demander.",
        )


def _names_a_commune(reference: Reference) -> Problems:
    if reference.organization is None:
        yield "organization", "Cette référence ne nomme pas d’organisation inscrite."


LIFECYCLE = Lifecycle(
    ("declared", "asked", "confirmed", "contested", "withdrawn"),
    (
        Move(
            "ask",
            ("declared",),
            "asked",
            "system",
            guards=(_can_be_asked,),
            owes=(Owed("reference_to_confirm", _commune),),
        ),
        Move(
            "confirm",
            ("declared", "asked", "contested"),
            "confirmed",
            "contributor",
            guards=(_names_a_commune,),
            owes=(Owed("reference_confirmed", _suppliers),),
            stamps="decided_at",
        ),
        Move(
            "contest",
            ("declared", "asked", "confirmed"),
            "contested",
            "contributor",
            guards=(_names_a_commune,),
            owes=(Owed("reference_contested", _suppliers_and_team),),
            stamps="decided_at",
            reason_min=10,
        ),
        Move("withdraw", ("declared", "asked", "confirmed", "contested"), "withdrawn", "supplier"),
    ),
    {
        "declared": "la collectivité n’a pas encore été interrogée",
        "asked": "la collectivité n’a pas encore répondu",
        "confirmed": "la collectivité a déjà confirmé cette référence",
        "contested": "la collectivité conteste cette référence",
        "withdrawn": "l’entreprise a retiré cette référence",
    },
)


class Reference(Dated, HasLifecycle, Base):
    """``label``: the name as the company wrote it; ``organization``: that body where it is one of ours."""

    __tablename__ = "reference"
    lifecycle = LIFECYCLE
    subject_type = "reference"
    SHOWN = SHOWN

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    label: Mapped[str] = mapped_column(String(LABEL_MAX))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    contact_allowed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    solution: Mapped[Solution] = relationship()
    organization: Mapped[Organization | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @classmethod
    def declare(
        cls, *, solution: Solution, by: User, label: str, year: int, kind: str, contact_allowed: bool = False,
        note: str = "",
    ) -> Reference:  # fmt: skip
        """Write it down; the commune is asked at once when it is one of ours and somebody is there. Raises NotReady."""
        commune = body_named(label)
        problems = list(_complain(solution, commune, label, year, kind))
        if problems:
            raise NotReady(problems)
        reference = cls(
            solution=solution, organization=commune, author=by, label=label.strip(), year=year, kind=kind,
            contact_allowed=contact_allowed, note=note.strip(),
        )  # fmt: skip
        company = solution.organization
        db.session.add(reference)
        reference._begin("declared", by=by, organization=company, kind=kind, year=year)
        if reference.may("ask"):
            reference.ask()
        return reference

    def ask(self) -> None:
        """The commune is there: it is asked whether this is so. Once."""
        self._move("ask", by=None)

    def confirm(self, *, by: User) -> None:
        self.decided_by, self.reason = by, ""
        self._move("confirm", by=by, organization=self.organization)

    def contest(self, *, by: User, reason: str) -> None:
        """It leaves the page until the company and the team have looked at it."""
        self.decided_by, self.reason = by, reason.strip()
        self._move("contest", by=by, organization=self.organization, reason=reason)

    def withdraw(self, *, by: User) -> None:
        self._move("withdraw", by=by, organization=self.solution.organization)

    @property
    def title(self) -> str:
        return self.solution.title

    @property
    def name(self) -> str:
        """That of our organisation, which is known to be right, else what was typed."""
        return self.organization.display_name if self.organization else self.label

    @property
    def is_public(self) -> bool:
        return self.status in self.SHOWN and self.solution.is_public

    @classmethod
    def of(cls, solution: Solution) -> Select[Reference]:
        """Those that stand, the confirmed first, then the latest."""
        first = cls.status != "confirmed"
        stands = cls.status != "withdrawn"
        return (
            select(cls).where(cls.solution_id == solution.id, stands).order_by(first, cls.year.desc(), cls.id)
        )

    @classmethod
    def shown_of(cls, solution: Solution) -> Select[Reference]:
        return cls.of(solution).where(cls.status.in_(cls.SHOWN))

    @classmethod
    def due_to_ask(cls) -> Select[Reference]:
        """Declared before anybody of the commune was here; ``may('ask')`` looks whether somebody is now."""
        return (
            select(cls)
            .join(Organization, cls.organization_id == Organization.id)
            .where(cls.status == "declared", Organization.status == "verified")
        )

    @classmethod
    def to_confirm(cls, organizations: Iterable[int]) -> Select[Reference]:
        return (
            select(cls)
            .where(cls.organization_id.in_(list(organizations)), cls.status == "asked")
            .order_by(cls.id)
        )

    @classmethod
    def contested(cls) -> Select[Reference]:
        return select(cls).where(cls.status == "contested").order_by(cls.decided_at.desc())


def body_named(label: str) -> Organization | None:
    """The one public body of that name, or of the territory of that name; two of them are nobody."""
    name = fold(label.strip())
    if not name:
        return None
    found = db.session.scalars(
        select(Organization)
        .outerjoin(Territory, Organization.territory_id == Territory.id)
        .where(
            Organization.status != "archived",
            (func.fold(Organization.display_name) == name)
            | ((func.fold(Territory.name) == name) & Organization.kind.in_(("commune", "ept", "metropole"))),
        )
    ).all()
    bodies = [one for one in found if one.is_demand]
    return bodies[0] if len(bodies) == 1 else None


def _complain(
    solution: Solution, commune: Organization | None, label: str, year: int, kind: str
) -> Iterable[tuple[str, str]]:
    if solution.status == "archived":
        yield "label", "Cette fiche est archivée : ses références ne changent plus."
    if not 2 <= len(label.strip()) <= LABEL_MAX:
        yield "label", "Donnez le nom de la collectivité ou de l’organisation."
    if commune is not None and commune.id == solution.organization_id:
        yield "label", "Votre organisation n’est pas sa propre référence."
    if not FIRST_YEAR <= year <= today_in_paris().year:
        yield "year", "Donnez l’année en quatre chiffres, celle d’aujourd’hui au plus."
    if kind not in KINDS:
        yield "kind", "Dites si c’était un essai ou un achat."
    standing = list(db.session.scalars(Reference.of(solution)))
    if len(standing) >= MOST:
        yield "label", "Cette fiche a déjà trente références : retirez-en une d’abord."
    if any(
        fold(one.label) == fold(label.strip()) and (one.year, one.kind) == (year, kind) for one in standing
    ):
        yield "label", "Cette référence est déjà déclarée."
