"""A line of « Où j'en suis » in words: what it is, its steps, whose turn it is, what comes next. Companies read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models import ConsortiumMember, Interest, Match, Response, Solution
from models.database import utc_now
from webapp.filters import day, short_day, to_the
from webapp.links import address_of

#: (name, note, state: past, now or next), as macros/status.html draws them.
Step = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """``kind``: what it is; ``other``: with whom; ``turn``: who moves now, and until when; ``next``: (words, address) of what
    I may do, None when I can only wait."""

    thing: Any
    kind: str
    title: str
    other: str
    address: str
    steps: list[Step]
    turn: str
    next: tuple[str, str] | None = None
    is_mine: bool = False


def line_of(thing: Any) -> Line:
    match thing:
        case Match():
            return _of_match(thing)
        case Interest():
            return _of_interest(thing)
        case Response():
            return _of_response(thing)
        case ConsortiumMember():
            return _of_partner(thing)
        case Solution():
            return _of_solution(thing)
    raise AssertionError(thing)


def _steps(dated: Sequence[tuple[str, datetime | date | None]], *, ended: bool) -> list[Step]:
    """Steps with their date are past; the first one without is the present one, unless all is over."""
    steps: list[Step] = []
    is_next = not ended
    last = max((place for place, (_name, at) in enumerate(dated) if at is not None), default=-1)
    for place, (name, at) in enumerate(dated):
        state = "past" if at is not None else "now" if is_next and place > last else "next"
        is_next = is_next and state != "now"
        steps.append((name, short_day(at), state))
    return steps


def _of_match(match: Match) -> Line:
    answered = match.converted_at if match.status == "converted" else None
    steps = _steps(
        [(_("Présentation"), match.introduced_at), (_("Ouverture"), match.seen_at), (_("Réponse"), answered)],
        ended=match.status != "introduced",
    )
    need = match.need
    turn, following = "", None
    if match.status == "introduced":
        turn = _("à vous, avant le %(day)s", day=day(need.closes_on))
        following = (
            _("Répondre ou décliner"),
            url_for("matches.show", match_id=match.id),
        )
    elif match.response is not None:
        following = (_("Lire votre réponse"), address_of(match.response))
    elif match.interest is not None:
        following = (_("Lire la demande « J’adopte »"), address_of(match.interest))
    return Line(
        match, _("Mise en relation"), need.title, need.organization.display_name,
        url_for("matches.show", match_id=match.id) if match.status in Match.TOLD else address_of(need),
        steps, turn, following, is_mine=match.status == "introduced",
    )  # fmt: skip


def _of_interest(interest: Interest) -> Line:
    steps = _steps(
        [
            (_("Demande"), interest.sent_at),
            (_("Accusé de réception"), interest.acknowledged_at),
            _meeting(interest),
            (_("Rencontre"), interest.met_at),
            (_("Suite"), interest.ended_at),
        ],
        ended=interest.status not in Interest.OPEN,
    )
    buyer = interest.organization.display_name
    page = address_of(interest)
    turn, following = {
        "sent": (
            _("à vous, avant le %(day)s", day=day(interest.answer_expected_on)),
            (_("Accuser réception ou décliner"), page),
        ),
        "acknowledged": (_("à vous"), (_("Fixer un rendez-vous"), page)),
        "meeting_planned": (
            _("rendez-vous le %(day)s", day=day(interest.meeting_at)),
            (_("Voir le rendez-vous"), page),
        ),
        "met": (_("%(to)s de dire la suite", to=to_the(interest.organization)), None),
    }.get(interest.status, ("", (_("Relire la demande"), page)))
    return Line(
        interest, _("« J’adopte »"), interest.title, buyer, page, steps, turn, following,
        is_mine=interest.status in ("sent", "acknowledged"),
    )  # fmt: skip


def _meeting(interest: Interest) -> tuple[str, datetime | None]:
    """A meeting to come has a date and is not done."""
    at = interest.meeting_at
    if at is not None and at > utc_now():
        return _("Rendez-vous le %(day)s", day=short_day(at)), None
    return _("Rendez-vous"), at


def _of_response(response: Response) -> Line:
    need, page = response.need, address_of(response)
    is_draft = response.status == "draft"
    begun, sent = (None, None) if is_draft else (response.created_at, response.submitted_at)
    steps = _steps(
        [
            (_("Écriture"), begun),
            (_("Envoi"), sent),
            (_("Lecture"), response.read_at),
            (_("Décision"), response.answered_at),
        ],
        ended=response.status not in Response.OPEN
        or (response.status == "draft" and not need.takes_responses),
    )
    buyer = need.organization.display_name
    is_mine = response.status == "clarification" or (response.status == "draft" and need.takes_responses)
    turn, following = _turn_of_response(response, page)
    return Line(response, _("Réponse"), need.title, buyer, page, steps, turn, following, is_mine=is_mine)


def _turn_of_response(response: Response, page: str) -> tuple[str, tuple[str, str] | None]:
    need, reading = response.need, (_("Relire votre réponse"), page)
    match response.status:
        case "draft" if need.takes_responses:
            write = url_for("responses.edit", response_id=response.id)
            return _("à vous, avant le %(day)s", day=day(need.closes_on)), (_("Finir et envoyer"), write)
        case "draft":
            return _("l’échéance est passée"), reading
        case "clarification":
            until = day(response.clarification_until)
            return _("à vous, avant le %(day)s", day=until), (_("Répondre à sa question"), page)
        case "submitted" if response.is_sealed:
            return _("sous pli fermé jusqu’au %(day)s", day=day(need.closes_on)), reading
        case "submitted" | "under_review" | "shortlisted":
            return to_the(need.organization), reading
    return "", reading


def _of_partner(member: ConsortiumMember) -> Line:
    """What another company carries and I take part in, or am asked to."""
    response, need, agreed = member.response, member.response.need, member.status == "accepted"
    lead, page = response.organization.display_name, address_of(member)
    steps = _steps(
        [
            (_("Invitation"), member.created_at),
            (_("Accord"), member.decided_at if agreed else None),
            (_("Envoi"), response.submitted_at if agreed and response.sent else None),
            (_("Décision"), response.answered_at if agreed else None),
        ],
        ended=member.status not in ("invited", "accepted") or response.status not in Response.OPEN,
    )
    is_mine = member.status == "invited" and need.takes_responses
    turn, following = "", (_("Relire l’invitation"), page)
    if is_mine:
        turn = _("à vous, avant le %(day)s", day=day(need.closes_on))
        following = (_("Accepter ou refuser"), page)
    elif agreed and response.status in Response.OPEN:
        turn = to_the(response.organization if response.status == "draft" else need.organization)
    return Line(
        member, _("Réponse à plusieurs"), need.title, _("portée par %(company)s", company=lead), page, steps, turn,
        following, is_mine=is_mine,
    )  # fmt: skip


def _of_solution(solution: Solution) -> Line:
    page = address_of(solution)
    write = url_for("solutions.edit", solution_id=solution.id)
    written = solution.status not in ("draft", "changes_requested")
    steps = _steps(
        [
            (_("Écriture"), solution.created_at if written else None),
            (_("Envoi"), solution.submitted_at if written else None),
            (_("Mise en ligne"), solution.published_at),
        ],
        ended=solution.status in ("suspended", "archived"),
    )
    turn, following = {
        "draft": (_("à vous"), (_("Continuer à écrire"), write)),
        "changes_requested": (_("à vous"), (_("Reprendre selon les remarques"), write)),
        "stale": (_("à vous"), (_("Confirmer qu’elle est à jour"), page)),
        "in_review": (_("à l’équipe de la Métropole, sous deux jours ouvrés"), None),
        "published": (
            _("à jour jusqu’au %(day)s", day=day(solution.fresh_until)) if solution.fresh_until else "",
            (_("Ce qu’elle apporte"), url_for("spaces.solution_statistics", solution_id=solution.id)),
        ),
    }.get(solution.status, ("", (_("Voir la fiche"), page)))
    return Line(
        solution, _("Solution"), solution.title or _("Solution sans titre"), "", page, steps, turn, following,
        is_mine=solution.status in ("draft", "changes_requested", "stale"),
    )  # fmt: skip
