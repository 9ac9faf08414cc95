"""For which followers something happened at all: one pass over what is followed, before anybody's digest is gathered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from models import Activity, Follow, Need, Solution, User, db
from workers.messages.gathering import CHANGES

Key = tuple[str, str]  # subject_type and subject_key of a follow


def followers_with_news() -> set[int]:
    """Those to whom a digest may have something to say; gathering it decides (what they may read, what is their own)."""
    follows = db.session.execute(
        select(Follow.user_id, Follow.subject_type, Follow.subject_key, Follow.created_at, User.news_told_at)
        .join(User, User.id == Follow.user_id)
        .where(Follow.subject_type.in_(("theme", "organization", "solution")))
    ).all()
    since = [(row[0], (row[1], row[2]), max(row[3], row[4] or row[3])) for row in follows]
    if not since:
        return set()
    latest = _latest(min(at for _number, _key, at in since))
    return {number for number, key, at in since if key in latest and latest[key] > at}


def _latest(begun: datetime) -> dict[Key, datetime]:
    """When something last happened to each theme, organisation and solution."""
    latest: dict[Key, datetime] = {}

    def note(key: Key, at: datetime) -> None:
        latest[key] = max(at, latest.get(key, at))

    for model in (Need, Solution):
        columns = select(model.published_at, model.organization_id, model.themes)
        online = columns.where(model.published_at > begun, model.status.in_(model.PUBLIC))
        for at, organization_id, themes in db.session.execute(online):
            assert at is not None, "later than another"
            note(("organization", str(organization_id)), at)
            for code in themes:
                note(("theme", code), at)
    changes = (
        select(Activity.subject_id, func.max(Activity.at))
        .where(Activity.subject_type == "solution", Activity.action.in_(CHANGES), Activity.at > begun)
        .group_by(Activity.subject_id)
    )
    for number, at in db.session.execute(changes):
        note(("solution", str(number)), at)
    return latest
