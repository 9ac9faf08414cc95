"""« Mes messages »: when what can wait is written, and what is written whatever one chooses."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import db
from models.database import utc_now
from models.rhythm import next_moment
from webapp.accounts.area import blueprint
from webapp.acting import me
from webapp.forms import ChoiceField, Form, required
from webapp.labels import choices_of


class RhythmForm(Form):
    rhythm = ChoiceField(_l("Ce qui peut attendre"), [required()], choices=lambda: choices_of("user.rhythm"))
    rhythm_day = ChoiceField(
        _l("Jour du message de la semaine"), [required()], choices=lambda: choices_of("weekday")
    )


@blueprint.route("/mon-compte/messages", methods=["GET", "POST"])
def preferences() -> Any:
    user = me()
    form = RhythmForm(data={"rhythm": user.rhythm, "rhythm_day": str(user.rhythm_day)})
    if form.validate_on_submit():
        user.choose_rhythm(form.rhythm.data, int(form.rhythm_day.data))
        db.session.commit()
        flash(_("Vos choix sont enregistrés."), "success")
        return redirect(url_for("accounts.preferences"), 303)
    upcoming = next_moment(user.rhythm, user.rhythm_day, utc_now()) if user.rhythm != "paused" else None
    page = render_template("accounts/preferences.html", form=form, upcoming=upcoming)
    return page, 422 if form.errors else 200
