"""« Nous aussi » : another public body says that it has the same problem."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Need, NeedSupport, Organization, db
from models.need_support import LONGEST_NOTE
from webapp.acting import acting_for, me, memberships_on
from webapp.forms import EurosField, Form, ProseField, at_most
from webapp.links import address_of
from webapp.needs.decisions import done
from webapp.needs.views import blueprint
from webapp.permissions import loaded


@blueprint.context_processor
def words() -> dict[str, Any]:
    """The page of a need says to who said « nous aussi » how to change it."""
    return {"body_supporting": body_supporting}


class SupportForm(Form):
    note = ProseField(_l("Ce que vous vivez chez vous"), [at_most(LONGEST_NOTE)])
    amount_estimated_cents = EurosField(_l("Montant que vous y consacreriez, en euros HT"))


def body_supporting(need: Need) -> Organization | None:
    """For which public body this person may say « nous aussi »; not the need's own."""
    bodies = [m.organization for m in memberships_on("demand") if m.organization_id != need.organization_id]
    chosen = acting_for("demand")
    return chosen if chosen in bodies else next(iter(bodies), None)


@blueprint.route("/besoins/<int:need_id>/nous-aussi", methods=["GET", "POST"])
def support(need_id: int) -> Any:
    """Say it, or change what was said."""
    need = loaded(Need)
    body = body_supporting(need)
    assert body is not None, "guarded by need.support"
    said = NeedSupport.by_organization(need, body)
    form = SupportForm(obj=said if said is not None and said.left_at is None else None)
    amount = form.amount_estimated_cents
    if form.validate_on_submit() and form.obeys(
        lambda: NeedSupport.join(
            need, organization=body, by=me(), note=form.note.data, amount_cents=amount.data
        )
    ):
        return done(need, _("C’est dit. La collectivité qui a écrit ce besoin est prévenue."))
    return render_template(
        "needs/support.html", need=need, form=form, body=body, said=said
    ), 422 if form.errors else 200


@blueprint.post("/besoins/<int:need_id>/plus-concernes")
def stop_supporting(need_id: int) -> Any:
    need = loaded(Need)
    body = body_supporting(need)
    said = NeedSupport.by_organization(need, body) if body is not None else None
    if said is not None:
        said.leave(by=me())
        db.session.commit()
    flash(_("Votre organisation n’apparaît plus sous ce besoin."), "success")
    return redirect(address_of(need), 303)
