"""Whether a message is still true at the moment of sending: minutes may have passed, and people change their minds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models import Match, Need, Notification, Organization, Response, Solution, User, db
from models.database import utc_now
from models.match import UNDO_FOR
from models.solution import WARN_BEFORE

# ------------------------------------------------------------------ is it still the right person?

_CURATORS = {
    "need_help_asked",
    "need_in_review",
    "solution_in_review",
    "organization_to_verify",
    "match_declined",
}
#: About a person's own account or request: who they belong to does not matter.
_PERSONAL = {
    "confirm_email",
    "reset_password",
    "already_registered",
    "membership_accepted",
    "membership_refused",
}
_RESPONDENTS = {
    "need_amended",
    "need_extended",
    "need_withdrawn",
    "need_closed_respondent",
    "need_dialogue_opened",
    "need_concluded",
}
_BUYER_OF_RESPONSE = {"response_received", "response_withdrawn", "response_clarified"}


def concerns(kind: str, to: User, subject: Any) -> bool:
    """Whether ``to`` may still read it: who left a company must not go on receiving what it is told."""
    if kind in _PERSONAL:
        return True
    if kind in _CURATORS:
        return to.is_curator
    if kind == "membership_requested":
        return to.is_curator or any(
            m.includes("org_admin")
            for m in to.active_memberships()
            if m.organization_id == subject.organization_id
        )
    return any(m.organization_id in _organizations(kind, subject) for m in to.active_memberships())


def _organizations(kind: str, subject: Any) -> set[int]:
    if isinstance(subject, Organization):
        return {subject.id}
    if isinstance(subject, Match):
        return {subject.solution.organization_id}
    if kind in _RESPONDENTS:
        introduced = (
            select(Solution.organization_id)
            .join(Match)
            .where(Match.need_id == subject.id, Match.introduced_at.is_not(None))
        )
        return {response.organization_id for response in subject.responses} | set(
            db.session.scalars(introduced)
        )
    if kind in _BUYER_OF_RESPONSE:
        return {subject.need.organization_id}
    return {subject.organization_id}


# ------------------------------------------------------------------ is it still so?


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


def _has_untold(need: Need, notification: Notification) -> bool:
    return need.status == "published" and bool(untold_matches(need, notification))


#: Kinds which are not here stay true whatever happens next: they tell of something that did happen.
_STILL: dict[str, Callable[[Any, Notification], bool]] = {
    "confirm_email": _must_confirm,
    "need_help_asked": _helped_or_waiting,
    "need_to_validate": _status_is("awaiting_validation"),
    "need_sent_back": _status_is("draft"),
    "need_in_review": _status_is("in_review"),
    "need_changes_requested": _status_is("changes_requested"),
    "need_published": _status_is("published"),
    "need_amended": _status_is("published"),
    "need_extended": _status_is("published"),
    "need_draft_reminder": _status_is("draft"),
    "need_feedback_asked": _status_is("concluded"),
    "solution_in_review": _is_to_review,
    "solution_published": _status_is("published", "stale"),
    "solution_stale": _page_still_ages,
    "solution_suspended": _status_is("suspended"),
    "solution_reinstated": _status_is("published", "stale"),
    "solution_draft_reminder": _status_is("draft"),
    "match_for_supplier": _can_be_introduced,
    "match_for_buyer": _has_untold,
    "match_reminder": _is_unanswered,
    "response_received": _status_is(*Response.RECEIVED),
    "response_clarification": _status_is("clarification"),
    "response_draft_reminder": _takes_responses,
    "organization_pending": _status_is("pending"),
    "organization_to_verify": _status_is("pending"),
    "organization_verified": _status_is("verified"),
    "organization_suspended": _status_is("suspended"),
    "organization_reinstated": _status_is("verified"),
    "membership_requested": _status_is("requested"),
    "membership_accepted": _status_is("active"),
    "membership_refused": _status_is("refused"),
}


def why_drop(notification: Notification, subject: Any) -> str | None:
    """Why the message must not leave, in a few words for the row; None when it is still true."""
    to = notification.recipient
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
