"""What a digest holds, gathered at the last moment: what waited, what was found for one's alerts, news of what one follows.

Each thing is there once, whatever made it known; what is no longer so, or may no longer be read, is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from models import Activity, AlertFind, Follow, Need, Notification, Solution, User, db
from models.alert import Alert
from models.database import utc_now
from models.rhythm import HOUR, at_paris, last_moment
from workers.messages.message import day, link, title, to_need, to_solution

MOST_LINES = 12
#: Of one kind, the latest that are looked through for what somebody follows.
MOST_NEWS = 200
Line = tuple[str, str]  # words, address


@dataclass(frozen=True)
class News:
    """``sections``: (heading, lines), MOST_LINES lines in all; ``left_out``: how many more there are; ``by_meaning``: whether
    words were compared by the machine."""

    sections: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    left_out: int = 0
    by_meaning: bool = False

    def __bool__(self) -> bool:
        return bool(self.sections)

    @property
    def count(self) -> int:
        return sum(len(lines) for _heading, lines in self.sections) + self.left_out

    @property
    def first(self) -> str:
        return self.sections[0][1][0][0]


def moment_of(notification: Notification) -> datetime:
    """The instant of a digest, which is in its name: tried again later, it holds the same."""
    return at_paris(date.fromisoformat(notification.event.rpartition(":")[2]), HOUR)


def news_for(user: User, until: datetime, waited: Iterable[Line]) -> News:
    """All that can wait and is known at ``until``. ``waited``: one line for each message that was held for the digest."""
    if user.rhythm == "paused":
        return News()
    shown: set[tuple[str, int]] = set()
    found = list(db.session.scalars(ripe(user, until)))
    by_alert = _by_alert(user, [find for find in found if is_ripe(find, user, until)], shown)
    followed = _followed(user, until, shown)
    headed = [(_("Ce qui vous attend"), list(waited)), *by_alert, (_("Ce que vous suivez"), followed)]
    return _cut(headed, any(find.alert.words for find in found))


def found_at_once(user: User, until: datetime) -> News:
    """What the alerts that write at once have found and not told."""
    if user.rhythm == "paused":
        return News()
    found = list(db.session.scalars(ripe(user, until, instant=True)))
    return _cut(_by_alert(user, found, set()), any(find.alert.words for find in found))


def ripe(user: User, until: datetime, *, instant: bool = False) -> Select[AlertFind]:
    """Found until then for alerts that write at once, or for the others."""
    at_once = Alert.rhythm == "instant"
    return AlertFind.untold(user).where(AlertFind.found_at <= until, at_once if instant else ~at_once)


def is_ripe(find: AlertFind, user: User, until: datetime) -> bool:
    """Whether a digest of ``until`` tells it: what is found for a weekly alert waits for the day of the week."""
    return find.alert.rhythm != "weekly" or find.found_at <= last_moment("weekly", user.rhythm_day, until)


# ------------------------------------------------------------------ alerts


def _by_alert(
    user: User, finds: Iterable[AlertFind], shown: set[tuple[str, int]]
) -> list[tuple[str, list[Line]]]:
    sections: dict[str, list[Line]] = {}
    for find in finds:
        thing = find.thing
        key = (thing.subject_type, thing.id)
        if key not in shown and _is_readable(user, thing):
            shown.add(key)
            heading = _("Alerte « %(name)s »", name=find.alert.name)
            sections.setdefault(heading, []).append(_line(thing))
    return list(sections.items())


def _is_readable(user: User, thing: Need | Solution) -> bool:
    """Online at this moment, and this person's to read."""
    if isinstance(thing, Solution):
        return thing.is_public
    return thing.takes_responses and (not thing.visible_to_members_only or user.is_verified_member)


def _line(thing: Need | Solution) -> Line:
    words = _("%(title)s, %(organization)s", title=title(thing), organization=thing.organization.display_name)
    if isinstance(thing, Solution):
        return words, to_solution(thing)
    return _("%(need)s, jusqu’au %(day)s", need=words, day=day(thing.closes_on)), to_need(thing)


# ------------------------------------------------------------------ what a person follows

#: What a page of the catalogue went through that its followers are told.
CHANGES: dict[str, Callable[[str], str]] = {
    "accept_changes": lambda name: _("%(title)s : la page a changé", title=name),
    "suspend": lambda name: _("%(title)s : la page est suspendue", title=name),
    "reinstate": lambda name: _("%(title)s : la page est de nouveau en ligne", title=name),
    "archive": lambda name: _("%(title)s : la page est retirée", title=name),
}
CHANGES |= {f"{act}_with_organization": CHANGES[act] for act in ("suspend", "reinstate")}


def _followed(user: User, until: datetime, shown: set[tuple[str, int]]) -> list[Line]:
    since = {
        (follow.subject_type, follow.subject_key): max(
            follow.created_at, user.news_told_at or follow.created_at
        )
        for follow in db.session.scalars(Follow.of(user))
    }
    if not since:
        return []
    mine = {membership.organization_id for membership in user.active_memberships()}
    begun = min(since.values())
    lines = []
    for thing in (*_published(Need, begun, until), *_published(Solution, begun, until)):
        key = (thing.subject_type, thing.id)
        asked = [("organization", str(thing.organization_id)), *(("theme", code) for code in thing.themes)]
        published = thing.published_at or begun
        is_news = any(since[name] < published for name in asked if name in since)
        if is_news and key not in shown and thing.organization_id not in mine and _is_readable(user, thing):
            shown.add(key)
            lines.append(_line(thing))
    return [*lines, *_changed(since, begun, until)]


def _published(model: type[Need] | type[Solution], begun: datetime, until: datetime) -> list[Need | Solution]:
    query = (
        select(model)
        .where(model.published_at > begun, model.published_at <= until, model.status.in_(model.PUBLIC))
        .order_by(model.published_at.desc())
        .options(joinedload(model.organization))
        .limit(MOST_NEWS)
    )
    return list(db.session.scalars(query))


def _changed(since: dict[tuple[str, str], datetime], begun: datetime, until: datetime) -> list[Line]:
    """The last thing that happened to each solution that is followed."""
    followed = {int(key): at for (kind, key), at in since.items() if kind == "solution"}
    if not followed:
        return []
    acts = select(Activity).where(
        Activity.subject_type == "solution",
        Activity.subject_id.in_(followed),
        Activity.action.in_(CHANGES),
        Activity.at > begun,
        Activity.at <= until,
    )
    last = {
        act.subject_id: act
        for act in db.session.scalars(acts.order_by(Activity.id))
        if act.at > followed[act.subject_id]
    }
    lines = []
    for number, act in last.items():
        solution = db.session.get_one(Solution, number)
        address = to_solution(solution) if solution.is_public else link("following.index")
        lines.append((CHANGES[act.action](title(solution)), address))
    return lines


def _cut(headed: Iterable[tuple[str, list[Line]]], by_meaning: bool) -> News:
    sections, room, left_out = [], MOST_LINES, 0
    for heading, lines in headed:
        kept = lines[:room]
        room, left_out = room - len(kept), left_out + len(lines) - len(kept)
        if kept:
            sections.append((heading, tuple(kept)))
    return News(tuple(sections), left_out, by_meaning)


def more_words(count: int) -> str:
    return ngettext("Et une autre nouvelle sur la page.", "Et %(num)s autres nouvelles sur la page.", count)


def until_now(notification: Notification) -> datetime:
    """What was found when this message was taken for delivery."""
    return notification.claimed_at or utc_now()
