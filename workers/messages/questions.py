"""Messages about questions. No one of them says who asked: the commune reads « une entreprise »."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.need import Need
from models.question import Question
from models.user import User
from workers.messages.message import (
    Action,
    Block,
    Message,
    Quote,
    The,
    consultation,
    day,
    link,
    some,
    title,
    to_need,
)
from workers.messages.readers import as_concerned, as_owner
from workers.messages.words import OUTCOMES


def question_received(to: User, question: Question, activity: Activity) -> Message:
    need = question.need
    return Message(
        subject=_("Une question sur votre besoin : %(title)s", title=title(need)),
        blocks=some(
            _(
                "Une entreprise pose une question. Son nom ne vous est pas dit : chacune est traitée de la même façon."
            ),
            Quote(question.text),
            _("Votre réponse sera publique, pour que toutes aient la même information au même moment."),
        ),
        action=Action(_("Répondre"), _to(question, "questions.answer")),
        because=as_owner(need),
    )


def question_reminder(to: User, question: Question, activity: Activity) -> Message:
    need = question.need
    return Message(
        subject=_("Une question attend : %(title)s", title=title(need)),
        blocks=some(
            _(
                "Cette question attend depuis trois jours ouvrés. Les entreprises ont besoin de la réponse pour bien vous répondre."
            ),
            Quote(question.text),
            _("Les questions sont reçues jusqu’au %(day)s.", day=day(need.questions_end_on)),
        ),
        action=Action(_("Répondre"), _to(question, "questions.answer")),
        because=as_owner(need),
    )


def question_answered(to: User, question: Question, answered: Sequence[Question]) -> Message:
    """One message for all that was answered in the same quarter of an hour."""
    need, count = question.need, len(answered)
    return Message(
        subject=ngettext(
            "Une réponse sur « %(title)s »", "%(num)s réponses sur « %(title)s »", count, title=title(need)
        ),
        blocks=(
            ngettext(
                "%(organization)s répond à une question. Toutes les personnes concernées lisent cette réponse au même moment.",
                "%(organization)s répond à %(num)s questions. Toutes les personnes concernées lisent ces réponses au même moment.",
                count,
                organization=The(need.organization),
            ),
            *(block for one in answered for block in _asked_and_answered(one)),
        ),
        action=Action(_("Lire toutes les questions"), to_need(need, "questions.of_need")),
        because=as_concerned(to, need),
    )


def _asked_and_answered(question: Question) -> tuple[Block, ...]:
    return some(_("Question : %(text)s", text=question.public_text), Quote(question.answer))


def question_answered_privately(to: User, question: Question, activity: Activity) -> Message:
    need = question.need
    return Message(
        subject=_("Réponse à votre question : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s vous répond à vous seuls, parce que la question touche au secret de vos affaires.",
                organization=The(need.organization),
            ),
            _("Votre nom ne lui est pas connu. La réponse se lit sur la plateforme."),
        ),
        action=Action(_("Lire la réponse"), _to(question)),
        because=_as_asker(),
    )


def question_merged(to: User, question: Question, activity: Activity) -> Message:
    need = question.need
    return Message(
        subject=_("Votre question est réunie avec une autre : %(title)s", title=title(need)),
        blocks=(
            _("Une autre question demande la même chose : une seule réponse servira aux deux."),
            _("Vous la recevrez en même temps que tous, ou la lirez tout de suite si elle est déjà là."),
        ),
        action=Action(_("Voir ma question"), _to(question)),
        because=_as_asker(),
    )


def question_rejected(to: User, question: Question, activity: Activity) -> Message:
    need = question.need
    return Message(
        subject=_("Votre question n’aura pas de réponse : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a écarté votre question. Voici pourquoi :",
                organization=The(need.organization),
            ),
            Quote(question.reason),
            _(
                "Votre nom ne lui est pas connu. Vous pouvez poser la question autrement tant que leur date n’est pas passée."
            ),
        ),
        action=Action(_("Voir ma question"), _to(question)),
        because=_as_asker(),
    )


def _as_asker() -> str:
    return _("votre organisation a posé cette question")


def _to(question: Question, endpoint: str = "questions.show") -> str:
    return link(endpoint, question_id=question.id)


def need_concluded_followed(to: User, need: Need, activity: Activity) -> Message:
    """How it ended, for those who follow it or asked: they did not respond, so nothing else tells them (R302)."""
    return Message(
        subject=_("Besoin conclu : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a conclu ce besoin : %(outcome)s.",
                organization=The(need.organization),
                outcome=str(OUTCOMES.get(need.outcome or "", "")),
            ),
            Quote(need.ending_reason),
            consultation(need),
        ),
        action=Action(_("Voir le besoin"), to_need(need)),
        because=as_concerned(to, need),
    )
