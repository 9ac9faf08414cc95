"""What a public body says it bought, tried or put out to tender. Declared by the buyer, never awarded here (rule 1).

Append only: a mistake is put right by another row that ``replaces`` it. The amount is the buyer's own: no page of others, no
message, no export, no journal holds it. It feeds « la même entreprise », and counts of what came of the community.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Select, String, event, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from models.activity import Activity
from models.calendar import today_in_paris
from models.database import Base, Dated, db
from models.errors import NotReady, RuleViolation
from models.need import Need
from models.organization import Organization
from models.procurement import PURCHASE_KINDS
from models.text import fold

if TYPE_CHECKING:
    from models.user import User

KINDS = ("direct_purchase", "experiment", "consultation")
NAME_MAX = 160


class DeclaredPurchase(Dated, Base):
    """``supplier`` where it is one of ours, else only its name (empty: not known yet, as for a consultation).

    ``bought_on``: the day of the contract, the convention or the notice.
    """

    __tablename__ = "declared_purchase"
    subject_type = "declared_purchase"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    supplier_name: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    purchase_kind: Mapped[str] = mapped_column(String(20), default="supplies_services")
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    innovative: Mapped[bool] = mapped_column(default=False)
    bought_on: Mapped[date]
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("declared_purchase.id"), unique=True)

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    supplier: Mapped[Organization | None] = relationship(foreign_keys=[supplier_id])
    need: Mapped[Need | None] = relationship()
    declared_by: Mapped[User] = relationship()

    @classmethod
    def declare(
        cls, *, buyer: Organization, by: User, kind: str, bought_on: date | None = None, supplier: Organization | None = None,
        supplier_name: str = "", need: Need | None = None, purchase_kind: str = "supplies_services",
        amount_cents: int | None = None, innovative: bool = False, replaces: DeclaredPurchase | None = None,
    ) -> DeclaredPurchase:  # fmt: skip
        """Write it down. ``bought_on`` defaults to today in Paris. Raises NotReady."""
        bought_on = bought_on or today_in_paris()
        supplier_name = supplier.display_name if supplier else supplier_name.strip()
        supplier = supplier or _known_supplier(supplier_name)
        problems = list(
            _complain(buyer, kind, bought_on, supplier, supplier_name, need, purchase_kind, amount_cents)
        )
        if problems:
            raise NotReady(problems)
        purchase = cls(
            organization=buyer, supplier=supplier, supplier_name=supplier_name, need=need, kind=kind,
            purchase_kind=purchase_kind, amount_cents=amount_cents, innovative=innovative, bought_on=bought_on,
            declared_by=by, replaces_id=replaces.id if replaces else None,
        )  # fmt: skip
        db.session.add(purchase)
        details: dict[str, Any] = {"kind": kind, "on": bought_on.isoformat()}
        if replaces is not None:
            details["replaces"] = replaces.id
        Activity.record("declare", purchase, by=by, organization=buyer, **details)
        return purchase

    def correct(self, *, by: User, **fields: Any) -> DeclaredPurchase:
        """The same purchase as it should have been declared. Raises RuleViolation when that was done already."""
        if db.session.scalar(select(DeclaredPurchase.id).where(DeclaredPurchase.replaces_id == self.id)):
            raise RuleViolation("Cette déclaration a déjà été corrigée : corrigez la dernière.")
        return DeclaredPurchase.declare(
            buyer=self.organization, by=by, replaces=self, **({"need": self.need} | fields)
        )

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id

    @classmethod
    def standing(cls) -> Select[DeclaredPurchase]:
        """Those that no other replaces, the latest first."""
        later = aliased(cls)
        replaced = select(later.replaces_id).where(later.replaces_id.is_not(None))
        return select(cls).where(cls.id.not_in(replaced)).order_by(cls.bought_on.desc(), cls.id.desc())

    @classmethod
    def of(cls, organization: Organization) -> Select[DeclaredPurchase]:
        return cls.standing().where(cls.organization_id == organization.id)


def _known_supplier(name: str) -> Organization | None:
    """The one organisation of the supply side that bears this name; two of the same name are nobody."""
    if not name:
        return None
    found = db.session.scalars(
        select(Organization).where(
            db.func.fold(Organization.display_name) == fold(name), Organization.status != "archived"
        )
    ).all()
    sellers = [organization for organization in found if organization.is_supply]
    return sellers[0] if len(sellers) == 1 else None


def _complain(
    buyer: Organization, kind: str, bought_on: date, supplier: Organization | None, supplier_name: str, need: Need | None,
    purchase_kind: str, amount_cents: int | None,
) -> Iterable[tuple[str, str]]:  # fmt: skip
    if kind not in KINDS:
        yield "kind", "Choisissez ce que vous déclarez dans la liste."
    if purchase_kind not in PURCHASE_KINDS:
        yield "purchase_kind", "Choisissez ce que vous achetez dans la liste."
    if bought_on > today_in_paris():
        yield "bought_on", "Cette date est à venir : déclarez l’achat une fois qu’il est décidé."
    if kind in ("direct_purchase", "experiment") and not supplier_name:
        yield "supplier_name", "Dites avec quelle entreprise."
    if len(supplier_name) > NAME_MAX:
        yield "supplier_name", "Ce nom est trop long : donnez le nom d’usage de l’entreprise."
    if supplier is not None and supplier.id == buyer.id:
        yield "supplier_name", "Votre organisation n’achète pas à elle-même."
    if need is not None and need.organization_id != buyer.id:
        yield "need_id", "Ce besoin est celui d’une autre organisation."
    if amount_cents is not None and amount_cents < 0:
        yield "amount_cents", "Un montant est un nombre positif, en euros hors taxes."


@event.listens_for(DeclaredPurchase, "before_update")
def _never_changed(mapper: Any, connection: Any, target: DeclaredPurchase) -> None:
    raise RuleViolation("Une déclaration ne se modifie pas : corrigez-la par une autre.")
