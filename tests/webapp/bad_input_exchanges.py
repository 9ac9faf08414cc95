"""Forms by which people ask, answer, follow, judge, join documents and write to each other: their cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models import Alert, Follow, NeedChoices, User
from models.interest import Interest
from models.token import unsubscribe_token
from tests.documents import converse, join
from tests.evaluations import make_compared, make_evaluation, mark_all
from tests.factories import World
from tests.questions import make_question
from tests.webapp.bad_input_case import Case


def exchange_cases(world: World) -> dict[str, Case]:
    """Endpoint → its case."""
    return {
        **_evaluation(world),
        **_questions(world),
        **_alerts(world),
        **_following(world),
        **_documents(world),
        **_conversations(world),
    }


def _evaluation(world: World) -> dict[str, Case]:
    agent, decider = world.bagnolet.contributor, world.bagnolet.validator

    def finished() -> Any:
        shortlist = make_evaluation(world)
        for response in shortlist.responses():
            mark_all(shortlist, response, agent, 4)
        return shortlist.need

    def begun() -> Case:
        return Case(lambda: make_evaluation(world).responses()[0], lambda response: agent)

    return {
        "evaluation.criteria": Case(lambda: make_compared(world), lambda need: agent),
        "evaluation.declare": Case(lambda: make_evaluation(world, declared=False).need, lambda need: agent),
        "evaluation.sheet": begun(),
        "evaluation.autosave": begun(),
        "evaluation.lock": Case(finished, lambda need: decider),
        "evaluation.share": Case(lambda: make_evaluation(world, status="locked").need, lambda need: decider),
    }


def _questions(world: World) -> dict[str, Case]:
    answered = Case(lambda: make_question(world), lambda question: world.bagnolet.contributor)

    def twin() -> Any:
        question = make_question(world)
        make_question(world, need=question.need, company=world.rival)
        return question

    return {
        "questions.ask": Case(lambda: world.need(), lambda need: world.startup.contributor),
        "questions.answer": answered,
        "questions.answer_privately": answered,
        "questions.merge": replace(answered, make=twin),
        "questions.reject": answered,
    }


def _alerts(world: World) -> dict[str, Case]:
    def kept() -> Alert:
        return Alert.keep(
            user=world.user("Veilleuse"), kind="needs", choices=NeedChoices(), words="vélos", name="Vélos"
        )

    changed = Case(kept, lambda alert: alert.user)
    return {
        "alerts.keep": Case(
            lambda: None, lambda thing: world.user("Veilleuse"), lambda thing: {"kind": "needs"}
        ),
        **dict.fromkeys(("alerts.edit", "alerts.stop", "alerts.resume", "alerts.end"), changed),
        "alerts.unsubscribe": Case(
            lambda: world.user("Lassée"),
            lambda user: None,
            lambda user: {"token": unsubscribe_token(user, "digest")},
        ),
        "accounts.preferences": Case(lambda: world.user("Veilleuse"), lambda user: user),
    }


def _following(world: World) -> dict[str, Case]:
    def somebody(thing: Any) -> User:
        return world.user("Suiveuse")

    return {
        "following.need": Case(lambda: world.need(), somebody),
        "following.solution": Case(lambda: world.solution(), somebody),
        "following.organization": Case(lambda: world.startup.organization, somebody),
        "following.theme": Case(lambda: None, somebody, lambda thing: {"code": "mobility"}),
        "following.themes": Case(lambda: None, somebody),
        "following.stop": Case(
            lambda: Follow.begin(user=world.user("Suiveuse"), kind="theme", key="mobility"),
            lambda follow: follow.user,
            lambda follow: {"follow_id": follow.id},
        ),
    }


def _documents(world: World) -> dict[str, Case]:
    def attachment() -> Any:
        return join(world, world.response(status="draft"))

    return {
        "attachments.of_need": Case(
            lambda: world.need(status="draft"), lambda need: world.bagnolet.contributor
        ),
        "attachments.of_solution": Case(lambda: world.solution(), lambda solution: world.startup.contributor),
        "attachments.of_response": Case(
            lambda: world.response(status="draft"), lambda response: world.startup.contributor
        ),
        "attachments.remove": Case(attachment, lambda attachment: world.startup.contributor),
    }


def _conversations(world: World) -> dict[str, Case]:
    def company(thing: Any) -> User:
        return world.startup.contributor  # type: ignore[no-any-return]

    def helped() -> Any:
        need = world.need(status="draft")
        need.ask_help(by=world.bagnolet.contributor)
        need.offer_help(by=world.curator)
        return need

    def acknowledged() -> Any:
        interest = Interest.send(
            solution=world.solution(),
            organization=world.bagnolet.organization,
            by=world.bagnolet.contributor,
            wish="demo",
            message="Pouvez-vous nous montrer comment cela marche ?",
        )
        interest.acknowledge(by=world.startup.contributor)
        return interest

    return {
        "conversations.show": Case(lambda: converse(world), company),
        "conversations.about_response": Case(lambda: world.response(), company),
        "conversations.about_match": Case(
            lambda: world.match(status="introduced"), lambda match: world.bagnolet.contributor
        ),
        "conversations.about_help": Case(helped, lambda need: world.bagnolet.contributor),
        "conversations.about_interest": Case(acknowledged, company),
        "conversations.report": Case(lambda: converse(world).messages[0], company),
        "conversations.redact": Case(lambda: converse(world).messages[0], lambda message: world.admin),
    }
