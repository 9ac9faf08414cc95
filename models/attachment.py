"""A document joined to a need, a solution, a response or a message. Nobody opens it before it was checked.

    received = store.keep(stream, most=LARGEST)                         # the bytes, under a random name
    Attachment.join(response, by=nour, organization=company, files=[("plan.pdf", received)])
    db.session.commit()                                                 # quarantined; a worker checks it…
    attachment.accept()                                                 # …and lets it through, or refuses it

The row outlives the bytes: what was joined, by whom, when, with which fingerprint stays known (rule 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Select, String, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.attachment_lifecycle import LIFECYCLE, VERDICTS
from models.calendar import day_in_paris
from models.database import Base, Dated, db, utc_now
from models.errors import NotReady
from models.file_kind import KINDS, LONGEST_NAME, FileKind, clean_name, is_locked, kind_named
from models.file_store import Received
from models.lifecycle import HasLifecycle
from models.organization import Organization
from models.text import Sentence

if TYPE_CHECKING:
    from models.user import User

MB = 1024 * 1024
LARGEST = 20 * MB
LARGEST_A_DAY = 200 * MB
#: By kind of owner.
MOST = {"need": 10, "solution": 10, "response": 10, "message": 5}
#: A worker that died while it checked leaves its claim; after this delay another may take the file.
CLAIM_LASTS = timedelta(seconds=120)
#: A file on which the check itself dies is no file to open.
MOST_ATTEMPTS = 3


class Attachment(Dated, HasLifecycle, Base):
    """``owner_type``, ``owner_id``: what it is joined to. ``uploaded_sha256``: of the bytes as they came (an image is drawn
    again, so ``sha256`` may differ). ``confidential``: « secret des affaires », for the commune alone."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_owner", "owner_type", "owner_id"),)
    lifecycle = LIFECYCLE
    subject_type = "attachment"
    LIVING = ("quarantined", "clean")

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_type: Mapped[str] = mapped_column(String(24))
    owner_id: Mapped[int]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    uploader_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_sha256: Mapped[str] = mapped_column(String(64))
    store_key: Mapped[str] = mapped_column(String(40), unique=True)
    confidential: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None] = mapped_column(String(24))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()
    uploader: Mapped[User] = relationship(foreign_keys=[uploader_id])

    # ------------------------------------------------------------------ joining, taking away

    @classmethod
    def join(
        cls,
        owner: Any,
        *,
        by: User,
        organization: Organization,
        files: Sequence[tuple[str, Received]],
        confidential: bool = False,
        tell: bool = True,
    ) -> tuple[list[Attachment], list[NotReady]]:
        """Join (name, bytes) to ``owner``, which changes once whatever their number: what was joined, and what is wrong with
        each of the others (on ``files``). One that is there already (a double click) is not joined twice. Without ``tell``, the
        caller changes ``owner`` itself: words and documents sent together are one version.

        Raises RuleViolation when ``owner`` takes no document now.
        """
        from models.attachment_owners import refuse_unless_open, tell_of_change

        refuse_unless_open(owner)
        joined, wrong = [], []
        for name, received in files:
            try:
                attachment = cls._join_one(owner, by, organization, name, received)
            except NotReady as error:
                wrong.append(error)
                continue
            if attachment is not None:
                attachment.confidential = confidential and owner.subject_type == "response"
                joined.append(attachment)
        if joined and tell:
            tell_of_change(owner, by=by, joined=joined)
        return joined, wrong

    @classmethod
    def _join_one(
        cls, owner: Any, by: User, organization: Organization, name: str, received: Received
    ) -> Attachment | None:
        from models.attachment_owners import need_of

        kind = check_first_look(name, received)
        living = list(db.session.scalars(cls.of(owner)))
        if any(one.uploaded_sha256 == received.sha256 for one in living):
            return None
        if len(living) >= MOST[owner.subject_type]:
            raise _no("%(count)s documents au plus : retirez-en un d’abord.", count=MOST[owner.subject_type])
        if cls._joined_today(organization) + received.size > LARGEST_A_DAY:
            raise _no(
                "Votre organisation a joint %(count)s Mo de documents depuis hier : reprenez demain.",
                count=LARGEST_A_DAY // MB,
            )
        need = need_of(owner)
        attachment = cls(
            owner_type=owner.subject_type,
            owner_id=owner.id,
            need_id=need.id if need else None,
            organization=organization,
            uploader=by,
            name=clean_name(name),
            kind=kind.code,
            size=received.size,
            sha256=received.sha256,
            uploaded_sha256=received.sha256,
            store_key=received.key,
        )
        db.session.add(attachment)
        # Neither the name nor a word of it: a name may itself be a secret, and the journal never forgets.
        attachment._begin("quarantined", by=by, organization=organization, **attachment._traces())
        return attachment

    def remove(self, *, by: User) -> None:
        """Take it away; its bytes are swept. Raises RuleViolation once its owner is out of the author's hands."""
        from models.attachment_owners import refuse_unless_open, tell_of_change

        owner = self.owner
        refuse_unless_open(owner)
        was_shown = self.status == "clean"
        self._move("remove", by=by, organization=self.organization, **self._traces())
        if was_shown:
            tell_of_change(owner, by=by, removed=self)

    def redact(self, *, by: User) -> None:
        """Taken away with the message that it came with, by an administrator of the platform."""
        if self.status != "removed":
            self._move("remove", by=by, **self._traces())

    def _traces(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "size": self.size, "kind": self.kind, "owner": self.owner_type}

    # ------------------------------------------------------------------ the check

    def claim(self) -> bool:
        """Take it for a check; False when another worker has it or it is done. Commit before reading the file."""
        now = utc_now()
        taken: Any = db.session.execute(
            update(Attachment)
            .where(Attachment.id == self.id, Attachment.status == "quarantined")
            .where(or_(Attachment.claimed_at.is_(None), Attachment.claimed_at < now - CLAIM_LASTS))
            .values(claimed_at=now, attempts=Attachment.attempts + 1, updated_at=Attachment.updated_at)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(self)
        return bool(taken.rowcount)

    def put_back(self, *, counts: bool) -> None:
        """The check did not come to an end. ``counts``: the file itself may be why; else (no antivirus) it is only late."""
        self.claimed_at = None if counts else utc_now()  # asked again once the claim has lasted
        if not counts:
            self.attempts = max(0, self.attempts - 1)

    def accept(self, *, redrawn: Received | None = None) -> None:
        """It may be opened. ``redrawn``: an image, drawn again without what came beside its pixels."""
        from models.attachment_owners import tell_when_clean

        if redrawn is not None:
            self.store_key, self.sha256, self.size = redrawn.key, redrawn.sha256, redrawn.size
        if tell_when_clean(self):
            self._move("accept", by=None, **self._traces())
        else:
            self.refuse("too_late")

    def refuse(self, verdict: str = "unreadable") -> None:
        """``verdict`` is one of VERDICTS."""
        assert verdict in VERDICTS, verdict
        self.verdict = verdict
        self._move("refuse", by=None, verdict=verdict, **self._traces())

    # ------------------------------------------------------------------ reading

    @property
    def owner(self) -> Any:
        """What it is joined to, as it is now."""
        from models.attachment_owners import find_owner

        return find_owner(self.owner_type, self.owner_id)

    @property
    def media_type(self) -> str:
        return KINDS[self.kind].media_type

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id

    @classmethod
    def of(cls, owner: Any) -> Select[Attachment]:
        """What is joined to ``owner`` and not refused or removed, in order of arrival."""
        return cls.all_of(owner).where(cls.status.in_(cls.LIVING))

    @classmethod
    def all_of(cls, owner: Any) -> Select[Attachment]:
        """The same with what was refused, for who joined it."""
        return (
            select(cls)
            .where(cls.owner_type == owner.subject_type, cls.owner_id == owner.id, cls.status != "removed")
            .order_by(cls.id)
        )

    @classmethod
    def readable_of(cls, owner: Any) -> Select[Attachment]:
        """What others may open."""
        return cls.of(owner).where(cls.status == "clean")

    @classmethod
    def fingerprints(cls, owner: Any) -> list[str]:
        """SHA-256 of what is joined, as it came, in a steady order: for hashes of versions."""
        if owner.id is None:
            return []
        return sorted(one.uploaded_sha256 for one in db.session.scalars(cls.of(owner)))

    @classmethod
    def quoted_of(cls, owner: Any) -> list[dict[str, str]]:
        """The public documents of ``owner`` as a file that relies on them quotes them: ``name``, ``sha256`` of the bytes that one
        downloads, ``joined``, the day of Paris (ISO)."""
        public = cls.readable_of(owner).where(cls.confidential.is_(False))
        return [
            {"name": one.name, "sha256": one.sha256, "joined": day_in_paris(one.created_at).isoformat()}
            for one in db.session.scalars(public)
        ]

    @classmethod
    def awaiting_check(cls) -> Select[Attachment]:
        """Oldest first; claims of dead workers are taken over."""
        free = or_(cls.claimed_at.is_(None), cls.claimed_at < utc_now() - CLAIM_LASTS)
        return select(cls).where(cls.status == "quarantined", free).order_by(cls.id)

    @classmethod
    def kept_keys(cls) -> Select[Any]:
        """Names of the files which must stay."""
        return select(cls.store_key).where(cls.status.in_(cls.LIVING))

    @classmethod
    def _joined_today(cls, organization: Organization) -> int:
        """Bytes since this hour yesterday, removed ones too."""
        since = utc_now() - timedelta(days=1)
        joined = select(func.coalesce(func.sum(cls.size), 0)).where(
            cls.organization_id == organization.id, cls.created_at >= since
        )
        return int(db.session.scalar(joined) or 0)


def check_first_look(name: str, received: Received) -> FileKind:
    """The kind of a file by its name and first bytes. Raises NotReady on ``files`` with what to do."""
    kind, shown = kind_named(name), clean_name(name) or "?"
    if received.size == 0:
        raise _no("« %(name)s » est vide : choisissez-le de nouveau.", name=shown)
    if kind is None:
        raise _no(
            "« %(name)s » n’est pas d’un format accepté : PDF, PNG, JPEG, DOCX, XLSX, PPTX, ODT, ODS ou ODP.",
            name=shown,
        )
    if is_locked(received.head):
        raise _no(
            "« %(name)s » est protégé par un mot de passe, ou d’un ancien format : enregistrez-le sans protection.",
            name=shown,
        )
    if not kind.looks_right(received.head):
        raise _no(
            "« %(name)s » n’est pas ce que dit son nom : enregistrez-le de nouveau, en PDF par exemple.",
            name=shown,
        )
    return kind


def too_large(name: str) -> NotReady:
    """For the view that received more than LARGEST."""
    return _no(
        "« %(name)s » dépasse %(count)s Mo : allégez-le ou coupez-le en deux.",
        name=clean_name(name),
        count=LARGEST // MB,
    )


def _no(pattern: str, **values: Any) -> NotReady:
    return NotReady([("files", Sentence(pattern, **values))])
