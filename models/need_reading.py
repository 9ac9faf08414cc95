"""What one asks of a need: which there are, where one stands. Nothing here changes anything."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Select, func, or_, select

from models.activity import Activity
from models.calendar import end_of_day, today_in_paris
from models.database import db, utc_now
from models.lifecycle import HasLifecycle
from models.need_columns import ADDED_LATER, SUBSTANCE, NeedColumns, plain, usual_end_of_questions
from models.text import slugify

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User


class NeedReading(NeedColumns, HasLifecycle):
    OPEN = (
        "draft",
        "awaiting_validation",
        "in_review",
        "changes_requested",
        "published",
        "closed",
        "in_dialogue",
    )
    PUBLIC = ("published", "closed", "in_dialogue", "concluded", "withdrawn", "archived")

    @property
    def activity_need_id(self) -> int | None:
        return self.id

    @property
    def substance_hash(self) -> str:
        """SHA-256 of what the validator decided on."""
        from models.attachment import Attachment

        said = [name for name in SUBSTANCE if name not in ADDED_LATER or getattr(self, name)]
        documents = Attachment.fingerprints(self)
        values = [*(plain(getattr(self, name)) for name in said), *([documents] if documents else [])]
        words = json.dumps(values, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()

    @property
    def substance(self) -> dict[str, Any]:
        """What the validator decides on, by name of the field, as a version keeps it."""
        return {name: plain(getattr(self, name)) for name in SUBSTANCE}

    @property
    def last_writer_id(self) -> int:
        """Who of the commune wrote last: its author, until somebody else takes the text up."""
        handed = Activity.of(self).where(Activity.action == "rewrite").order_by(None)
        last = db.session.scalar(handed.order_by(Activity.id.desc()).limit(1))
        return self.author_id if last is None or last.actor_id is None else last.actor_id

    @property
    def is_first_publication(self) -> bool:
        """Whether its organisation never published before: read by the team, help offered (R019)."""
        need = type(self)
        earlier = select(func.count(need.id)).where(
            need.organization_id == self.organization_id, need.published_at.is_not(None), need.id != self.id
        )
        return not db.session.scalar(earlier)

    @property
    def is_public(self) -> bool:
        return self.status in self.PUBLIC

    @property
    def closes_at(self) -> datetime | None:
        """The last second at which a response is taken: 23:59:59 in Paris, whatever the clocks do that night."""
        return end_of_day(self.closes_on) if self.closes_on else None

    @property
    def questions_end_on(self) -> date | None:
        """The last day of questions: the one that was chosen, else the usual one. Needs that were published before there was such
        a day have none of their own."""
        return self.questions_close_on or (usual_end_of_questions(self.closes_on) if self.closes_on else None)

    @property
    def questions_close_at(self) -> datetime | None:
        """The last second at which a question is taken."""
        return end_of_day(self.questions_end_on) if self.questions_end_on else None

    @property
    def takes_questions(self) -> bool:
        until = self.questions_close_at
        return self.status == "published" and until is not None and utc_now() <= until

    @property
    def takes_responses(self) -> bool:
        return self.status == "published" and self.closes_at is not None and utc_now() <= self.closes_at

    @property
    def days_left(self) -> int | None:
        """Whole days before the deadline day, in Paris; 0 on the day itself."""
        return (self.closes_on - today_in_paris()).days if self.closes_on else None

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @classmethod
    def published(cls) -> Select[Self]:
        """Open to responses, those that close first on top."""
        return select(cls).where(cls.status == "published").order_by(cls.closes_on, cls.id)

    @classmethod
    def public(cls, viewer: User | None = None) -> Select[Self]:
        """What anybody may read; needs kept for members only show to signed-in members of a verified organisation."""
        return cls.shown(to_members=viewer is not None and viewer.is_verified_member)

    @classmethod
    def shown(cls, *, to_members: bool) -> Select[Self]:
        """What anybody may read, or with ``to_members`` what members of verified organisations may."""
        query = select(cls).where(cls.status.in_(cls.PUBLIC))
        return query if to_members else query.where(cls.visible_to_members_only.is_(False))

    @classmethod
    def awaiting_matching(cls) -> Select[Self]:
        """Published and not yet compared with the catalogue (or changed since), oldest first."""
        return (
            select(cls)
            .where(cls.status == "published", cls.matched_at.is_(None))
            .order_by(cls.published_at, cls.id)
        )

    @classmethod
    def due_to_close(cls) -> Select[Self]:
        return select(cls).where(cls.status == "published", cls.closes_on < today_in_paris())

    @classmethod
    def due_to_warn(cls) -> Select[Self]:
        """Closing within three days, not said yet."""
        soon = today_in_paris() + timedelta(days=3)
        return select(cls).where(
            cls.status == "published", cls.closes_on <= soon, cls.closing_warned_at.is_(None)
        )

    @classmethod
    def due_to_archive(cls) -> Select[Self]:
        """Ended two years ago (model §3)."""
        limit = utc_now() - timedelta(days=730)
        return select(cls).where(
            or_(
                (cls.status == "concluded") & (cls.concluded_at < limit),
                (cls.status == "withdrawn") & (cls.withdrawn_at < limit),
            )
        )

    @classmethod
    def to_review(cls) -> Select[Self]:
        """Waiting for the Métropole's team, oldest first."""
        return select(cls).where(cls.status == "in_review").order_by(cls.validated_at, cls.id)

    @classmethod
    def of(cls, organization: Organization) -> Select[Self]:
        return (
            select(cls)
            .where(cls.organization_id == organization.id, cls.status != "discarded")
            .order_by(cls.updated_at.desc())
        )

    def versions(self) -> Select[Activity]:
        """Publications and amendments, oldest first."""
        return Activity.of(self).where(Activity.action.in_(("publish", "amend", "extend", "reopen")))
