"""Two sides write to each other about a need, a response, an interest or a request for help. Domain model §9.

    conversation = Conversation.open(response, by=lou)                # the one there is, or a new one
    conversation.write(by=lou, body="Pouvez-vous venir mardi ?")      # the other side is owed one message, once

The sides are organisations, so who leaves one reads nothing more. What is written stays: an administrator of the platform may
take it off the page, and that leaves a trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.conversation_message import ConversationMessage, MessageReading
from models.database import Base, Dated, db, utc_now
from models.errors import NotReady, RuleViolation
from models.file_store import Received
from models.organization import Organization
from models.text import Sentence

if TYPE_CHECKING:
    from models.need import Need
    from models.user import User

LONGEST_MESSAGE = 4_000
LONGEST_SUBJECT = 120
#: Several messages in a row are told in one mail, and those that are read meanwhile in none.
TELL_AFTER = timedelta(minutes=2)
#: The same words of the same person within this time are a double click.
TWICE_WITHIN = timedelta(minutes=1)


class Conversation(Dated, Base):
    """``demand``: the commune’s side. ``counterpart``: the company, or the Métropole where its team helps
    (``team_takes_part``). ``context_type``, ``context_id``: what it is about."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("context_type", "context_id", "counterpart_id"),)
    subject_type = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    context_type: Mapped[str] = mapped_column(String(24))
    context_id: Mapped[int]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    team_takes_part: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    last_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    need: Mapped[Need | None] = relationship()
    demand: Mapped[Organization] = relationship(foreign_keys=[demand_id])
    counterpart: Mapped[Organization] = relationship(foreign_keys=[counterpart_id])
    messages: Mapped[list[ConversationMessage]] = relationship(
        back_populates="conversation", order_by="ConversationMessage.id"
    )

    # ------------------------------------------------------------------ writing

    @classmethod
    def about(cls, context: Any) -> Conversation | None:
        """The one there is about ``context``; None before the first word."""
        from models.conversation_terms import terms_of

        return cls._of(terms_of(context))

    @classmethod
    def _of(cls, terms: Any) -> Conversation | None:
        return db.session.scalar(
            select(cls).where(
                cls.context_type == terms.kind,
                cls.context_id == terms.number,
                cls.counterpart_id == terms.counterpart.id,
            )
        )

    @classmethod
    def open(cls, context: Any, *, by: User) -> Conversation:
        """The conversation about ``context``, begun if need be. Raises RuleViolation when it is too early for one."""
        from models.conversation_terms import refuse_unless_ripe, terms_of

        terms = terms_of(context)
        known = cls._of(terms)
        if known is not None:
            return known
        refuse_unless_ripe(context)
        conversation = cls(
            context_type=terms.kind,
            context_id=terms.number,
            need=terms.need,
            demand=terms.demand,
            counterpart=terms.counterpart,
            team_takes_part=terms.with_team,
            subject=terms.subject[:LONGEST_SUBJECT],
        )
        db.session.add(conversation)
        Activity.record(
            "open",
            conversation,
            by=by,
            organization=conversation.side_of(by),
            context=conversation.context_type,
        )
        return conversation

    def write(
        self, *, by: User, body: str, files: Sequence[tuple[str, Received]] = ()
    ) -> ConversationMessage:
        """Add a message, with its documents. Raises NotReady on ``body`` or ``files``: then nothing is written.

        The journal keeps its length and fingerprint, never a word of it.
        """
        side = self._refuse_unless_open(by)
        words = body.strip()
        if not words:
            raise NotReady([("body", "Écrivez votre message.")])
        if len(words) > LONGEST_MESSAGE:
            raise NotReady(
                [("body", Sentence("Ce message dépasse %(count)s caractères.", count=LONGEST_MESSAGE))]
            )
        twin = self._written_just_now(by, words)
        if twin is not None:
            return twin
        message = ConversationMessage(
            conversation=self, author=by, organization=side, body=words, sent_at=utc_now()
        )
        db.session.add(message)
        db.session.flush()
        self._join(message, by, side, files)
        self.last_at = message.sent_at
        activity = Activity.record(
            "write",
            self,
            by=by,
            organization=side,
            length=len(words),
            sha256=hashlib.sha256(words.encode()).hexdigest(),
            documents=len(files),
        )
        self.mark_read(by)
        self._tell(by, side, activity)
        return message

    def _refuse_unless_open(self, by: User) -> Organization:
        side = self.side_of(by)
        if side is None:
            raise RuleViolation("Vous ne faites pas partie de cette conversation.")
        for organization in (self.demand, self.counterpart):
            if organization.status in ("suspended", "archived"):
                raise RuleViolation(
                    "Cette conversation est fermée : l’une des deux organisations n’est plus active."
                )
        return side

    def _written_just_now(self, by: User, words: str) -> ConversationMessage | None:
        since = utc_now() - TWICE_WITHIN
        last = select(ConversationMessage).where(
            ConversationMessage.conversation_id == self.id, ConversationMessage.author_id == by.id
        )
        mine = db.session.scalar(last.order_by(ConversationMessage.id.desc()).limit(1))
        return mine if mine is not None and mine.body == words and mine.sent_at >= since else None

    @staticmethod
    def _join(
        message: ConversationMessage, by: User, side: Organization, files: Sequence[tuple[str, Received]]
    ) -> None:
        from models.attachment import Attachment

        if not files:
            return
        message.is_being_sent = True
        _joined, wrong = Attachment.join(message, by=by, organization=side, files=files)
        message.is_being_sent = False
        if wrong:
            raise NotReady([problem for error in wrong for problem in error.problems])

    def _tell(self, by: User, side: Organization, activity: Activity) -> None:
        """The other side, each person once until they have read."""
        from models.conversation_terms import people_of
        from models.notification import Notification

        other = self.counterpart if side.id == self.demand_id else self.demand
        for person in people_of(self, other):
            if person.id != by.id:
                event = f"message_new:{self.id}:{self._last_read_by(person)}"
                Notification.owe(
                    "message_new", [person], subject=self, activity=activity, event=event, after=TELL_AFTER
                )

    # ------------------------------------------------------------------ who takes part

    def side_of(self, user: User) -> Organization | None:
        """For whom ``user`` speaks here; None: they take no part (any more)."""
        mine = {m.organization_id for m in user.active_memberships() if m.includes("contributor")}
        if self.demand_id in mine:
            return self.demand
        if self.team_takes_part:
            return self.counterpart if user.is_curator else None
        return self.counterpart if self.counterpart_id in mine else None

    @classmethod
    def of(cls, user: User) -> Select[Conversation]:
        """Those in which ``user`` takes part now, the latest word first."""
        return select(cls).where(cls._takes_part(user)).order_by(cls.last_at.desc(), cls.id.desc())

    @classmethod
    def _takes_part(cls, user: User) -> Any:
        mine = [m.organization_id for m in user.active_memberships() if m.includes("contributor")]
        sides = [cls.demand_id.in_(mine), and_(cls.counterpart_id.in_(mine), cls.team_takes_part.is_(False))]
        return or_(*sides, cls.team_takes_part.is_(True)) if user.is_curator else or_(*sides)

    @property
    def is_about_an_open_need(self) -> bool:
        """What helps everybody must then be said to everybody (rule 2)."""
        return self.need is not None and self.need.status == "published" and not self.team_takes_part

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id or (self.need.id if self.need else None)

    # ------------------------------------------------------------------ reading

    def mark_read(self, user: User) -> None:
        """``user`` has seen everything that is written so far."""
        last = db.session.scalar(
            select(func.max(ConversationMessage.id)).where(ConversationMessage.conversation_id == self.id)
        )
        reading = self.reading_of(user)
        if last is None or (reading is not None and reading.last_message_id >= last):
            return
        if reading is None:
            reading = MessageReading(conversation_id=self.id, user_id=user.id)
            db.session.add(reading)
        reading.last_message_id, reading.read_at = last, utc_now()
        db.session.flush()

    def reading_of(self, user: User) -> MessageReading | None:
        return db.session.scalar(
            select(MessageReading).where(
                MessageReading.conversation_id == self.id, MessageReading.user_id == user.id
            )
        )

    def _last_read_by(self, user: User) -> int:
        reading = self.reading_of(user)
        return reading.last_message_id if reading else 0

    def unread_by(self, user: User) -> int:
        """How many messages of others ``user`` has not seen."""
        unread = select(func.count(ConversationMessage.id)).where(
            ConversationMessage.conversation_id == self.id,
            ConversationMessage.author_id != user.id,
            ConversationMessage.id > self._last_read_by(user),
        )
        return int(db.session.scalar(unread) or 0)

    @classmethod
    def unread(cls, user: User) -> Any:
        """(conversation, how many messages ``user`` has not seen), for those where there are some."""
        read = and_(MessageReading.conversation_id == cls.id, MessageReading.user_id == user.id)
        newer = ConversationMessage.id > func.coalesce(MessageReading.last_message_id, 0)
        return (
            select(cls.id, func.count(ConversationMessage.id))
            .join(ConversationMessage, ConversationMessage.conversation_id == cls.id)
            .outerjoin(MessageReading, read)
            .where(cls._takes_part(user), ConversationMessage.author_id != user.id, newer)
            .group_by(cls.id)
        )

    def seen_at(self, message: ConversationMessage) -> datetime | None:
        """When somebody of the other side first had read on to ``message`` or further, as far as is known."""
        from models.membership import Membership

        other = self.counterpart_id if message.side_id == self.demand_id else self.demand_id
        belongs = exists().where(
            Membership.user_id == MessageReading.user_id,
            Membership.organization_id == other,
        )
        return db.session.scalar(
            select(func.min(MessageReading.read_at)).where(
                MessageReading.conversation_id == self.id,
                MessageReading.last_message_id >= message.id,
                MessageReading.user_id != message.author_id,
                belongs,
            )
        )
