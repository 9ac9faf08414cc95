"""The versions of the charter: the team writes the next one, sees what changes and who will sign again, then publishes it once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from models import Charter, CharterSignature, Organization, db
from models.calendar import today_in_paris
from models.charter import NOTE_MAX, TEXT_MAX, has_signed, to_sign_again
from models.differences import word_changes
from webapp.acting import me
from webapp.curation.views import blueprint
from webapp.filters import day
from webapp.forms import DayField, Form, LineField, ProseField, at_most, required
from webapp.permissions import loaded
from webapp.search.queries import paginate
from workers.queue import ring


class CharterForm(Form):
    text = ProseField(_l("Texte de la charte"), [required(), at_most(TEXT_MAX)])
    change_note = LineField(_l("Ce qui change, en une phrase"), [required(), at_most(NOTE_MAX)])
    valid_from = DayField(_l("Premier jour où elle s’applique"), [required()])


@blueprint.get("/curation/charte")
def charters() -> str:
    """Every version, how many signed it, and who has not signed the one in force."""
    count = func.count(CharterSignature.id)
    signed = select(CharterSignature.charter_id, count).group_by(CharterSignature.charter_id)
    return render_template(
        "curation/charters.html",
        versions=list(reversed(db.session.scalars(Charter.kept()).all())),
        counts={row[0]: row[1] for row in db.session.execute(signed)},
        in_force=Charter.in_force(),
        today=today_in_paris(),
        page=paginate(to_sign_again(), per_page=20),
    )


@blueprint.get("/curation/charte/<int:charter_id>")
def charter(charter_id: int) -> str:
    version = loaded(Charter)
    before = [one for one in db.session.scalars(Charter.kept()) if one.valid_from < version.valid_from]
    changes = word_changes(before[-1].text, version.text) if before else None
    return render_template("curation/charter.html", version=version, changes=changes)


@blueprint.route("/curation/charte/nouvelle", methods=["GET", "POST"])
def new_charter() -> Any:
    """Two steps on one page: what changes and who will be asked; then « Publier cette version »."""
    form = CharterForm(text=Charter.last().text) if request.method == "GET" else CharterForm()
    if not (form.validate_on_submit() and form.obeys(lambda: Charter.check(**form.data))):
        return render_template("curation/new_charter.html", form=form), 422 if form.errors else 200
    if "confirm" not in request.form:
        changes = word_changes(Charter.last().text, form.text.data)
        return render_template(
            "curation/new_charter.html", form=form, changes=changes, asked=_who_would_sign()
        )
    published = Charter.publish(by=me(), **form.data)
    ring("remind_people")
    db.session.commit()
    flash(_after_publication(published), "success")
    return redirect(url_for("curation.charters"), 303)


def _who_would_sign() -> int:
    """How many organisations are bound by a version today, so would be asked to sign the next one."""
    kept = [one.id for one in db.session.scalars(Charter.kept())]
    living = Organization.status.in_(("pending", "verified", "suspended"))
    return db.session.scalar(select(func.count(Organization.id)).where(living, has_signed(kept))) or 0


def _after_publication(charter: Charter) -> str:
    if charter.valid_from > today_in_paris():
        return _(
            "Version %(version)s publiée. Les signataires sont prévenus le %(day)s ; d’ici là, vous pouvez la retirer.",
            version=charter.version,
            day=day(charter.valid_from),
        )
    return _("Version %(version)s en vigueur. Les signataires sont prévenus.", version=charter.version)


@blueprint.post("/curation/charte/<int:charter_id>/retirer")
def withdraw_charter(charter_id: int) -> Any:
    loaded(Charter).withdraw(by=me())
    db.session.commit()
    flash(_("Version retirée : personne ne l’a vue, rien ne change."), "success")
    return redirect(url_for("curation.charters"), 303)
