"""The table of procurement thresholds: the team reads each row again, an administrator changes one and says why."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import SelectChoice

from models import Threshold, db
from models.calendar import today_in_paris
from models.threshold import CONFIDENCES
from webapp.acting import me
from webapp.curation.views import blueprint
from webapp.forms import ChoiceField, DayField, EurosField, Form, LineField, ProseField, at_most, required
from webapp.labels import LABELS
from webapp.permissions import loaded

ACTS_SHOWN = 12


class RevisionForm(Form):
    amount_cents = EurosField(_l("Montant, en euros HT"), [required()])
    valid_from = DayField(_l("Premier jour où il s’applique"))
    valid_to = DayField(_l("Dernier jour, s’il est connu"))
    legal_ref = LineField(_l("Article et texte"), [required(), at_most(300)])
    source = LineField(_l("Où vous l’avez lu"), [required(), at_most(500)])
    confidence = ChoiceField(
        _l("À quel point c’est sûr"),
        [required()],
        choices=[
            SelectChoice("", _l("À vous de dire")),
            *(SelectChoice(code, LABELS["threshold.confidence"][code]) for code in CONFIDENCES),
        ],
    )
    reason = ProseField(_l("Pourquoi ce changement"), [required(), at_most(1000)])


@blueprint.app_template_global()
def stale_thresholds() -> int:
    """How many rows in force nobody has read again for more than ninety days: the desk says it."""
    return sum(
        row.is_stale for row in db.session.scalars(Threshold.listed()) if row.counts_on(today_in_paris())
    )


@blueprint.get("/curation/seuils")
def thresholds() -> str:
    rows = db.session.scalars(Threshold.listed().options(joinedload(Threshold.checked_by))).all()
    today = today_in_paris()
    current = [row for row in rows if row.counts_on(today)]
    return render_template(
        "curation/thresholds.html",
        current=current,
        others=[row for row in rows if row not in current],
        stale=sum(row.is_stale for row in current),
        acts=db.session.scalars(Threshold.acts().limit(ACTS_SHOWN)).all(),
        today=today,
    )


@blueprint.post("/curation/seuils/<int:threshold_id>/relu")
def check_threshold(threshold_id: int) -> Any:
    threshold = loaded(Threshold)
    threshold.check(by=me())
    db.session.commit()
    flash(_("Noté : relu aujourd’hui, par vous."), "success")
    return redirect(url_for("curation.thresholds", _anchor=f"seuil-{threshold.id}"), 303)


@blueprint.route("/curation/seuils/<int:threshold_id>/changer", methods=["GET", "POST"])
def revise_threshold(threshold_id: int) -> Any:
    """A new row from a later day on, or in the place of one that was wrong; the old one stays to be read."""
    threshold = loaded(Threshold)
    form = RevisionForm(obj=threshold)
    if not form.is_submitted():
        form.source.data, form.confidence.data = "", None  # where the new figure was read, not the old one
    if form.validate_on_submit() and form.obeys(lambda: threshold.revise(by=me(), **form.data)):
        db.session.commit()
        flash(_("Seuil changé. L’ancienne ligne reste dans la table."), "success")
        return redirect(url_for("curation.thresholds"), 303)
    return render_template(
        "curation/revise_threshold.html", form=form, threshold=threshold
    ), 422 if form.errors else 200
