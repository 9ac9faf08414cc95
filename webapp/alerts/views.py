"""Keep a search by one press, choose when it writes, stop it; end messages without signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Alert, db
from models.alert import KINDS
from models.rhythm import DEFAULT_RHYTHM, RHYTHMS
from models.token import read_unsubscribe_token
from webapp.acting import me
from webapp.alerts import queries
from webapp.alerts.forms import AlertForm
from webapp.permissions import loaded

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/mes-alertes")
def index() -> str:
    return render_template(
        "alerts/index.html",
        alerts=queries.mine(),
        finds=queries.latest_finds(),
        address_of_search=queries.address_of_search,
    )


@blueprint.post("/alertes/<kind>")
def keep(kind: str) -> Any:
    """The search is in the address, as the list had it."""
    if kind not in KINDS:
        abort(404)
    search = queries.asked(kind)
    name = queries.name_of(kind, search)
    alert = Alert.keep(user=me(), kind=kind, choices=search.choices, words=search.words, name=name)
    db.session.commit()
    flash(_("C’est noté : l’alerte « %(name)s » vous dira ce qui est publié.", name=alert.name), "success")
    return redirect(url_for("alerts.index"), 303)


@blueprint.route("/alertes/<int:alert_id>", methods=["GET", "POST"])
def edit(alert_id: int) -> Any:
    alert = loaded(Alert)
    form = AlertForm(obj=alert)
    if form.validate_on_submit():
        alert.change(**form.chosen("name", "rhythm"))
        db.session.commit()
        flash(_("L’alerte est changée."), "success")
        return redirect(url_for("alerts.index"), 303)
    page = render_template(
        "alerts/edit.html", alert=alert, form=form, search=queries.address_of_search(alert)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/alertes/<int:alert_id>/arreter")
def stop(alert_id: int) -> Any:
    loaded(Alert).stop()
    db.session.commit()
    flash(_("Cette alerte ne vous écrira plus."), "success")
    return redirect(url_for("alerts.index"), 303)


@blueprint.post("/alertes/<int:alert_id>/reprendre")
def resume(alert_id: int) -> Any:
    alert = loaded(Alert)
    if alert.is_stopped:
        alert.change(name=alert.name, rhythm="daily")
        db.session.commit()
    return redirect(url_for("alerts.index"), 303)


@blueprint.post("/alertes/<int:alert_id>/supprimer")
def end(alert_id: int) -> Any:
    loaded(Alert).end()
    db.session.commit()
    flash(_("L’alerte est supprimée, avec ce qu’elle avait trouvé."), "success")
    return redirect(url_for("alerts.index"), 303)


@blueprint.route("/messages/ne-plus-recevoir/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Any:
    """The secret address of a mail. Opened by a filter of mails, nothing changes: one posts (RFC 8058)."""
    user, ended = read_unsubscribe_token(token) or abort(404)
    before, again = user.rhythm, request.form.get("again", "")
    if request.method == "POST":
        if ended == "instant":
            Alert.stop_instant(user)
        else:
            user.choose_rhythm(again if again in RHYTHMS else "paused", user.rhythm_day)
        db.session.commit()
    before = before if before != "paused" else DEFAULT_RHYTHM
    shown = {"done": request.method == "POST", "ended": ended, "before": before, "token": token}
    return render_template("alerts/unsubscribe.html", user=user, **shown)
