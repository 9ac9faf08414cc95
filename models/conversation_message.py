"""One message of a conversation: written once, never changed; an administrator may empty it, which shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from models.activity import Activity
from models.database import Base, db, utc_now
from models.errors import NotReady, RuleViolation
from models.organization import Organization
from models.text import Sentence

if TYPE_CHECKING:
    from models.conversation import Conversation
    from models.user import User

LEAST_REASON = 10
_REDACTED = {"body", "redacted_at", "redacted_by_id"}


class ConversationMessage(Base):
    """``organization``: the side for which its author wrote."""

    __tablename__ = "conversation_message"
    subject_type = "message"
    #: While its documents are joined, in the transaction that writes it; never again.
    is_being_sent = False

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(default=utc_now)
    redacted_at: Mapped[datetime | None]
    redacted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    conversation: Mapped[Conversation] = relationship(back_populates="messages")
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    organization: Mapped[Organization] = relationship()

    @property
    def side_id(self) -> int:
        """The organisation that speaks for its author now: its own, or the one that took it over since."""
        side = self.organization
        while side.merged_into_id is not None:
            side = db.session.get_one(Organization, side.merged_into_id)
        return side.id

    def report(self, *, by: User, reason: str) -> None:
        """Somebody of the conversation asks the administrators of the platform to take it off."""
        from models.notification import Notification
        from models.user import User

        _ask_for(reason)
        activity = Activity.record(
            "report", self, by=by, organization=self.conversation.side_of(by), reason=reason.strip()
        )
        administrators = [user for user in db.session.scalars(User.curators()) if user.is_admin]
        Notification.owe("message_reported", administrators, subject=self, activity=activity)

    def redact(self, *, by: User, reason: str) -> None:
        """Empty it, and take its documents away. Who, when and why stay in the journal; the page says « message retiré »."""
        from models.attachment import Attachment

        if self.redacted_at is not None:
            raise RuleViolation("Ce message est déjà retiré.")
        _ask_for(reason)
        self.body, self.redacted_at, self.redacted_by_id = "", utc_now(), by.id
        Activity.record("redact", self, by=by, reason=reason.strip())
        for document in db.session.scalars(Attachment.all_of(self)):
            document.redact(by=by)

    def is_read_by(self, user: Any) -> bool:
        """Whether ``user`` takes part, and it was not taken off."""
        return bool(
            user.is_authenticated and self.redacted_at is None and self.conversation.side_of(user) is not None
        )

    @property
    def activity_need_id(self) -> int | None:
        return self.conversation.activity_need_id


class MessageReading(Base):
    """How far one person has read one conversation."""

    __tablename__ = "message_reading"
    __table_args__ = (UniqueConstraint("conversation_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    last_message_id: Mapped[int] = mapped_column(ForeignKey("conversation_message.id"))
    read_at: Mapped[datetime] = mapped_column(default=utc_now)


def _ask_for(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise NotReady(
            [("reason", Sentence("Dites pourquoi, en %(count)s caractères au moins.", count=LEAST_REASON))]
        )


@event.listens_for(ConversationMessage, "before_update")
def _refuse_changes(mapper: Mapper[Any], connection: Any, message: ConversationMessage) -> None:
    """What is written stays; it may be emptied once. The database refuses the same (migrations)."""
    changed = {
        column.key
        for column in inspect(message).mapper.column_attrs
        if inspect(message).attrs[column.key].history.has_changes()
    }
    if changed and (message.body or message.redacted_at is None or not changed <= _REDACTED):
        raise RuleViolation("Un message envoyé ne se modifie pas.")
