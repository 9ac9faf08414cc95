"""The page where the commune tells several companies what it decides, all at the same instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from models import Need, NotReady, Response, RuleViolation, Shortlist, db
from models.evaluation import A_COLLEAGUE_DECIDES
from models.response import NOT_RETAINED_REASONS, Answer
from webapp.acting import me
from webapp.forms import ChoiceField, Expected, Form, ProseField, at_most
from webapp.labels import LABELS
from webapp.languages import said
from webapp.needs.acts import is_tied
from webapp.needs.decisions import done, too_late
from webapp.needs.views import blueprint
from webapp.permissions import loaded
from webapp.written import Written, as_read

REASON_MAX = 2000
LEAVE = "leave"
DECISIONS = {
    "under_review": (
        SelectChoice("shortlist", _l("Présélectionner")),
        SelectChoice("decline", _l("Ne pas retenir")),
        SelectChoice(LEAVE, _l("Pas maintenant")),
    ),
    "shortlisted": (
        SelectChoice("retain", _l("Retenir")),
        SelectChoice("decline", _l("Ne pas retenir")),
        SelectChoice(LEAVE, _l("Pas maintenant")),
    ),
}


class AnswerForm(Form):
    """The decision on one response; its names begin with the number of the response."""

    decision = RadioField(_l("Votre décision"), [Expected()], validate_choice=False)
    reason_code = ChoiceField(
        _l("Pourquoi n’est-elle pas retenue ?"),
        [Expected()],
        choices=[
            SelectChoice("", _l("Choisissez une raison")),
            *(SelectChoice(code, LABELS["response.reason"][code]) for code in NOT_RETAINED_REASONS),
        ],
    )
    reason = ProseField(_l("Votre explication"), [Expected(), at_most(REASON_MAX)])

    def __init__(self, response: Response) -> None:
        usual = "shortlist" if response.shortlist_proposed_at and response.status == "under_review" else LEAVE
        super().__init__(prefix=f"answer-{response.id}-", data={"decision": usual})
        self.response = response
        self.decision.choices = list(DECISIONS.get(response.status, ()))

    @property
    def written(self) -> Written:
        """What the company sent."""
        return as_read(self.response, by_company=False)

    @property
    def is_ready(self) -> bool:
        """Whether the response can be answered now: it was read, and no precision is awaited."""
        return self.response.status in DECISIONS

    @property
    def answer(self) -> Answer | None:
        if not self.is_ready or self.decision.data in (LEAVE, None, ""):
            return None
        return Answer(self.decision.data, self.reason_code.data or "", self.reason.data or "")


@blueprint.route("/besoins/<int:need_id>/decider", methods=["GET", "POST"])
def answer_responses(need_id: int) -> Any:
    need = loaded(Need)
    if need.status not in ("closed", "in_dialogue"):
        return too_late(need)
    if is_tied(need):
        flash(said(A_COLLEAGUE_DECIDES), "info")
        return redirect(url_for("needs.responses", need_id=need.id), 303)
    forms = [AnswerForm(response) for response in need.responses if response.status in Response.UNANSWERED]
    if request.method == "POST" and _tell(need, forms):
        return done(need, _("Décisions envoyées : les entreprises les apprennent au même moment."))
    refused = any(form.errors for form in forms)
    page = {"need": need, "forms": forms, "refused": refused, "marks": _marks(need)}
    return render_template("needs/answer.html", **page), 422 if refused else 200


def _marks(need: Need) -> dict[int, str]:
    """What the evaluation found of each response, once it is locked: beside the decision, which stays the commune's."""
    shortlist = Shortlist.of(need)
    if shortlist is None or not shortlist.is_locked:
        return {}
    return {
        result.response.id: _(
            "%(mark)s sur 5, rang %(rank)s",
            mark=format_decimal(float(round(result.total, 2)), "0.00"),
            rank=result.rank,
        )
        for result in shortlist.results()
    }


def _tell(need: Need, forms: list[AnswerForm]) -> bool:
    """Whether everything was well formed, allowed and told; what was not is said beside each response."""
    well_formed = [form.validate() for form in forms]  # all of them: each says its own problem
    if not all(well_formed):
        return False
    answers = {form.response: form.answer for form in forms if form.answer is not None}
    try:
        need.answer_responses(by=me(), answers=answers)
    except NotReady as error:
        db.session.rollback()
        for form in forms:
            form.complain(_of(form, error))
        return False
    return True


def _of(form: AnswerForm, error: NotReady) -> Iterator[tuple[str, str]]:
    for name, sentence in error.problems:
        if name == f"answer-{form.response.id}":
            yield "reason" if form.reason_code.data else "reason_code", sentence
        elif not name.startswith("answer-"):
            yield "", sentence


@blueprint.post("/reponses/<int:response_id>/proposer-la-preselection")
def propose_shortlist(response_id: int) -> Any:
    """A contributor's advice; a validator decides."""
    response = loaded(Response)
    try:
        response.propose_shortlist(by=me())
    except RuleViolation:
        db.session.rollback()
        return too_late(response.need)
    db.session.commit()
    return redirect(url_for("responses.show", response_id=response.id), 303)
