"""What waits for the team, oldest first, and where one proposal stands in it. Queries only: the rules live in models/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from models import Match, Membership, Need, Organization, Response, Solution, User, db
from models.database import count_rows, utc_now
from models.shares import Share, shares_if_retained
from webapp.search.queries import paginate

#: People were told that the team answers in two days: what waits longer is late.
LATE_AFTER = timedelta(days=2)
#: Needs shown in the column; the page has 500 elements to spend.
LINES = 12


@dataclass(frozen=True)
class Pile:
    """Things that wait for the team: how many, since when."""

    name: str
    count: int
    since: datetime | None

    @property
    def is_late(self) -> bool:
        return self.since is not None and utc_now() - self.since > LATE_AFTER


@dataclass(frozen=True)
class Waiting:
    """All the proposals to decide, in the order of the desk: the need that has waited longest first, then the closest.

    ``groups``: number of the need → (rank, number of the proposal, since when).
    """

    groups: dict[int, list[tuple[int, int, datetime]]]

    @property
    def numbers(self) -> list[int]:
        return [number for group in self.groups.values() for _rank, number, _since in group]

    def since(self, need_id: int) -> datetime:
        return min(since for _rank, _number, since in self.groups[need_id])


def count_comparing() -> int:
    """Needs online that the workers have not compared yet: their proposals are about to come."""
    return count_rows(Need.awaiting_matching())


def read_waiting() -> Waiting:
    """Four numbers a proposal: a thousand of them are read in a few milliseconds."""
    columns = Match.need_id, Match.rank, Match.id, Match.suggested_at
    query = Match.to_curate().with_only_columns(*columns).order_by(None).order_by(*columns[:3])
    groups: dict[int, list[tuple[int, int, datetime]]] = {}
    for need_id, rank, number, since in db.session.execute(query):
        groups.setdefault(need_id, []).append((rank, number, since))
    unsorted = Waiting(groups)
    oldest_first = sorted(groups, key=lambda need_id: (unsorted.since(need_id), need_id))
    return Waiting({need_id: groups[need_id] for need_id in oldest_first})


@dataclass(frozen=True)
class Line(Pile):
    """A need of the queue; ``count``: its proposals to decide; ``first``: number of the closest one."""

    need: Need
    first: int


@dataclass(frozen=True)
class Queue:
    """``lines``: the oldest needs, and the one which is open; ``needs``, ``proposals``: all that waits."""

    lines: list[Line]
    needs: int
    proposals: int

    @property
    def more(self) -> int:
        return self.needs - len(self.lines)


def read_queue(waiting: Waiting, opened: Need | None = None) -> Queue:
    """The column of the desk."""
    shown = [
        number
        for place, number in enumerate(waiting.groups)
        if place < LINES or (opened and number == opened.id)
    ]
    query = select(Need).where(Need.id.in_(shown)).options(joinedload(Need.organization))
    needs = {need.id: need for need in db.session.scalars(query)}
    lines = []
    for number in shown:
        group, need = waiting.groups[number], needs[number]
        lines.append(Line(need.title, len(group), waiting.since(number), need, group[0][1]))
    return Queue(lines, len(waiting.groups), len(waiting.numbers))


def read_page() -> tuple[Any, list[Line]]:
    """A page of all the needs with proposals to decide, the latest first: the desk itself begins with the oldest."""
    waiting = read_waiting()
    query = select(Need).where(Need.id.in_(waiting.groups)).options(joinedload(Need.organization))
    latest_first = query.order_by(Need.published_at.desc(), Need.id.desc())
    page = paginate(latest_first)
    groups = [(need, waiting.groups[need.id]) for need in page.items]
    return page, [
        Line(need.title, len(group), waiting.since(need.id), need, group[0][1]) for need, group in groups
    ]


def first_of(need: Need) -> int | None:
    """The closest proposal of ``need`` that waits for a decision, also when it is weak."""
    query = Match.waiting().where(Match.need_id == need.id).with_only_columns(Match.id)
    return db.session.scalar(query.limit(1))


def read_piles() -> list[Pile]:
    """The three kinds of things to review."""
    solution_since = func.coalesce(Solution.changes_proposed_at, Solution.submitted_at)
    return [
        Pile(_("Besoins"), *_weigh(Need.to_review(), Need.validated_at)),
        Pile(_("Solutions"), *_weigh(Solution.to_review(), solution_since)),
        Pile(_("Organisations"), *_weigh(Organization.to_verify(), Organization.claimed_at)),
    ]


def _weigh(query: Select[Any], since: Any) -> tuple[int, datetime | None]:
    count, first = db.session.execute(
        query.with_only_columns(func.count(), func.min(since)).order_by(None)
    ).one()
    return count, first


# ------------------------------------------------------------------ one proposal


def read_whole(number: int) -> Match:
    """One proposal with all that its page shows, in few queries."""
    members = selectinload(Organization.memberships).joinedload(Membership.user)
    query = (
        select(Match)
        .where(Match.id == number)
        .options(
            joinedload(Match.need).options(
                joinedload(Need.organization).options(members), joinedload(Need.author)
            ),
            joinedload(Match.solution).joinedload(Solution.organization).options(members),
            joinedload(Match.decided_by),
        )
    )
    return db.session.scalars(query).one()


def take(match: Match) -> Match:
    """The proposal as it stands now, for us alone until the commit: of two people who decide, the second is told.

    SQLite lets one writer in anyway; PostgreSQL locks the row.
    """
    db.session.refresh(match, with_for_update=True)
    return match


def people_told(match: Match) -> int:
    """How many people hear of it when it is retained: the company's members, the author and validators of the commune."""
    people = [
        *match.solution.organization.members(),
        match.need.author,
        *match.need.organization.validators(),
    ]
    return len({person.id for person in people if person.is_reachable})


