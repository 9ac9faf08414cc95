"""What one's organisation declares it bought, tried or put out to tender: a list of its own, and how a mistake is put right."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from models import DeclaredPurchase, Need, db
from models.calendar import day_in_paris, today_in_paris
from webapp.acting import acting_for, me, memberships_on
from webapp.permissions import loaded
from webapp.procurement.forms import PurchaseForm
from webapp.procurement.views import blueprint, my_needs
from webapp.search.queries import paginate

#: How a need ended → what is declared.
KIND_OF = {
    "direct_purchase": "direct_purchase",
    "experiment": "experiment",
    "consultation_launched": "consultation",
}
FIELDS = ("kind", "supplier_name", "bought_on", "purchase_kind", "amount_cents", "innovative")


@blueprint.get("/achats-declares")
def purchases() -> str:
    mine = [m.organization_id for m in memberships_on("demand")]
    declared = DeclaredPurchase.standing().where(DeclaredPurchase.organization_id.in_(mine))
    page = paginate(
        declared.options(joinedload(DeclaredPurchase.need), joinedload(DeclaredPurchase.declared_by))
    )
    return render_template("procurement/purchases.html", page=page)


@blueprint.route("/achats-declares/nouveau", methods=["GET", "POST"])
def declare() -> Any:
    buyer = _deciding_for()
    needs = my_needs([buyer.id])
    need = next((need for need in needs if need.id == request.values.get("need", type=int)), None)
    form = PurchaseForm(data=_known_of(need))
    if form.validate_on_submit() and form.obeys(
        lambda: DeclaredPurchase.declare(buyer=buyer, by=me(), need=need, **form.chosen(*FIELDS))
    ):
        return _settle(
            _("Achat déclaré. Il compte pour « la même entreprise », et vous seuls en voyez le montant.")
        )
    return render_template(
        "procurement/declare.html", form=form, needs=needs, need=need, buyer=buyer, old=None
    ), 422 if form.errors else 200


@blueprint.route("/achats-declares/<int:declared_purchase_id>/corriger", methods=["GET", "POST"])
def correct(declared_purchase_id: int) -> Any:
    old = loaded(DeclaredPurchase)
    form = PurchaseForm(obj=old)
    if form.validate_on_submit() and form.obeys(lambda: old.correct(by=me(), **form.chosen(*FIELDS))):
        return _settle(_("Déclaration corrigée. L’ancienne reste dans le journal."))
    return render_template(
        "procurement/declare.html", form=form, needs=[], need=old.need, buyer=old.organization, old=old
    ), 422 if form.errors else 200


def _known_of(need: Need | None) -> dict[str, Any]:
    """What a concluded need says of its purchase already."""
    if need is None:
        return {"bought_on": today_in_paris(), "purchase_kind": "supplies_services"}
    retained = next((r for r in need.responses if r.status == "retained"), None)
    concluded = day_in_paris(need.concluded_at) if need.concluded_at else today_in_paris()
    return {
        "kind": KIND_OF.get(need.outcome or ""),
        "supplier_name": retained.organization.display_name if retained else "",
        "bought_on": concluded,
        "purchase_kind": need.purchase_kind,
    }


def _deciding_for() -> Any:
    """The organisation in whose name the person may declare: the one that acts, where they are a validator of it."""
    acting = acting_for("demand")
    deciding = [m.organization for m in memberships_on("demand") if m.includes("validator")]
    return acting if acting in deciding else deciding[0]


def _settle(sentence: str) -> Any:
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("procurement.purchases"), 303)
