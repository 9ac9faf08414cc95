"""The list of my conversations, one conversation, the first word about something; what is out of place is reported, and taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import (
    Conversation,
    ConversationMessage,
    Interest,
    Match,
    Need,
    NotReady,
    Response,
    RuleViolation,
    db,
)
from models.attachment import LARGEST, MB, MOST
from models.conversation_terms import refuse_unless_ripe, terms_of
from webapp import uploads
from webapp.acting import me
from webapp.conversations import queries
from webapp.conversations.forms import MessageForm, ReportForm
from webapp.languages import said
from webapp.links import address_of
from webapp.permissions import loaded
from webapp.reading import note_conversation
from webapp.search.queries import paginate
from workers.queue import ring

blueprint = Blueprint("conversations", __name__)
for name in ("show", "about_response", "about_match", "about_help", "about_interest"):
    uploads.takes_files(f"conversations.{name}")


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(unread_conversations=queries.unread_conversations)


@blueprint.get("/messages")
def index() -> str:
    page = paginate(queries.mine(), per_page=queries.PER_PAGE)
    return render_template(
        "conversations/index.html", page=page, news=queries.unread_counts(), other_side=queries.other_side
    )


@blueprint.route("/messages/<int:conversation_id>", methods=["GET", "POST"])
def show(conversation_id: int) -> Any:
    conversation, form = loaded(Conversation), MessageForm()
    if form.validate_on_submit() and _write(form, lambda: conversation):
        return _sent(conversation)
    reading = conversation.reading_of(me())
    read_up_to = reading.last_message_id if reading else 0
    note_conversation(conversation)
    lines = queries.lines_of(conversation, read_up_to=read_up_to)
    return _page(form, conversation, conversation.need, queries.other_side(conversation), lines)


@blueprint.route("/reponses/<int:response_id>/ecrire", methods=["GET", "POST"])
def about_response(response_id: int) -> Any:
    return _first_word(loaded(Response))


@blueprint.route("/mises-en-relation/<int:match_id>/ecrire", methods=["GET", "POST"])
def about_match(match_id: int) -> Any:
    return _first_word(loaded(Match))


@blueprint.route("/besoins/<int:need_id>/aide/ecrire", methods=["GET", "POST"])
def about_help(need_id: int) -> Any:
    return _first_word(loaded(Need))


@blueprint.route("/adoptions/<int:interest_id>/ecrire", methods=["GET", "POST"])
def about_interest(interest_id: int) -> Any:
    return _first_word(loaded(Interest))


@blueprint.route("/messages/signaler/<int:message_id>", methods=["GET", "POST"])
def report(message_id: int) -> Any:
    """To the administrators of the platform, who do not read conversations otherwise."""
    message, form = loaded(ConversationMessage), ReportForm()
    back = url_for("conversations.show", conversation_id=message.conversation_id)
    if form.validate_on_submit() and form.obeys(lambda: message.report(by=me(), reason=form.reason.data)):
        return _done(_("Message signalé. Un administrateur de la plateforme décide."), back)
    then = _(
        "Un administrateur de la plateforme lit votre raison, et peut retirer le message. Il ne lit pas le reste."
    )
    return _ask(form, message, _("Signaler un message"), then, _("Signaler"), back)


@blueprint.route("/messages/retirer/<int:message_id>", methods=["GET", "POST"])
def redact(message_id: int) -> Any:
    message, form = loaded(ConversationMessage), ReportForm()
    back = url_for("spaces.home")
    if form.validate_on_submit() and form.obeys(lambda: message.redact(by=me(), reason=form.reason.data)):
        return _done(
            _("Message retiré. La page dit qu’il l’a été, le journal garde pourquoi."), back, "sweep_files"
        )
    then = _(
        "Ses mots et ses documents ne seront plus lus par personne. La page dira « message retiré ». Rien ne se rétablit."
    )
    return _ask(form, message, _("Retirer un message ?"), then, _("Retirer le message"), back, grave=True)


# ------------------------------------------------------------------ how they do it


def _first_word(context: Any) -> Any:
    """The conversation about ``context`` when there is one, else the page of its first message."""
    known = Conversation.about(context)
    if known is not None and request.method == "GET":
        return redirect(url_for("conversations.show", conversation_id=known.id), 303)
    try:
        refuse_unless_ripe(context)
    except RuleViolation as error:
        flash(said(error), "info")
        return redirect(address_of(context), 303)
    form, terms = MessageForm(), terms_of(context)
    if form.validate_on_submit() and (opened := _write(form, lambda: Conversation.open(context, by=me()))):
        return _sent(opened)
    other = terms.demand if _speaks_for(terms.counterpart, terms.with_team) else terms.counterpart
    return _page(form, None, terms.need, other, [], with_team=terms.with_team, subject=terms.subject)


def _speaks_for(organization: Any, with_team: bool) -> bool:
    return me().is_curator if with_team else me().membership_of(organization) is not None


def _write(form: MessageForm, find: Callable[[], Conversation]) -> Conversation | None:
    """Write what the form says; None: it says what is wrong, and nothing was written."""
    kept, wrong = uploads.receive(form.files.data) if form.files.data else ([], [])
    try:
        if wrong:
            raise NotReady([problem for error in wrong for problem in error.problems])
        conversation = find()
        conversation.write(by=me(), body=form.body.data, files=kept)
    except NotReady as error:
        db.session.rollback()
        uploads.forget(kept)
        form.complain(error.problems)
        return None
    return conversation


def _sent(conversation: Conversation) -> Any:
    for bell in ("deliver_notifications", "check_attachments"):
        ring(bell)
    db.session.commit()
    flash(_("Message envoyé."), "success")
    return redirect(url_for("conversations.show", conversation_id=conversation.id), 303)


def _page(form: MessageForm, conversation: Any, need: Any, other: Any, lines: Any, **more: Any) -> Any:
    limits = {"most": MOST["message"], "largest": LARGEST // MB}
    page = render_template(
        "conversations/show.html",
        form=form,
        conversation=conversation,
        need=need,
        other=other,
        lines=lines,
        with_team=more.get("with_team", conversation is not None and conversation.team_takes_part),
        subject=more.get("subject") or (conversation.subject if conversation else ""),
        **limits,
    )
    return page, 422 if form.errors else 200


def _done(sentence: str, back: str, *bells: str) -> Any:
    for bell in (*bells, "deliver_notifications"):
        ring(bell)
    db.session.commit()
    flash(sentence, "success")
    return redirect(back, 303)


def _ask(
    form: ReportForm, message: ConversationMessage, title: str, then: str, button: str, back: str, **how: bool
) -> Any:
    words = {
        "title": title,
        "then": then,
        "button": button,
        "back": back,
        "told": "",
        "grave": how.get("grave", False),
    }
    name = _(
        "Message n° %(number)s, de %(name)s (%(organization)s)",
        number=message.id,
        name=message.author.name,
        organization=message.organization.display_name,
    )
    return render_template(
        "ask_once.html", form=form, thing=message, name=name, **words
    ), 422 if form.errors else 200
