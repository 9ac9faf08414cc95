"""Questions and follows for tests, walked to the status that is wanted."""

from __future__ import annotations

from types import SimpleNamespace

from models import Need, Question, db
from tests.factories import World

TEXT = "Les corbeilles ont-elles toutes la même serrure ?"
ANSWER = "Oui, un seul modèle de serrure sur toute la commune."
REASON = "La question décrit un procédé qui n’est pas encore breveté."


def make_question(
    world: World,
    status: str = "asked",
    *,
    need: Need | None = None,
    company: SimpleNamespace | None = None,
    text: str = TEXT,
) -> Question:
    """Asked by Ultrason (or ``company``) on a published need of Bagnolet."""
    need, company = need or world.need(), company or world.startup
    agent = need.author
    question = Question.ask(need=need, organization=company.organization, by=company.contributor, text=text)
    if status == "answered_publicly":
        question.answer_publicly(by=agent, public_text=text, answer=ANSWER)
    elif status == "answered_privately":
        question.answer_privately(by=agent, answer=ANSWER, reason=REASON)
    elif status == "merged":
        question.merge(by=agent, into=make_question(world, need=need, company=world.rival))
    elif status == "rejected":
        question.reject(by=agent, reason="Hors du sujet de ce besoin.")
    elif status == "void":
        question.void()
    db.session.commit()
    return question
