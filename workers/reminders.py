"""Reminders: few, each sent once, each with a way out. They stop by themselves when the person acts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, exists, select

from models import Activity, ConsortiumMember, Match, Need, Notification, Question, Response, Solution, db
from models.database import utc_now
from models.solution import STALE_FOR, WARN_BEFORE
from workers.charters import announce_charters, remind_of_charter
from workers.events import remind_of_events
from workers.interests import (
    ask_references,
    expire_interests,
    remind_of_interests,
    tell_team_of_unanswered,
)
from workers.open_calls import remind_of_calls
from workers.queue import ring
from workers.rows import numbers, one_by_one, stamp, take

#: The author of a draft untouched for 7 days, then for 21, hears from us (domain model §3, §4): (step, until).
#: Past 60 days a draft was given up: we leave it in peace.
DRAFT_STEPS = ((7, 21), (21, 60))
FEEDBACK_AFTER = timedelta(days=90)
FEEDBACK_UNTIL = timedelta(days=180)
STALE_AGAIN_AFTER = timedelta(days=30)


def remind_people() -> None:
    """Everything below. Run twice, nothing more is owed."""
    done = sum(
        reminder()
        for reminder in (
            _remind_drafts,
            _remind_response_drafts,
            _remind_partners,
            _warn_closing,
            _remind_questions,
            _remind_matches,
            _expire_matches,
            _ask_feedback,
            _warn_stale,
            _mark_stale,
            _remind_stale,
            _archive_stale,
            remind_of_interests,
            expire_interests,
            tell_team_of_unanswered,
            ask_references,
            announce_charters,
            remind_of_charter,
            remind_of_events,
            remind_of_calls,
        )
    )
    if done:
        ring("deliver_notifications")
        db.session.commit()


# ------------------------------------------------------------------ drafts


def _remind_drafts() -> int:
    done = 0
    for model in (Need, Solution):
        for days, until in DRAFT_STEPS:
            done += one_by_one(numbers(_idle_drafts(model, days, until)), partial(_remind_draft, model, days))
    return done


def _idle_drafts(model: type[Any], days: int, until: int) -> Select[Any]:
    """Drafts untouched for ``days`` to ``until`` days whose author has not heard of it at this step."""
    now = utc_now()
    told = exists().where(
        Notification.kind == f"{model.subject_type}_draft_reminder",
        Notification.subject_id == model.id,
        Notification.event.endswith(f":{days}"),
    )
    return select(model).where(
        model.status == "draft",
        model.updated_at <= now - timedelta(days=days),
        model.updated_at > now - timedelta(days=until),
        ~told,
    )


def _remind_draft(model: type[Any], days: int, number: int) -> None:
    draft = take(model, number)
    if draft is not None and draft.status == "draft":
        kind = f"{model.subject_type}_draft_reminder"
        Notification.owe(kind, [draft.author], subject=draft, event=f"{kind}:{number}:{days}")


def _remind_response_drafts() -> int:
    """Three days before the need closes."""
    return one_by_one(numbers(Response.due_to_remind()), _remind_response_draft)


def _remind_response_draft(number: int) -> None:
    response = take(Response, number)
    if response is None or response.status != "draft" or response.reminded_at is not None:
        return
    event = f"response_draft_reminder:{number}"
    Notification.owe(
        "response_draft_reminder", response.organization.members(), subject=response, event=event
    )
    stamp(response, reminded_at=utc_now())


def _remind_questions() -> int:
    """The commune, after three working days, once."""
    return one_by_one(numbers(Question.due_to_remind()), _remind_question)


def _remind_question(number: int) -> None:
    question = take(Question, number)
    if question is not None and question.status == "asked" and question.reminded_at is None:
        question.remind()


def _warn_closing() -> int:
    """Who follows a need which closes in three days and has begun nothing; once, and again after an extension."""
    return one_by_one(numbers(Need.due_to_warn()), _warn_closing_of)


def _warn_closing_of(number: int) -> None:
    need = take(Need, number)
    if need is not None and need.status == "published" and need.closing_warned_at is None:
        need.warn_closing()


def _remind_partners() -> int:
    """Who has not said whether it answers with another, three days before the need closes."""
    return one_by_one(numbers(ConsortiumMember.due_to_remind()), _remind_partner)


def _remind_partner(number: int) -> None:
    member = take(ConsortiumMember, number)
    if member is not None and member.status == "invited" and member.reminded_at is None:
        member.remind()


# ------------------------------------------------------------------ introductions


def _remind_matches() -> int:
    """Two weeks after the introduction, once."""
    return one_by_one(numbers(Match.due_to_remind()), _remind_match)


def _remind_match(number: int) -> None:
    match = take(Match, number)
    if match is not None and match.reminded_at is None:
        match.remind()


def _expire_matches() -> int:
    return one_by_one(
        numbers(Match.due_to_expire()), lambda number: db.session.get_one(Match, number).expire()
    )


# ------------------------------------------------------------------ what became of a need


def _ask_feedback() -> int:
    """Three months after the conclusion, once. A reference that was imported has nobody to ask."""
    now = utc_now()
    asked = exists().where(
        Activity.subject_type == "need", Activity.subject_id == Need.id, Activity.action == "ask_feedback"
    )
    concluded = select(Need).where(
        Need.status == "concluded",
        Need.source == "",
        Need.concluded_at <= now - FEEDBACK_AFTER,
        Need.concluded_at > now - FEEDBACK_UNTIL,
        ~asked,
    )
    return one_by_one(numbers(concluded), _ask_feedback_of)


def _ask_feedback_of(number: int) -> None:
    need = take(Need, number)
    asked = select(Activity.id).where(
        Activity.subject_type == "need", Activity.subject_id == number, Activity.action == "ask_feedback"
    )
    if need is not None and db.session.scalar(asked.limit(1)) is None:
        need.ask_feedback()


# ------------------------------------------------------------------ pages that age


def _warn_stale() -> int:
    """A month before a page is a year old."""
    soon = select(Solution).where(
        Solution.status == "published",
        Solution.stale_warned_at.is_(None),
        Solution.fresh_until <= utc_now() + WARN_BEFORE,
        Solution.fresh_until > utc_now(),
    )
    return one_by_one(numbers(soon), _warn_stale_page)


def _warn_stale_page(number: int) -> None:
    solution = take(Solution, number)
    if solution is not None and solution.stale_warned_at is None:
        solution.warn_stale()


def _mark_stale() -> int:
    old = select(Solution).where(Solution.status == "published", Solution.fresh_until <= utc_now())
    return one_by_one(numbers(old), lambda number: db.session.get_one(Solution, number).go_stale())


def _remind_stale() -> int:
    """A month after, once for each time that it went stale."""
    now = utc_now()
    old = select(Solution).where(
        Solution.status == "stale",
        Solution.fresh_until <= now - STALE_AGAIN_AFTER,
        Solution.fresh_until > now - STALE_FOR,
    )
    return one_by_one(numbers(old), _remind_stale_page)


def _remind_stale_page(number: int) -> None:
    solution = take(Solution, number)
    if solution is not None and solution.status == "stale" and solution.fresh_until is not None:
        event = f"solution_stale:{number}:again:{solution.fresh_until:%Y%m%d}"
        Notification.owe("solution_stale", solution.organization.members(), subject=solution, event=event)


def _archive_stale() -> int:
    old = select(Solution).where(Solution.status == "stale", Solution.fresh_until <= utc_now() - STALE_FOR)
    return one_by_one(numbers(old), lambda number: db.session.get_one(Solution, number).archive(by=None))
