"""What waits for the Métropole's team: how many, since when, where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from models import Match, Need, Organization, Solution, db
from models.database import utc_now

#: Past this an answer is late: what pages promise is two working days.
LATE_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Queue:
    """``count`` things since ``oldest`` (None: nothing waits)."""

    name: str
    count: int
    oldest: datetime | None
    address: str
    detail: str = ""

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and utc_now() - self.oldest > LATE_AFTER


def team_queues() -> list[Queue]:
    """The desk first, then reviews, oldest dates included."""
    waiting = db.session.execute(Match.queue()).all()
    proposals = sum(count for _number, count, _since in waiting)
    reviews = url_for("curation.reviews")
    return [
        Queue(
            _("Besoins dont les propositions attendent"),
            len(waiting),
            waiting[0][2] if waiting else None,
            url_for("curation.desk"),
            _("%(count)s propositions", count=proposals) if proposals else "",
        ),
        Queue(_("Besoins à relire"), *_measure(Need.to_review(), Need.validated_at), reviews),
        Queue(
            _("Demandes d’aide à la rédaction"),
            *_measure(_asking_for_help(), Need.assistance_asked_at),
            reviews,
        ),
        Queue(
            _("Solutions à relire"),
            *_measure(
                Solution.to_review(), func.coalesce(Solution.changes_proposed_at, Solution.submitted_at)
            ),
            reviews,
        ),
        Queue(
            _("Organisations à vérifier"),
            *_measure(Organization.to_verify(), Organization.claimed_at),
            reviews,
        ),
    ]


def _asking_for_help() -> Select[Any]:
    return select(Need).where(
        Need.assistance_asked_at.is_not(None),
        Need.assistant_id.is_(None),
        Need.status.in_(("draft", "changes_requested")),
    )


def _measure(query: Select[Any], since: Any) -> tuple[int, datetime | None]:
    """How many rows, and the oldest instant among them."""
    row = db.session.execute(query.with_only_columns(func.count(), func.min(since)).order_by(None)).one()
    return row[0], row[1]
