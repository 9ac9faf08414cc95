"""Every message: its words, its links, its truth at the moment of sending."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale

from models import Activity, Membership, NeedSupport, Notification, db
from models.attachment_lifecycle import VERDICTS
from models.match import DECLINE_REASONS
from models.need_lifecycle import OUTCOMES
from models.notification import CLAIM_LASTS
from models.response import NOT_RETAINED_REASONS
from tests.adoptions import make_interest, make_reference
from tests.arrivals import make_invitation, make_letter
from tests.documents import converse, join
from tests.evaluations import make_compared, make_evaluation, make_partner
from tests.events import make_event, make_registration
from tests.factories import World
from tests.open_calls import make_call
from tests.questions import make_question
from workers import messages
from workers.mail import write_mail
from workers.messages import KINDS, as_html, as_text, compose, words
from workers.messages.gathering import News
from workers.messages.truth import _STILL
from workers.messages.who_reads import READERS

ROOT = Path(__file__).resolve().parents[2]
EVIL = "<script>alert(1)</script> & « amis »"
HEADER = "Objet\r\nBcc: tous@exemple.fr"


def owed_kinds() -> set[str]:
    """Every kind that the code owes: ``Owed("…")``, ``Notification.owe("…")`` and the variables named kind."""
    found: set[str] = set()
    for folder in ("models", "workers", "webapp"):
        for file in (ROOT / folder).rglob("*.py"):
            if "messages" not in file.parts:
                found |= _kinds_in(file.read_text(encoding="utf-8"))
    return found


def _kinds_in(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("Owed", "owe", "owe_to_address"):
                found.add(str(node.args[0].value))
        if isinstance(node, ast.Constant) and node.value in _OWED_INDIRECTLY:
            found.add(str(node.value))
        if isinstance(node, ast.JoinedStr) and ast.unparse(node).endswith("_draft_reminder'"):
            found |= {"need_draft_reminder", "solution_draft_reminder"}
    return found


# Webapp hands these to a function of its own, which owes them.
_OWED_INDIRECTLY = {"confirm_email", "reset_password", "already_registered"}


def test_every_message_owed_has_its_function_and_every_function_its_debt() -> None:
    assert owed_kinds() == set(KINDS)


def test_what_is_re_checked_names_messages_that_exist() -> None:
    assert set(_STILL) | set(READERS) <= set(KINDS)


def test_every_reason_of_the_domain_has_its_words() -> None:
    assert set(words.NOT_RETAINED) == set(NOT_RETAINED_REASONS)
    assert set(words.VERDICTS) == set(VERDICTS)
    assert set(words.DECLINED) == set(DECLINE_REASONS)
    assert set(words.OUTCOMES) == set(OUTCOMES)


# ------------------------------------------------------------------ each message, on a real thing


def _thing(world: World, kind: str) -> Any:
    """What a message of this kind speaks of, with words that try to break out."""
    reason = f"{EVIL} et ce n’est pas tout."
    need = {"title": f"Corbeilles {EVIL}"[:120], "irritant": f"{EVIL}\n\n{'Les corbeilles débordent. ' * 4}"}
    if kind == "need_supported":
        return NeedSupport.join(
            world.need(**need), organization=world.bondy.organization, by=world.bondy.contributor, note=reason
        )
    if kind.startswith("need_") or kind in ("match_for_buyer", "response_received"):
        return world.need(status="draft" if "draft" in kind or "help" in kind else "published", **need)
    if kind.startswith("solution_"):
        return world.solution(title=f"Sondes {EVIL}"[:120], pitch=f"{EVIL} mesure les corbeilles de rue.")
    if kind.startswith("match_"):
        return world.match(
            world.need(**need), status="declined" if kind == "match_declined" else "introduced"
        )
    if kind.startswith("response_"):
        response = world.response(
            world.need(**need), status="not_retained" if "not_retained" in kind else "submitted"
        )
        response.summary = response.reason = reason
        return response
    if kind.startswith("question_"):
        statuses = {"question_answered_privately": "answered_privately", "question_rejected": "rejected"}
        return make_question(world, statuses.get(kind, "asked"), need=world.need(**need), text=reason)
    if kind in ("message_new", "message_reported"):
        conversation = converse(world, **need)
        return conversation if kind == "message_new" else conversation.messages[0]
    if kind.startswith("consortium_"):
        member = make_partner(world, response=world.response(world.need(**need), status="draft"))
        member.part = reason
        return member
    if kind.startswith("evaluation_"):
        return make_evaluation(world, make_compared(world, **need), "locked")
    if kind.startswith("attachment_"):
        return join(world, world.response(status="draft"), "refused", name="Plan & <b>.pdf")
    if kind.startswith("interest_"):
        return make_interest(world, "meeting_planned", message=f"{EVIL} : pouvez-vous nous montrer ?")
    if kind.startswith("reference_"):
        return make_reference(world, note=EVIL)
    if kind.startswith("membership_"):
        return Membership.request(user=world.user("Ana <b>"), organization=world.bagnolet.organization)
    if kind == "member_invited" or kind.startswith("invitation_"):
        return make_invitation(world, "sent")
    if kind.startswith("company_"):
        return make_letter(world)
    if kind in ("event_changed", "event_cancelled"):
        return make_event(world, title=f"Matinée {EVIL}"[:120], place=EVIL)
    if kind.startswith("event_"):
        return make_registration(world, event=make_event(world, title=f"Matinée {EVIL}"[:120], place=EVIL))
    if kind == "call_withdrawn":
        return make_call(world, "withdrawn", title=f"Appel {EVIL}"[:120])
    if kind.startswith("call_"):
        return make_call(world, title=f"Appel {EVIL}"[:120])
    if kind.startswith(("organization_", "charter_")) or kind == "unanswered_interests":
        return world.startup.organization
    return world.user("Nour")


def _message(world: World, kind: str) -> tuple[Any, messages.Message]:
    thing = _thing(world, kind)
    activity = Activity.record("speak", thing, by=world.curator, reason=f"Parce que {EVIL}")
    cause: Any = [world.match(thing, status="introduced")] if kind == "match_for_buyer" else activity
    if kind == "response_received":
        cause = [world.response(thing, company) for company in (None, world.rival)]
    if kind == "question_answered":
        cause = [make_question(world, "answered_publicly", need=thing.need, text=f"Encore {EVIL}")]
    if kind in ("digest", "alert_found"):
        line = (f"Corbeilles {EVIL}", "http://localhost/besoins/1-corbeilles")
        cause = News(((f"Alerte « {EVIL} »", (line,)),), left_out=2, by_meaning=True)
    if kind == "unanswered_interests":
        cause = [make_interest(world, "expired", solution=world.solution(title=f"Sondes {EVIL}"[:120]))]
    to = world.user(EVIL[:40])
    with force_locale("fr"):
        return to, KINDS[kind](to, thing, cause)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_message_is_written_as_text_and_html_without_reading_a_title_as_html(
    world: World, kind: str
) -> None:
    to, message = _message(world, kind)

    with force_locale("fr"):
        text, html = as_text(message, to), as_html(message, to)

    assert message.subject.strip()
    assert "\n" not in messages.subject_of(message)
    assert "<script" not in html
    assert re.search("Vous recevez ce message parce qu(e |’)", " ".join(text.split()))
    assert message.action is not None
    assert message.action.url.startswith("http://localhost/")
    assert message.action.url in text
    assert message.action.url in html
    assert not re.search(r"%\(|None|\{\{|lazy", text + html)


@pytest.mark.parametrize(
    "kind", ["match_for_supplier", "match_for_buyer", "match_reminder", "match_declined"]
)
def test_a_message_about_a_proposal_says_that_an_algorithm_helped_and_that_nothing_is_awarded(
    world: World, kind: str
) -> None:
    to, message = _message(world, kind)

    with force_locale("fr"):
        text, html = (
            " ".join(body(message, to).replace("\u00a0", " ").split()) for body in (as_text, as_html)
        )

    for body in (text, html):
        assert "traitement algorithmique" in body
        assert "Une personne de la Métropole l’a lue" in body
        assert "CADA" in body
        assert "elle n’attribue pas de marché" in body
        assert "/transparence" in body


def test_the_company_reads_of_a_need_what_everybody_can_read(world: World) -> None:
    need = world.need(practical_notes="Code du portail : 4321", budget_max_cents=4_500_000)
    match = world.match(need, status="introduced")

    with force_locale("fr"):
        text = as_text(KINDS["match_for_supplier"](world.user(), match, None), world.user())

    assert need.irritant.split(" : ")[0][:40] in text
    assert "4321" not in text


def test_a_refusal_gives_its_reasons(world: World) -> None:
    response = world.response(status="not_retained")

    with force_locale("fr"):
        text = " ".join(
            as_text(KINDS["response_not_retained"](world.user(), response, None), world.user()).split()
        )

    assert "ne répond pas au problème" in text
    assert "Votre réponse ne traite pas du week-end." in text


def test_a_sealed_response_is_announced_without_its_words_nor_whose_it_is(world: World) -> None:
    response = world.response(world.need(sealed=True))

    with force_locale("fr"):
        text = as_text(KINDS["response_received"](world.user(), response.need, [response]), world.user())

    assert "pli fermé" in text.replace("\u00a0", " ").replace("\n", " ")
    assert response.summary not in " ".join(text.split())
    assert response.organization.display_name not in text
    response.withdraw(by=response.author)
    with force_locale("fr"):
        text = as_text(KINDS["response_withdrawn"](world.user(), response, None), world.user())
    assert response.organization.display_name not in text and "est retirée" in " ".join(text.split())


def test_a_title_with_a_line_break_cannot_add_a_header(world: World, app: Flask) -> None:
    need = world.need(status="awaiting_validation")
    need.title = HEADER
    db.session.commit()
    (notification, *_) = Notification.owe(
        "need_to_validate", [world.bagnolet.validator], subject=need, event="x"
    )
    db.session.flush()
    notification.recipient.first_name = HEADER
    db.session.commit()

    mail = write_mail(notification, need)

    assert mail["Bcc"] is None
    assert "Bcc: tous@exemple.fr" in str(mail["Subject"])
    assert mail["To"].addresses[0].addr_spec == world.bagnolet.validator.email


def test_the_same_event_for_the_same_person_has_the_same_message_id(world: World) -> None:
    need = world.need()
    ours, theirs = Notification.owe(
        "need_published", [world.bagnolet.validator, world.bagnolet.contributor], subject=need, event="e"
    )
    db.session.commit()

    assert write_mail(ours, need)["Message-ID"] == write_mail(ours, need)["Message-ID"]
    assert write_mail(ours, need)["Message-ID"] != write_mail(theirs, need)["Message-ID"]


# ------------------------------------------------------------------ still true?

Change = Callable[[World, Any], object]


@pytest.mark.parametrize(
    ("kind", "make", "change"),
    [
        (
            "need_to_validate",
            lambda w: w.need(status="awaiting_validation"),
            lambda w, n: n.recall(by=w.bagnolet.contributor),
        ),
        (
            "need_published",
            lambda w: w.need(),
            lambda w, n: n.withdraw(by=w.bagnolet.validator, reason="Le projet change."),
        ),
        (
            "solution_suspended",
            lambda w: w.solution(status="suspended"),
            lambda w, s: s.reinstate(by=w.curator),
        ),
        ("match_for_supplier", lambda w: w.match(status="approved"), lambda w, m: m.undo(by=w.curator)),
        ("match_for_supplier", lambda w: w.match(status="approved"), lambda w, m: m.need.close()),
        (
            "response_clarification",
            lambda w: w.response(status="clarification"),
            lambda w, r: r.withdraw(by=w.startup.contributor),
        ),
        ("organization_suspended", lambda w: w.startup.organization, lambda w, o: None),
    ],
)
def test_a_message_that_is_no_longer_true_is_dropped(
    world: World, kind: str, make: Callable[[World], Any], change: Change
) -> None:
    thing = make(world)
    owner = getattr(thing, "solution", None) or thing
    organization = getattr(owner, "organization", owner)
    (notification,) = Notification.owe(kind, [organization.members()[-1]], subject=thing, event="x")
    db.session.flush()
    if kind != "organization_suspended":
        assert messages.why_drop(notification, thing) is None

    change(world, thing)

    assert messages.why_drop(notification, thing)


def test_who_left_the_company_is_told_nothing_more(world: World) -> None:
    match = world.match(status="approved")
    (notification, *_) = Notification.owe(
        "match_for_supplier", [world.startup.contributor], subject=match, event="x"
    )
    db.session.flush()
    assert messages.why_drop(notification, match) is None

    world.startup.contributor.memberships[0].leave(by=world.startup.contributor)

    assert messages.why_drop(notification, match)


def test_the_buyer_is_told_of_each_retained_solution_once_and_of_none_that_can_still_be_undone(
    world: World,
) -> None:
    need = world.need()
    first = world.match(need, world.solution(), status="approved")
    (notification,) = [
        row
        for row in db.session.scalars(Notification.waiting("match_for_buyer", subject=need))
        if row.recipient_id == world.bagnolet.validator.id
    ]
    assert messages.why_drop(notification, need)
    with time_machine.travel(first.decided_at + timedelta(seconds=61), tick=False):
        assert messages.why_drop(notification, need) is None
        assert notification.claim()
        notification.mark_sent()
        db.session.commit()
    with time_machine.travel(first.decided_at + timedelta(seconds=62), tick=False):
        second = world.match(
            need, world.solution(title="Une autre façon de vider les corbeilles"), status="approved"
        )
    with time_machine.travel(second.decided_at + timedelta(seconds=61), tick=False):
        (again,) = [
            row
            for row in db.session.scalars(Notification.waiting("match_for_buyer", subject=need))
            if row.recipient_id == world.bagnolet.validator.id
        ]
        with force_locale("fr"):
            text = as_text(compose(again, need), again.recipient)
    assert "Une autre façon" in text
    assert first.solution.title not in " ".join(text.split())
    assert timedelta(seconds=60) == CLAIM_LASTS
