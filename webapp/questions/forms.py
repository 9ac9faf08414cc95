"""The form of a question, and the four ways of treating one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice

from models import Organization, Question, User
from models.question import says_who
from models.question_lifecycle import ANSWER_MAX, TEXT_MAX
from models.text import Sentence
from webapp.forms import Form, ProseField, at_most, required

REASON_MAX = 2000


class AskForm(Form):
    """``knowingly``: shown only once the text seems to say who asks."""

    text = ProseField(_l("Votre question"), [required(), at_most(TEXT_MAX)])
    knowingly = BooleanField(_l("J’ai relu : envoyer quand même"))

    def is_anonymous(self, organization: Organization, person: User) -> bool:
        """Whether nothing says who asks, or the person insists. Else: says what it saw, once."""
        self.seen = says_who(self.text.data, organization, person)
        if self.seen and not self.knowingly.data:
            words = Sentence(
                "Votre question dit qui vous êtes (%(words)s) : ôtez-le, la collectivité lira ce texte.",
                words=", ".join(self.seen),
            )
            self.complain([("text", words)])
        return not self.errors


class PublicAnswerForm(Form):
    public_text = ProseField(_l("La question, telle que tous la liront"), [required(), at_most(TEXT_MAX)])
    answer = ProseField(_l("Votre réponse, publique"), [required(), at_most(ANSWER_MAX)])


class PrivateAnswerForm(Form):
    answer = ProseField(_l("Votre réponse, lue par le demandeur seul"), [required(), at_most(ANSWER_MAX)])
    reason = ProseField(
        _l("Pourquoi cette réponse n’est pas publique (le secret des affaires du demandeur, sans le redire)"),
        [required(), at_most(REASON_MAX)],
    )


class RejectForm(Form):
    reason = ProseField(_l("Votre raison, lue par le demandeur"), [required(), at_most(REASON_MAX)])


class MergeForm(Form):
    into = RadioField(_l("La même question"), [required()], validate_choice=False)

    def __init__(self, others: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._others = {str(one.id): one for one in others}
        self.into.choices = [
            SelectChoice(number, one.public_text or one.text) for number, one in self._others.items()
        ]

    def chosen_one(self) -> Question | None:
        return self._others.get(self.into.data or "")
