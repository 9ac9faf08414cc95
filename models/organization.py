"""A commune, an EPT, the Métropole; a startup, an SME, an association, a lab. Lifecycle: domain model §1."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from models.activity import Activity
from models.calendar import today_in_paris
from models.charter import CharterSignature, Standing, binding_versions, has_signed, standing_of
from models.database import Base, Dated, db, utc_now
from models.errors import Conflict, NotReady, RuleViolation
from models.lifecycle import HasLifecycle
from models.membership import Membership
from models.organization_facts import OrganizationFacts, canon_domains, canon_facts
from models.organization_lifecycle import LIFECYCLE, curators, is_waited_for
from models.text import slugify

if TYPE_CHECKING:
    from models.solution import Solution
    from models.user import User

DEMAND_KINDS = ("commune", "ept", "metropole", "other_public")
SUPPLY_KINDS = (
    "startup",
    "sme",
    "mid_cap",
    "large_company",
    "association",
    "cooperative",
    "lab",
    "school",
    "designer",
    "citizen_group",
)
ECOSYSTEM_KINDS = ("incubator", "investor", "expert_body")
KINDS = DEMAND_KINDS + SUPPLY_KINDS + ECOSYSTEM_KINDS
LA_POSTE = "356000000"


class Organization(OrganizationFacts, Dated, HasLifecycle, Base):
    """``sides``: demand, supply, observer (a commune may also offer its own innovations)."""

    __tablename__ = "organization"
    lifecycle = LIFECYCLE
    subject_type = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    sides: Mapped[list[str]] = mapped_column(JSON)
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    siren: Mapped[str | None] = mapped_column(String(9), index=True)
    legal_name: Mapped[str] = mapped_column(String(160))
    display_name: Mapped[str] = mapped_column(String(160), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"), index=True)
    email_domains: Mapped[list[str]] = mapped_column(JSON, default=list)
    four_eyes: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(16), default="self")
    claimed_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]

    territory = relationship("Territory")
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="organization", order_by="Membership.id"
    )
    signatures: Mapped[list[CharterSignature]] = relationship(
        back_populates="organization", order_by="CharterSignature.id"
    )

    @classmethod
    def create(
        cls,
        *,
        kind: str,
        name: str,
        by: User,
        siret: str = "",
        territory: Any = None,
        description: str = "",
        website: str = "",
        **facts: Any,
    ) -> Organization:
        """A new organisation, waiting to be verified; its creator is its first administrator. ``facts``: naf, rna, size_band,
        founded_on, labels.

        Raises NotReady (false SIRET, commune without INSEE code) or Conflict (SIRET known already).
        """
        number = check_siret(siret) if siret.strip() else None
        if kind == "commune" and (territory is None or territory.kind != "commune"):
            raise NotReady([("territory", "Choisissez votre commune dans la liste.")])
        if number and db.session.scalar(cls.by_siret(number)) is not None:
            raise Conflict(
                "Une organisation est déjà inscrite avec ce numéro SIRET : demandez à la rejoindre."
            )
        organization = cls(
            kind=kind,
            sides=list(sides_of(kind)),
            siret=number,
            siren=number[:9] if number else None,
            legal_name=name,
            display_name=name,
            territory=territory,
            description=description,
            website=website,
            email_domains=[],
            four_eyes=kind in DEMAND_KINDS,
            claimed_at=utc_now(),
            **canon_facts(facts),
        )
        db.session.add(organization)
        organization._begin("pending", by=by)
        Membership.found(user=by, organization=organization, role="org_admin", by=None)
        organization._announce(by)
        return organization

    @classmethod
    def prospect(
        cls, *, kind: str, name: str, territory: Any = None, siren: str | None = None, source: str
    ) -> Organization:
        """A known body that nobody has joined yet (invisible, can be claimed): communes and EPT from our tables."""
        organization = cls(
            kind=kind,
            sides=list(sides_of(kind)),
            siren=siren,
            legal_name=name,
            display_name=name,
            territory=territory,
            email_domains=[],
            four_eyes=kind in DEMAND_KINDS,
            source=source,
        )
        db.session.add(organization)
        organization._begin("prospect", by=None)
        return organization

    @classmethod
    def own(cls, *, name: str, territory: Any, siren: str) -> Organization:
        """The Métropole itself, verified from the start: the roles of the platform are held in it."""
        organization = cls(
            kind="metropole",
            sides=list(sides_of("metropole")),
            siren=siren,
            legal_name=name,
            display_name=name,
            territory=territory,
            email_domains=[],
            four_eyes=True,
            source="seed",
            verified_at=utc_now(),
        )
        db.session.add(organization)
        organization._begin("verified", by=None)
        return organization

    def claim(self, *, by: User) -> None:
        """The first person of a known body joins it, as its administrator."""
        self.lifecycle.choose("claim", self)
        Membership.found(user=by, organization=self, role="org_admin", by=None)
        db.session.refresh(self, ["memberships"])
        self._move("claim", by=by, organization=self)
        self._verify_by_domain(by)

    def _announce(self, by: User) -> None:
        from models.notification import Notification

        activity = Activity.record("announce", self, by=by, organization=self)
        Notification.owe("organization_pending", [by], subject=self, activity=activity)
        Notification.owe("organization_to_verify", curators(self), subject=self, activity=activity)
        self._verify_by_domain(by)

    def _verify_by_domain(self, by: User) -> None:
        """A public body whose domain is that of the confirmed address needs no hand (model §1)."""
        if self.knows_domain_of(by) and "demand" in self.sides:
            self._move("verify", by=None, organization=self, because="domain")

    def knows_domain_of(self, user: User) -> bool:
        domain = user.email.rpartition("@")[2]
        return user.confirmed_at is not None and domain in (self.email_domains or [])

    def verify(self, *, by: User) -> None:
        self._move("verify", by=by, organization=self)

    def suspend(self, *, by: User, reason: str) -> None:
        """Nothing new in its name, and its solutions go offline until it is reinstated."""
        from models.interest import Interest

        self._move("suspend", by=by, organization=self, reason=reason)
        for solution in self._solutions("published", "stale"):
            solution.suspend_with_organization(by=by, reason=reason)
        for interest in db.session.scalars(Interest.open_about(organization=self)):
            interest.void()

    def reinstate(self, *, by: User) -> None:
        self._move("reinstate", by=by, organization=self)
        for solution in self._solutions("suspended"):
            suspension = solution.last_suspension()
            if suspension and suspension.action == "suspend_with_organization":  # not for a reason of its own
                solution.reinstate_with_organization(by=by)

    def _solutions(self, *statuses: str) -> list[Solution]:
        from models.solution import Solution

        its = select(Solution).where(Solution.organization_id == self.id, Solution.status.in_(statuses))
        return list(db.session.scalars(its.order_by(Solution.id)))

    def archive(self, *, by: User) -> None:
        self._move("archive", by=by, organization=self)

    def sign_charter(self, *, by: User) -> None:
        """Bind the organisation by the charter in force, as its signatory. Raises RuleViolation (signed already, suspended)."""
        charter = self.charter_standing.charter
        self._move(
            "sign_charter", by=by, organization=self, version=charter.version, text_hash=charter.text_hash
        )
        self.signatures.append(CharterSignature(charter=charter, user=by, text_hash=charter.text_hash))
        db.session.flush()

    def ask_to_sign(self, *, by: User) -> None:
        """A member who may not sign tells those who may, once a day. Raises RuleViolation when there is nothing to sign."""
        from models.notification import Notification

        if not (self.follows_charter and self.charter_standing.must_sign):
            raise RuleViolation("La charte en vigueur est déjà signée.")
        event = f"charter_to_sign:{self.id}:{today_in_paris().isoformat()}"
        signatories = [user for user in self.validators() if user.id != by.id]
        if Notification.owe("charter_to_sign", signatories, subject=self, event=event):
            Activity.record("ask_to_sign", self, by=by, organization=self)

    @property
    def charter_standing(self) -> Standing:
        """Which version binds it, which is to be signed, until when (models/charter.py)."""
        return standing_of(self)

    @property
    def follows_charter(self) -> bool:
        """Who only offers signs the charter; a public body is held by its own duties (model §14)."""
        return self.is_supply and not self.is_demand

    @property
    def has_signed_charter(self) -> bool:
        """Whether it is bound by the charter today: signed, or within the sixty days to sign the new version."""
        return self.charter_standing.counts

    @classmethod
    def official_members(cls) -> Select[Organization]:
        """Verified, and for who offers, under a charter that still counts (indicator K1; R204, R214)."""
        return select(cls).where(
            cls.status == "verified",
            or_(cls.kind.in_(DEMAND_KINDS), has_signed(binding_versions(today_in_paris()))),
        )

    def merge(self, *, into: Organization, on: date, by: User, reason: str) -> None:
        """Hand everything over to ``into`` and close: see models/merger.py. Raises RuleViolation."""
        from models.merger import hand_over

        hand_over(self, into, on=on, by=by, reason=reason)

    def revise(self, *, by: User, **fields: Any) -> None:
        """Change the public profile (display_name, description, website, four_eyes) and the facts. ``email_domains``: as
        typed; who has a confirmed address there joins without waiting. Raises NotReady."""
        if "email_domains" in fields:
            fields["email_domains"] = canon_domains(fields["email_domains"], used=self.domains_of_members())
        fields = canon_facts(fields)
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:
            Activity.record("revise", self, by=by, organization=self, fields=sorted(changed))

    def domains_of_members(self) -> set[str]:
        """Domains of the addresses that the members proved to be theirs."""
        return {user.email.rpartition("@")[2] for user in self.members() if user.confirmed_at is not None}

    def administrators(self) -> list[User]:
        return [m.user for m in self.memberships if m.includes("org_admin")]

    def validators(self) -> list[User]:
        return [m.user for m in self.memberships if m.includes("validator")]

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for its people."""
        return is_waited_for(self)

    def members(self) -> list[User]:
        return [m.user for m in self.memberships if m.status == "active"]

    @property
    def is_demand(self) -> bool:
        return "demand" in self.sides

    @property
    def is_supply(self) -> bool:
        return "supply" in self.sides

    @property
    def slug(self) -> str:
        return slugify(self.display_name)

    @classmethod
    def by_siret(cls, siret: str) -> Select[Organization]:
        return select(cls).where(cls.siret == siret)

    @classmethod
    def named(cls, words: str) -> Select[Organization]:
        """Those that can be joined whose name, SIRET or SIREN begins like or contains ``words``."""
        from models.text import fold

        digits = "".join(words.split())
        return (
            select(cls)
            .where(cls.status != "archived")
            .where(
                or_(
                    func.fold(cls.display_name).contains(fold(words), autoescape=True),
                    cls.siret == digits,
                    cls.siren == digits[:9],
                )
            )
            .order_by(func.length(cls.display_name), cls.display_name)
        )

    @classmethod
    def to_verify(cls) -> Select[Organization]:
        """Waiting for the Métropole's team, oldest first."""
        return select(cls).where(cls.status == "pending").order_by(cls.claimed_at)


def sides_of(kind: str) -> tuple[str, ...]:
    """The side an organisation of this kind begins on."""
    if kind in DEMAND_KINDS:
        return ("demand", "supply") if kind != "metropole" else ("demand",)
    return ("supply",) if kind in SUPPLY_KINDS else ("observer",)


def check_siret(text: str) -> str:
    """The fourteen digits of a SIRET. Raises NotReady when the key is wrong (La Poste's own rule included)."""
    digits = siret_number.compact(text)
    if len(digits) != 14 or not digits.isdigit():
        raise NotReady(
            [
                (
                    "siret",
                    "Un numéro SIRET a quatorze chiffres. Vous le trouvez sur vos factures ou sur l’avis INSEE.",
                )
            ]
        )
    if digits.startswith(LA_POSTE):
        valid = siren_number.is_valid(digits[:9]) and sum(map(int, digits)) % 5 == 0
    else:
        valid = siret_number.is_valid(digits)
    if not valid:
        raise NotReady(
            [("siret", "Ce numéro SIRET n’existe pas : un chiffre est sans doute faux. Vérifiez-le.")]
        )
    return digits
