"""Where people meet: the approach is presented at events (R017), participants are counted (R216). Domain model §14.

    event = Event.draft(by=curator, title="…", kind="meetup", starts_at=…, ends_at=…, place="Mairie de Bondy", capacity=40)
    event.publish(by=curator)
    event.register(by=agent)      # models/registration.py
    event.cancel(by=curator, reason="…")
    event.end()                   # an errand, once it is over

Nobody but the team knows who comes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.calendar import day_in_paris, today_in_paris
from models.calendar_file import as_calendar
from models.database import Base, Dated, count_rows, db, utc_now
from models.errors import NotReady
from models.event_lifecycle import (
    CAPACITY_MAX,
    DESCRIPTION_MAX,
    EVENT,
    FURTHEST,
    LINE_MAX,
    LONGEST,
    TITLE_MAX,
    TITLE_MIN,
    Problems,
    has_not_begun,
)
from models.lifecycle import HasLifecycle
from models.text import slugify

if TYPE_CHECKING:
    from models.registration import Registration
    from models.user import User

KINDS = (
    "meetup",
    "webinar",
    "training",
    "qualification_workshop",
    "explorers_day",
    "learning_expedition",
    "cotech",
    "community_quarterly",
    "metropole_intelligences",
    "prize_ceremony",
)
AUDIENCES = ("all", "demand", "supply")
#: Changing one of these makes people change their plans.
OF_THE_MEETING = ("starts_at", "ends_at", "place", "link")
EDITABLE = (*OF_THE_MEETING, "title", "kind", "description", "capacity", "audience")


class Event(Dated, HasLifecycle, Base):
    """``place`` is public, ``link`` is for who has a place; ``capacity`` None: as many as wish to come."""

    __tablename__ = "event"
    lifecycle = EVENT
    subject_type = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    kind: Mapped[str] = mapped_column(String(24))
    description: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(LINE_MAX), default="")
    link: Mapped[str] = mapped_column(String(LINE_MAX), default="")
    capacity: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(8), default="all")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")

    made_by: Mapped[User] = relationship()

    # ------------------------------------------------------------------ the team

    @classmethod
    def draft(cls, *, by: User, **fields: Any) -> Event:
        """``fields``: those of EDITABLE. Raises NotReady when one of them is no such thing."""
        problems = list(_complain(fields))
        if problems:
            raise NotReady(problems)
        event = cls(made_by=by, **fields)
        db.session.add(event)
        event._begin("draft", by=by)
        return event

    def write(self, *, by: User, **fields: Any) -> None:
        """Change it. Once it is announced: who comes is told of another day, hour or place; a larger room takes those who wait.

        Raises NotReady, IllegalMove. Writing what is there already changes nothing.
        """
        problems = list(_complain(fields))
        if problems:
            raise NotReady(problems)
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if not changed:
            return
        self._take_turn()
        for name in changed:
            setattr(self, name, fields[name])
        moved = any(name in OF_THE_MEETING for name in changed)
        action = "rewrite" if self.status == "draft" else "reschedule" if moved else "correct"
        self._move(action, by=by, changed=sorted(changed))
        self._fill_places()

    def discard(self, *, by: User) -> None:
        self._move("discard", by=by)

    def publish(self, *, by: User) -> None:
        """Announce it. Raises NotReady when something is missing or the hour has passed."""
        self._move("publish", by=by)

    def cancel(self, *, by: User, reason: str) -> None:
        """It does not take place; everybody expected hears why at the same instant."""
        self.cancel_reason = reason.strip()
        self._move("cancel", by=by, reason=reason)

    def end(self) -> None:
        """It is over."""
        self._move("end", by=None)

    # ------------------------------------------------------------------ people

    def register(self, *, by: User) -> Registration:
        """A place, or the end of the waiting list; who has either keeps it. Raises NotReady (begun, another audience)."""
        from models.registration import Registration

        self._take_turn()
        problems = [*self.refusals(), *self.refusals_of(by)]
        if problems:
            raise NotReady(problems)
        registration = Registration.find(self, by)
        if registration is None:
            return Registration.begin(event=self, by=by)
        if registration.status == "cancelled":
            registration.come_back(by=by)
        return registration

    def unregister(self, *, by: User) -> None:
        """Give one's place back; who waited longest has it. Who has none gives none back. Raises NotReady once it has begun."""
        from models.registration import Registration

        self._take_turn()
        registration = Registration.find(self, by)
        if registration is not None and registration.status in ("registered", "waitlisted"):
            registration.cancel(by=by)
            self._fill_places()

    def _fill_places(self) -> None:
        """The caller has the turn: two people never take the last place together."""
        from models.registration import Registration

        if self.status != "published" or self.has_begun:
            return
        for registration in db.session.scalars(Registration.of(self, "waitlisted")).all():
            if self.is_full:
                return
            if registration.user.is_reachable:
                registration.promote()

    def refusals(self) -> Problems:
        """Why nobody can take a place now; empty while one can."""
        if self.status != "published":
            yield "status", self.lifecycle.refusal(self.status)
        yield from has_not_begun(self)

    def refusals_of(self, user: User) -> Problems:
        if not self.is_for(user):
            sides = {
                "demand": "Cet événement s’adresse aux collectivités.",
                "supply": "Cet événement s’adresse aux porteurs de solutions.",
            }
            yield "status", sides[self.audience]

    def is_for(self, user: User) -> bool:
        """Whether a person is of the side to which it speaks."""
        if self.audience == "all":
            return True
        organizations = [membership.organization for membership in user.active_memberships()]
        if self.audience == "demand":
            return any(organization.is_demand for organization in organizations)
        return any(organization.is_supply for organization in organizations)

    def people(self, *statuses: str) -> list[User]:
        """Who has one of these statuses, in the order of their asking."""
        from models.registration import Registration

        asked = Registration.of(self, *statuses).options(joinedload(Registration.user))
        return [registration.user for registration in db.session.scalars(asked)]

    def has_place(self, user: User) -> bool:
        """Whether a person has one, or came: they alone read the link, beside the team."""
        from models.registration import Registration

        registration = Registration.find(self, user)
        return registration is not None and registration.status in ("registered", "attended")

    @property
    def places_taken(self) -> int:
        """Places given, those of who came included."""
        from models.registration import Registration

        return count_rows(Registration.of(self, "registered", "attended"))

    @property
    def places_left(self) -> int | None:
        """None: as many as wish to come."""
        return None if self.capacity is None else max(0, self.capacity - self.places_taken)

    @property
    def is_full(self) -> bool:
        return self.places_left == 0

    # ------------------------------------------------------------------ reading

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def is_public(self) -> bool:
        return self.status in ("published", "cancelled", "past")

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= utc_now()

    def as_calendar(self, *, host: str, address: str) -> str:
        """The event as a file for one's own calendar. It holds the link: only for who has a place."""
        return as_calendar(
            uid=f"event-{self.id}@{host}",
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            written_at=self.updated_at,
            title=self.title,
            place=" · ".join(part for part in (self.place, self.link) if part),
            address=address,
            cancelled=self.status == "cancelled",
        )

    @classmethod
    def ahead(cls) -> Select[Event]:
        """Announced and not over, the next one first; a cancelled one until its hour, so that nobody goes there."""
        return (
            select(cls)
            .where(cls.status.in_(("published", "cancelled")), cls.ends_at > utc_now())
            .order_by(cls.starts_at, cls.id)
        )

    @classmethod
    def over(cls) -> Select[Event]:
        """Those which took place, the latest first."""
        return (
            select(cls)
            .where(cls.status.in_(("published", "past")), cls.ends_at <= utc_now())
            .order_by(cls.starts_at.desc(), cls.id.desc())
        )

    @classmethod
    def due_to_end(cls) -> Select[Event]:
        return select(cls).where(cls.status == "published", cls.ends_at <= utc_now()).order_by(cls.ends_at)


