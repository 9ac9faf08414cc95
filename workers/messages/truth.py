"""Whether a message is still true at the moment of sending: minutes may have passed, and people change their minds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from models import (
    CompanyInvitation,
    Interest,
    Match,
    Need,
    NeedSupport,
    Notification,
    OpenCall,
    Organization,
    Question,
    Registration,
    Response,
    Solution,
    User,
    db,
)
from models.database import utc_now
from models.match import UNDO_FOR
from models.solution import WARN_BEFORE
from workers.messages.together import STILL_TOGETHER
from workers.messages.who_reads import concerns


def _can_be_introduced(match: Match, notification: Notification) -> bool:
    # The first message that leaves makes the match « introduced »; the colleagues of its reader are still to be told.
    both_public = match.need.status == "published" and match.solution.is_public
    return both_public and match.status in ("approved", "introduced")


def _is_unanswered(match: Match, notification: Notification) -> bool:
    return match.need.status == "published" and match.solution.is_public and match.status == "introduced"


def _takes_responses(response: Response, notification: Notification) -> bool:
    return bool(response.status == "draft" and response.need.takes_responses)


def _page_still_ages(solution: Solution, notification: Notification) -> bool:
    if solution.status == "stale":
        return True
    fresh_until = solution.fresh_until
    return (
        solution.status == "published" and fresh_until is not None and fresh_until - WARN_BEFORE <= utc_now()
    )


def _status_is(*statuses: str) -> Callable[[Any, Notification], bool]:
    return lambda subject, notification: subject.status in statuses


def _helped_or_waiting(need: Need, notification: Notification) -> bool:
    return need.assistant_id is None and need.status in ("draft", "changes_requested")


def _is_to_review(solution: Solution, notification: Notification) -> bool:
    return solution.status == "in_review" or (solution.is_public and bool(solution.proposed_changes))


def _must_confirm(user: User, notification: Notification) -> bool:
    return user.confirmed_at is None


def _may_still_leave(letter: CompanyInvitation, notification: Notification) -> bool:
    return letter.may_still_leave


def _must_sign(organization: Organization, notification: Notification) -> bool:
    living = organization.status in ("pending", "verified")
    return living and organization.follows_charter and organization.charter_standing.must_sign


def _has_untold(need: Need, notification: Notification) -> bool:
    return need.status == "published" and bool(untold_matches(need, notification))


def _is_written_with(need: Need, notification: Notification) -> bool:
    return need.assistant_id == notification.recipient_id and need.status in ("draft", "changes_requested")


def _is_invited(need: Need, notification: Notification) -> bool:
    return need.assistant_may_edit and _is_written_with(need, notification)


def _still_supports(support: NeedSupport, notification: Notification) -> bool:
    return support.left_at is None and support.need.is_public


def _asks_feedback(need: Need, notification: Notification) -> bool:
    return need.status == "concluded" and need.feedback_at is None


def _has_untold_responses(need: Need, notification: Notification) -> bool:
    """Past the deadline, the message that says so counts them."""
    return need.status == "published" and bool(untold_responses(need, notification))


def _has_untold_answers(question: Question, notification: Notification) -> bool:
    return bool(untold_answers(question, notification))


def _has_a_place(registration: Registration, notification: Notification) -> bool:
    return registration.status == "registered" and registration.event.status == "published"


def _waits_for_a_place(registration: Registration, notification: Notification) -> bool:
    return registration.status == "waitlisted" and registration.event.status == "published"


def _is_expected_soon(registration: Registration, notification: Notification) -> bool:
    return _has_a_place(registration, notification) and not registration.event.has_begun


def _is_open(call: OpenCall, notification: Notification) -> bool:
    return call.is_open


#: Kinds which are not here stay true whatever happens next: they tell of something that did happen.
_STILL: dict[str, Callable[[Any, Notification], bool]] = {
    "message_new": lambda conversation, notification: conversation.unread_by(notification.recipient) > 0,
    "message_reported": lambda message, notification: message.redacted_at is None,
    "confirm_email": _must_confirm,
    "need_help_asked": _helped_or_waiting,
    "need_to_validate": _status_is("awaiting_validation"),
    "need_sent_back": _status_is("draft"),
    "need_in_review": _status_is("in_review"),
    "need_changes_requested": _status_is("changes_requested"),
    "need_published": _status_is("published"),
    "need_amended": _status_is("published"),
    "need_extended": _status_is("published"),
    "need_reopened": _status_is("published"),
    "need_closing_soon": _status_is("published"),
    "need_help_assigned": _is_written_with,
    "need_help_invited": _is_invited,
    "need_supported": _still_supports,
    "need_draft_reminder": _status_is("draft"),
    "need_feedback_asked": _asks_feedback,
    "solution_to_send": _status_is("draft", "changes_requested"),
    "solution_in_review": _is_to_review,
    "solution_published": _status_is("published", "stale"),
    "solution_stale": _page_still_ages,
    "solution_suspended": _status_is("suspended"),
    "solution_reinstated": _status_is("published", "stale"),
    "solution_draft_reminder": _status_is("draft"),
    "interest_received": _status_is(*Interest.OPEN),
    "interest_reminder": _status_is("sent"),
    "interest_acknowledged": _status_is("acknowledged"),
    "interest_meeting": _status_is("meeting_planned"),
    "reference_to_confirm": _status_is("asked"),
    "reference_confirmed": _status_is("confirmed"),
    "reference_contested": _status_is("contested"),
    "match_for_supplier": _can_be_introduced,
    "match_for_buyer": _has_untold,
    "match_reminder": _is_unanswered,
    "question_received": _status_is("asked"),
    "question_reminder": _status_is("asked"),
    "question_answered": _has_untold_answers,
    "response_received": _has_untold_responses,
    "response_clarification": _status_is("clarification"),
    "response_draft_reminder": _takes_responses,
    **STILL_TOGETHER,
    "event_registered": _has_a_place,
    "event_waitlisted": _waits_for_a_place,
    "event_promoted": _has_a_place,
    "event_reminder": _is_expected_soon,
    "event_changed": _status_is("published"),
    "event_cancelled": _status_is("cancelled"),
    "call_opened": _is_open,
    "call_extended": _is_open,
    "call_deadline": _is_open,
    "call_withdrawn": _status_is("withdrawn"),
    "charter_resign": _must_sign,
    "charter_to_sign": _must_sign,
    "organization_pending": _status_is("pending"),
    "organization_to_verify": _status_is("pending"),
    "organization_verified": _status_is("verified"),
    "organization_suspended": _status_is("suspended"),
    "organization_reinstated": _status_is("verified"),
    "membership_requested": _status_is("requested"),
    "member_invited": _status_is("sent"),
    "company_invited": _may_still_leave,
    "company_reminded": _may_still_leave,
    "membership_accepted": _status_is("active"),
    "membership_refused": _status_is("refused"),
}


def why_drop(notification: Notification, subject: Any) -> str | None:
    """Why the message must not leave, in a few words for the row; None when it is still true."""
    to = notification.reader
    if subject is None:
        return "what it speaks of is gone"
    if not to.is_reachable:
        return "the account is closed"
    if not concerns(notification.kind, to, subject):
        return "the person no longer belongs to the organisation"
    still = _STILL.get(notification.kind)
    if still is not None and not still(subject, notification):
        return f"no longer true ({getattr(subject, 'status', 'changed')})"
    return None


def lately_unanswered(
    metropole: Organization | None = None, notification: Notification | None = None
) -> Sequence[Interest]:
    """Demands that went out without an answer since the team was last told of some (the first time: in a week)."""
    told = select(func.max(Notification.created_at)).where(Notification.kind == "unanswered_interests")
    if notification is not None:
        told = told.where(Notification.event != notification.event)
    since: datetime = db.session.scalar(told) or utc_now() - timedelta(days=7)
    return db.session.scalars(Interest.expired_since(since)).all()


def untold_matches(need: Need, notification: Notification) -> Sequence[Match]:
    """What was retained for ``need`` since this person was last told of some, closest first."""
    told: datetime | None = db.session.scalar(
        select(func.max(Notification.claimed_at)).where(
            Notification.kind == "match_for_buyer",
            Notification.subject_id == need.id,
            Notification.recipient_id == notification.recipient_id,
            Notification.status == "sent",
            Notification.id != notification.id,
        )
    )
    retained = select(Match).where(
        Match.need_id == need.id, Match.status.in_(("approved", "introduced", "converted"))
    )
    if told is not None:
        retained = retained.where(Match.decided_at > told)
    # What can still be undone is not told: its own message comes later.
    retained = retained.where(Match.decided_at <= utc_now() - UNDO_FOR)
    return list(db.session.scalars(retained.order_by(Match.rank, Match.id)))


def untold_responses(need: Need, notification: Notification) -> Sequence[Response]:
    """What arrived for ``need`` since this person was last told of some, in order of arrival."""
    told: datetime | None = db.session.scalar(
        select(func.max(Notification.claimed_at)).where(
            Notification.kind == "response_received",
            Notification.subject_id == need.id,
            Notification.recipient_id == notification.recipient_id,
            Notification.status == "sent",
            Notification.id != notification.id,
        )
    )
    received = Response.received(need)
    return db.session.scalars(
        received if told is None else received.where(Response.submitted_at > told)
    ).all()


def untold_answers(question: Question, notification: Notification) -> Sequence[Question]:
    """What was answered to all on the need of ``question`` since this person was last told of an answer there.

    Counted by the instant at which each message was due, the same for everybody: no one reads an answer before the others.
    """
    told: datetime | None = db.session.scalar(
        select(func.max(Notification.due_at))
        .join(Question, Question.id == Notification.subject_id)
        .where(
            Notification.kind == "question_answered",
            Question.need_id == question.need_id,
            Notification.recipient_id == notification.recipient_id,
            Notification.status == "sent",
            Notification.id != notification.id,
        )
    )
    answered = Question.public_of(question.need).where(Question.answered_at <= notification.due_at)
    return list(db.session.scalars(answered if told is None else answered.where(Question.answered_at > told)))
