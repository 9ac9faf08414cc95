"""One message at most a working day, at eight, with all that could wait; and what is ticked off once it has left.

A digest is owed ahead, for the next moment of its reader; what it holds is gathered when it leaves (messages/gathering.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, Select, exists, select, union

from models import Alert, AlertFind, Notification, User, db
from models.calendar import day_in_paris
from models.database import reading_only, utc_now
from models.rhythm import next_moment
from workers.messages import news_of, thing_of, why_drop
from workers.messages.following import followers_with_news
from workers.messages.gathering import is_ripe, moment_of, ripe, until_now
from workers.rows import numbers, one_by_one, stamp, take


def send_digests() -> None:
    """Owe a digest to everybody for whom there is something. Run twice, no more is owed; stopped on the way, what was owed
    stays owed and the next run goes on from there."""
    one_by_one(_may_have_news(), _serve)


def _serve(number: int) -> None:
    found, untrue = _look(number)
    for held in untrue:
        _drop(held)
    if found:
        _owe(number)


def _may_have_news() -> list[int]:
    """People for whom a find or a message waits, or something happened in what they follow, and to whom no digest is owed yet.

    Looking at one person takes a dozen queries: it is not done for each follower, on each bell.
    """
    unserved = numbers(_unserved())
    with reading_only():
        followers = followers_with_news()
        waiting = set(db.session.scalars(_for_whom_something_waits()))
        db.session.rollback()
    return [number for number in unserved if number in followers or number in waiting]


def _for_whom_something_waits() -> CompoundSelect[Any]:
    finders = select(Alert.user_id).join(AlertFind).where(AlertFind.told_at.is_(None))
    return union(finders, Notification.readers_held())


def _unserved() -> Select[User]:
    owed = exists().where(
        Notification.recipient_id == User.id,
        Notification.kind == "digest",
        Notification.status == "owed",
    )
    return (
        select(User)
        .where(User.closed_at.is_(None), User.confirmed_at.is_not(None), User.rhythm != "paused", ~owed)
        .order_by(User.id)
    )


def _look(number: int) -> tuple[bool, list[int]]:
    """Whether there is something to tell, and which messages waited until they were no longer true."""
    with reading_only():
        user = db.session.get_one(User, number)
        moment = next_moment(user.rhythm, user.rhythm_day, utc_now())
        found = bool(news_of(user, moment))
        held = db.session.scalars(Notification.held_for(user, utc_now()))
        untrue = [one.id for one in held if why_drop(one, thing_of(one)) is not None]
        db.session.rollback()
    return found, untrue


def _drop(number: int) -> None:
    held = take(Notification, number)
    why = why_drop(held, thing_of(held)) if held is not None and held.status == "owed" else None
    if held is not None and why is not None:
        held.mark_dropped(why)


def _owe(number: int) -> None:
    user = db.session.get_one(User, number)
    moment = next_moment(user.rhythm, user.rhythm_day, utc_now())
    day = day_in_paris(moment)
    Notification.owe("digest", [user], subject=user, event=f"digest:{number}:{day.isoformat()}", at=moment)


# ------------------------------------------------------------------ once it has left


def settle(notification: Notification) -> None:
    """What this message held is told: it will not be told again."""
    user = notification.recipient
    if notification.kind == "alert_found":
        finds = ripe(user, until_now(notification), instant=True).order_by(None)
        AlertFind.mark_told(finds.with_only_columns(AlertFind.id), utc_now())
        return
    until = moment_of(notification)
    told = [find.id for find in db.session.scalars(ripe(user, until)) if is_ripe(find, user, until)]
    AlertFind.mark_told(select(AlertFind.id).where(AlertFind.id.in_(told)), utc_now())
    waited = [] if user.rhythm == "instant" else db.session.scalars(Notification.held_for(user, until)).all()
    for held in waited:
        why = why_drop(held, thing_of(held))
        if why is None:
            held.mark_sent()
        else:
            held.mark_dropped(why)
    stamp(user, news_told_at=until)