@dataclass(frozen=True)
class Place:
    """``position`` of ``total`` within its need (0: it does not wait any more); numbers of the neighbours, or None."""

    position: int
    total: int
    previous: int | None
    next: int | None


def place_of(match: Match, waiting: Waiting) -> Place:
    """Where it stands among what waits; the neighbours go on from need to need."""
    numbers, own = waiting.numbers, waiting.groups.get(match.need_id, [])
    if not own:
        return Place(0, 0, None, numbers[0] if numbers else None)
    start = numbers.index(own[0][1])
    earlier = sum((rank, number) < (match.rank, match.id) for rank, number, _since in own)
    stands = match.id in numbers
    here, after = start + earlier, start + earlier + stands
    return Place(
        earlier + 1 if stands else 0,
        len(own),
        numbers[here - 1] if here else None,
        numbers[after] if after < len(numbers) else None,
    )


def next_to_decide(after: Match) -> int | None:
    """The next proposal of the same need, else one that was passed over, else the first of the oldest need."""
    waiting = read_waiting()
    own = waiting.groups.get(after.need_id, [])
    later = [number for rank, number, _since in own if (rank, number) > (after.rank, after.id)]
    found = [*later, *(number for _rank, number, _since in own), *waiting.numbers]
    return found[0] if found else None


@dataclass(frozen=True)
class Exposure:
    """Introductions of one company in twelve months. ``crowded``: its shares that would be too large; ``answered_at``: when it
    responded to this need, None when it did not."""

    introductions: int
    crowded: list[Share]
    answered_at: datetime | None


def measure_exposure(match: Match) -> Exposure:
    """As if this proposal were retained."""
    introductions, shares = shares_if_retained(match)
    answered = select(func.min(Response.submitted_at)).where(
        Response.need_id == match.need_id,
        Response.organization_id == match.solution.organization_id,
        Response.status.in_(Response.RECEIVED),
    )
    crowded = [share for share in shares if share.is_too_large]
    return Exposure(introductions, crowded, db.session.scalar(answered))


# ------------------------------------------------------------------ what there is to review

ROWS = 20


def needs_to_review() -> Sequence[Need]:
    return db.session.scalars(Need.to_review().options(joinedload(Need.organization)).limit(ROWS)).all()


def needs_to_help() -> Sequence[Need]:
    """Drafts whose author asked for help and whom nobody of the team has answered."""
    query = (
        select(Need)
        .options(joinedload(Need.organization))
        .where(Need.status.in_(("draft", "changes_requested")), Need.assistance_asked_at.is_not(None))
        .where(Need.assistant_id.is_(None))
        .order_by(Need.assistance_asked_at, Need.id)
    )
    return db.session.scalars(query.limit(ROWS)).all()


def solutions_to_review() -> Sequence[Solution]:
    return db.session.scalars(
        Solution.to_review().options(joinedload(Solution.organization)).limit(ROWS)
    ).all()


def organizations_to_verify() -> Sequence[Organization]:
    return db.session.scalars(
        Organization.to_verify().options(joinedload(Organization.territory)).limit(ROWS)
    ).all()


def founder_of(organization: Organization) -> User | None:
    """The first person who joined it: the one who claimed or created it."""
    return organization.memberships[0].user if organization.memberships else None