def _complain(fields: dict[str, Any]) -> Problems:
    """What is no such thing, whatever else is missing."""
    assert set(fields) <= set(EDITABLE), fields
    if "title" in fields and not TITLE_MIN <= len(fields["title"].strip()) <= TITLE_MAX:
        yield "title", "Donnez un titre de cinq à cent vingt caractères."
    if "kind" in fields and fields["kind"] not in KINDS:
        yield "kind", "Choisissez de quelle sorte d’événement il s’agit."
    if "audience" in fields and fields["audience"] not in AUDIENCES:
        yield "audience", "Choisissez à qui il s’adresse."
    if len(fields.get("description", "")) > DESCRIPTION_MAX:
        yield "description", "Ce texte est trop long : gardez l’essentiel."
    if fields.get("capacity") is not None and not 1 <= fields["capacity"] <= CAPACITY_MAX:
        yield "capacity", "Donnez un nombre de places, ou laissez vide s’il n’y a pas de limite."
    if "starts_at" in fields and day_in_paris(fields["starts_at"]) > today_in_paris() + FURTHEST:
        yield "starts_on", "Choisissez une date dans les deux ans qui viennent."
    if "starts_at" in fields and "ends_at" in fields:
        yield from _complain_of_length(fields["starts_at"], fields["ends_at"])


def _complain_of_length(starts_at: datetime, ends_at: datetime) -> Problems:
    first, last = day_in_paris(starts_at), day_in_paris(ends_at)
    if last < first:
        yield "ends_on", "Le dernier jour vient après le premier."
    elif ends_at <= starts_at:
        yield "ends", "La fin vient après le début."
    elif last - first > LONGEST:  # this way round: the last day of all has no next one
        yield "ends_on", "Un événement dure un mois au plus : vérifiez le dernier jour."
