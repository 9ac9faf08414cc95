"""Proposals: read one, retain, dismiss or put off, take it back within the minute, see what comes of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Match, db
from models.calendar import today_in_paris
from models.database import PARIS
from models.match_lifecycle import UNDO_FOR
from webapp.acting import me
from webapp.curation import follow_up as followed
from webapp.curation import queue
from webapp.curation.abstention import abstention_for, count_unmet
from webapp.curation.forms import DismissForm, IntroductionForm, SnoozeForm
from webapp.curation.stages import stages_of
from webapp.languages import said
from webapp.permissions import loaded
from webapp.search.queries import paginate
from workers.queue import ring

blueprint = Blueprint("curation", __name__)

MORNING = time(7)


@blueprint.get("/curation")
def desk() -> str:
    """The first proposal of the need that has waited longest; figures and next steps when there is none."""
    waiting = queue.read_waiting()
    if waiting.groups:
        return proposal_page(waiting.numbers[0], waiting)
    return render_template(
        "curation/nothing.html",
        piles=queue.read_piles(),
        comparing=queue.count_comparing(),
        decided=followed.count_decisions(),
        fates=followed.count_fates(),
        unmet=count_unmet(),
    )


@blueprint.get("/curation/file")
def waiting() -> str:
    page, lines = queue.read_page()
    return render_template("curation/waiting.html", page=page, lines=lines)


@blueprint.get("/curation/propositions/<int:match_id>")
def show(match_id: int) -> str:
    return proposal_page(match_id, queue.read_waiting())


@blueprint.post("/curation/propositions/<int:match_id>/retenir")
def approve(match_id: int) -> Any:
    """The words on the desk are those that leave."""
    match, form = loaded(Match), IntroductionForm()
    if form.validate_on_submit() and form.obeys(
        lambda: queue.take(match).approve(by=me(), introduction=form.introduction.data)
    ):
        told = _(
            "Proposition retenue : « %(title)s ». Les messages partent dans une minute.",
            title=match.solution.title,
        )
        return show_next(match, told)
    return proposal_page(match_id, queue.read_waiting(), form), code_of(form, match, "approve")


@blueprint.route("/curation/propositions/<int:match_id>/ecarter", methods=["GET", "POST"])
def dismiss(match_id: int) -> Any:
    match, form = loaded(Match), DismissForm()
    if form.validate_on_submit() and form.obeys(
        lambda: queue.take(match).dismiss(
            by=me(), reason_code=form.reason_code.data or "", note=form.note.data
        )
    ):
        return show_next(match, _("Proposition écartée : « %(title)s ».", title=match.solution.title))
    page = render_template("curation/dismiss.html", form=form, match=queue.read_whole(match_id))
    return page, code_of(form, match, "dismiss")


@blueprint.post("/curation/propositions/<int:match_id>/reporter")
def snooze(match_id: int) -> Any:
    match, form = loaded(Match), SnoozeForm()
    wanted = form.days.data if form.validate() else 7
    until = datetime.combine(today_in_paris() + timedelta(days=wanted), MORNING, tzinfo=PARIS)
    if not form.obeys(lambda: queue.take(match).snooze(by=me(), until=until)):
        flash(said(form.form_errors[0]), "error")
        return redirect(url_for("curation.show", match_id=match_id), 303)
    return show_next(
        match,
        _("Proposition reportée : « %(title)s ». Elle revient d’elle-même.", title=match.solution.title),
    )


@blueprint.post("/curation/propositions/<int:match_id>/annuler")
def undo(match_id: int) -> Any:
    match = queue.take(loaded(Match))
    match.undo(by=me())
    db.session.commit()
    flash(
        _("Décision annulée : la proposition est de retour dans la file, aucun message n’est parti."),
        "success",
    )
    return redirect(url_for("curation.show", match_id=match_id), 303)


@blueprint.get("/curation/suivi")
def follow_up() -> str:
    fate = request.args.get("status", "")
    page = paginate(followed.introductions(fate), per_page=15)
    return render_template(
        "curation/follow_up.html",
        decisions=followed.recent_decisions(),
        decided=followed.count_decisions(),
        page=page,
        fate=fate,
        fates=followed.FATES,
        counts=followed.count_fates(),
        refusals=followed.words_of_refusals(page.items),
    )


def proposal_page(number: int, waiting: queue.Waiting, refused: IntroductionForm | None = None) -> str:
    """``refused``: the words that could not leave, given back."""
    match = queue.read_whole(number)
    place, abstention = queue.place_of(match, waiting), abstention_for(match)
    return render_template(
        "curation/show.html",
        match=match,
        queue=queue.read_queue(waiting, opened=match.need),
        piles=queue.read_piles(),
        place=place,
        stages=stages_of(match.need, place.total, abstains=abstention is not None),
        exposure=queue.measure_exposure(match),
        told=queue.people_told(match),
        abstention=abstention,
        unmet=count_unmet(),
        reasons=DismissForm(formdata=None),
        delay=SnoozeForm(formdata=None),
        words=refused or IntroductionForm.prepared(match),
    )


def show_next(match: Match, sentence: str) -> Any:
    """Keep the decision, then the next proposal, with the undo that lasts a minute."""
    following = queue.next_to_decide(match)
    ring("deliver_notifications")
    address = url_for("curation.show", match_id=following) if following else url_for("curation.desk")
    until = match.decided_at + UNDO_FOR if match.decided_at else None
    db.session.commit()
    back = url_for("curation.undo", match_id=match.id)
    message: Any = {"text": sentence, "undo": back, "until": until.isoformat() if until else None}
    flash(message, "success")
    return redirect(address, 303)


def code_of(form: Any, thing: Any, action: str) -> int:
    """200: nothing was sent; 422: what was sent lacks something; 409: it is too late for ``action``, the words are kept."""
    if not form.errors:
        return 200
    return 422 if thing.lifecycle.find(action, thing.status) else 409
