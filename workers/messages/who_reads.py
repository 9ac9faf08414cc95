"""Whether a person may still read a message at the moment of sending: who left a company goes on reading nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from models import (
    Conversation,
    Event,
    Follow,
    Interest,
    Invitation,
    Match,
    Membership,
    Need,
    NeedSupport,
    OpenCall,
    Organization,
    Question,
    Registration,
    Response,
    Solution,
    User,
    db,
    need_audiences,
)
from workers.messages.together import READERS_TOGETHER, answering, respondent
from workers.messages.together import belongs as _belongs

Reader = Callable[[User, Any], bool]


def _anybody(to: User, subject: Any) -> bool:
    """It is about the reader’s own account or request: who they belong to does not matter."""
    return True


def _team(to: User, subject: Any) -> bool:
    return to.is_curator


def _owner(to: User, subject: Any) -> bool:
    """A member of the organisation to which it belongs."""
    return _belongs(to, {subject.organization_id})


def _supplier_of_match(to: User, match: Match) -> bool:
    return _belongs(to, {match.solution.organization_id})


def _organization_itself(to: User, organization: Organization) -> bool:
    return _belongs(to, {organization.id})


def _signatory(to: User, organization: Organization) -> bool:
    membership = to.membership_of(organization)
    return membership is not None and membership.includes("validator")


def _buyer_of_response(to: User, response: Response) -> bool:
    return _belongs(to, {response.need.organization_id})


def _was_member(to: User, organization: Organization) -> bool:
    """Nobody acts for an organisation that closed, but its people are told that it did."""
    return any(m.organization_id == organization.id and m.status == "active" for m in to.memberships)


def _party(to: User, conversation: Conversation) -> bool:
    return conversation.side_of(to) is not None


def _platform(to: User, subject: Any) -> bool:
    return to.is_admin


def _administrator(to: User, membership: Membership | Invitation) -> bool:
    return to.is_curator or any(
        mine.includes("org_admin")
        for mine in to.active_memberships()
        if mine.organization_id == membership.organization_id
    )


def _told_of_need(to: User, need: Need) -> bool:
    """A company that answered, writes, or was introduced, even when that is over by now; or who asked to be told."""
    introduced = (
        select(Solution.organization_id)
        .join(Match)
        .where(Match.need_id == need.id, Match.introduced_at.is_not(None))
    )
    companies = {number for response in need.responses for number in answering(response)}
    asked = (person.id for people in need_audiences.WHO_ASKED for person in people(need))
    return _belongs(to, companies | set(db.session.scalars(introduced))) or to.id in asked


def _owner_of_need(to: User, under: NeedSupport | Question) -> bool:
    return _belongs(to, {under.need.organization_id})


def _told_of_question(to: User, question: Question) -> bool:
    return _told_of_need(to, question.need)


def _asker(to: User, question: Question) -> bool:
    """A member of an organisation that asked it: its own, or one whose question was joined to it."""
    return _belongs(to, {one.organization_id for one in (question, *question.joined)})


def _onlooker(to: User, need: Need) -> bool:
    return any(person.id == to.id for person in need_audiences.onlookers(need))


def _supplier_of_solution(to: User, subject: Any) -> bool:
    return _belongs(to, {subject.solution.organization_id})


def _either_side(to: User, interest: Interest) -> bool:
    return _owner(to, interest) or _supplier_of_solution(to, interest)


def _supplier_or_team(to: User, reference: Any) -> bool:
    return to.is_curator or _supplier_of_solution(to, reference)


def _oneself(to: User, registration: Registration) -> bool:
    return registration.user_id == to.id


def _expected(to: User, event: Event) -> bool:
    """Who has a place, or waits for one: who gave it back hears no more of it."""
    registration = Registration.find(event, to)
    return registration is not None and registration.status in ("registered", "waitlisted")


def _follower(to: User, call: OpenCall) -> bool:
    return Follow.find(to, "open_call", call.id) is not None


def _writer(to: User, call: OpenCall) -> bool:
    return any(person.id == to.id for person in call.writers())


def _follower_or_writer(to: User, call: OpenCall) -> bool:
    return _follower(to, call) or _writer(to, call)


def _follower_or_author(to: User, call: OpenCall) -> bool:
    return _follower(to, call) or any(person.id == to.id for person in call.authors())


#: kind → who may still read it; a kind which is not here is read by the members of what it speaks of (``_usual``).
READERS: dict[str, Reader] = {
    **dict.fromkeys(
        (
            "confirm_email",
            "reset_password",
            "already_registered",
            "identity_linked",
            "membership_accepted",
            "membership_refused",
            "member_invited",
            "company_invited",
            "company_reminded",
            "digest",
            "alert_found",
        ),
        _anybody,
    ),
    **dict.fromkeys(
        (
            "need_help_asked",
            "need_help_assigned",
            "need_help_invited",
            "need_in_review",
            "solution_in_review",
            "organization_to_verify",
            "match_declined",
        ),
        _team,
    ),
    **dict.fromkeys(("membership_requested", "invitation_accepted", "invitation_declined"), _administrator),
    **dict.fromkeys(
        (
            "interest_received",
            "interest_reminder",
            "interest_converted",
            "interest_stopped",
            "reference_confirmed",
        ),
        _supplier_of_solution,
    ),
    **dict.fromkeys(("interest_meeting", "interest_void"), _either_side),
    "reference_contested": _supplier_or_team,
    "unanswered_interests": _team,
    "organization_archived": _was_member,
    "message_new": _party,
    "message_reported": _platform,
    "need_supported": _owner_of_need,
    **dict.fromkeys(
        ("need_amended", "need_extended", "need_withdrawn", "need_reopened", "need_closing_soon"),
        _told_of_need,
    ),
    **dict.fromkeys(
        (
            "need_closed_respondent",
            "need_dialogue_opened",
            "need_dialogue_started_with_others",
            "need_concluded",
        ),
        respondent,
    ),
    **dict.fromkeys(("charter_resign", "charter_to_sign"), _signatory),
    "solution_to_send": lambda to, solution: _signatory(to, solution.organization),
    **dict.fromkeys(("question_received", "question_reminder"), _owner_of_need),
    **dict.fromkeys(("question_answered_privately", "question_merged", "question_rejected"), _asker),
    "question_answered": _told_of_question,
    "need_concluded_followed": _onlooker,
    **dict.fromkeys(("event_registered", "event_waitlisted", "event_promoted", "event_reminder"), _oneself),
    **dict.fromkeys(("event_changed", "event_cancelled"), _expected),
    "call_opened": _follower,
    "call_extended": _follower_or_writer,
    "call_deadline": _writer,
    "call_withdrawn": _follower_or_author,
    **dict.fromkeys(("response_withdrawn", "response_clarified"), _buyer_of_response),
    **READERS_TOGETHER,
}


def _usual(subject: Any) -> Reader:
    if isinstance(subject, Organization):
        return _organization_itself
    return _supplier_of_match if isinstance(subject, Match) else _owner


def concerns(kind: str, to: User, subject: Any) -> bool:
    """Whether ``to`` may still read it: who left a company must not go on receiving what it is told."""
    return READERS.get(kind, _usual(subject))(to, subject)
