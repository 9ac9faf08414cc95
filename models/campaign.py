"""Letters to companies that nobody has joined yet: invited once, reminded once at most, left in peace when they ask.

A person of the team starts each of the two; nothing starts by itself (a score, an import contact nobody). ``CompanyInvitation``
is the log: to which company, at which address, when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadData
from sqlalchemy import JSON, ForeignKey, Select, String, Text, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import Base, Dated, count_rows, db, utc_now
from models.errors import NotReady
from models.lifecycle import HasLifecycle, Lifecycle, Move
from models.notification import Notification
from models.opt_out import OptOut
from models.organization import Organization
from models.prospects import prospects
from models.token import lasting

if TYPE_CHECKING:
    from models.user import User

TEXT_MIN, TEXT_MAX = 80, 3000
REMIND_AFTER = timedelta(days=14)
#: A company that had a letter of another campaign is not written to again so soon.
QUIET_FOR = timedelta(days=90)
MOST_LETTERS = 2_000

_TOO_SHORT = "Écrivez au moins quatre-vingts caractères : qui vous êtes, pourquoi vous écrivez."

Problems = Iterable[tuple[str, str]]


def _has_readers(campaign: Campaign) -> Problems:
    count = count_rows(campaign.unwritten())
    if not count:
        yield (
            "places",
            "Aucune entreprise à inviter : élargissez les codes NAF ou les communes, ou ajoutez des adresses.",
        )
    if count > MOST_LETTERS:
        yield (
            "places",
            "Plus de 2 000 lettres d’un coup : resserrez les codes NAF ou les communes, faites plusieurs campagnes.",
        )


def _may_remind(campaign: Campaign) -> Problems:
    if campaign.reminded_at is not None:
        yield "status", "Une relance est déjà partie, il n’y en a qu’une."
    elif campaign.started_at is None or campaign.started_at > utc_now() - REMIND_AFTER:
        yield "status", "On ne relance qu’après quatorze jours."


LIFECYCLE = Lifecycle(
    ("draft", "running", "done", "stopped"),
    (
        Move("start", ("draft",), "running", "curator", guards=(_has_readers,), stamps="started_at"),
        Move("remind", ("done",), "running", "curator", guards=(_may_remind,), stamps="reminded_at"),
        Move("finish", ("running",), "done", "system"),
        Move("stop", ("draft", "running", "done"), "stopped", "curator"),
    ),
    {
        "draft": "cette campagne n’est pas commencée",
        "running": "les lettres de cette campagne partent en ce moment",
        "done": "les lettres de cette campagne sont parties",
        "stopped": "cette campagne est arrêtée",
    },
)


class Campaign(Dated, HasLifecycle, Base):
    """``naf``: beginnings of codes; ``places``: INSEE codes or EPT; each empty for all. ``text``: the team's own words."""

    __tablename__ = "campaign"
    lifecycle = LIFECYCLE
    subject_type = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    naf: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    made_by: Mapped[User] = relationship()

    @classmethod
    def draft(cls, *, by: User, title: str, text: str, naf: list[str], places: list[str]) -> Campaign:
        """A letter that nobody has yet. Raises NotReady for one too short to say who writes and why."""
        if len(text.strip()) < TEXT_MIN:
            raise NotReady([("text", _TOO_SHORT)])
        campaign = cls(title=title, text=text, naf=naf, places=places, made_by=by)
        db.session.add(campaign)
        campaign._begin("draft", by=by)
        return campaign

    def start(self, *, by: User) -> None:
        """Have the letters written. Raises NotReady when there is nobody to write to, or too many."""
        self._move("start", by=by, naf=self.naf, places=self.places)

    def remind(self, *, by: User) -> None:
        """Write once more to those who did not come, two weeks later. Raises NotReady too early, or the second time."""
        self._move("remind", by=by)

    def stop(self, *, by: User) -> None:
        """What has not left does not leave."""
        self._move("stop", by=by)

    def finish(self) -> None:
        """Every letter of this turn is owed."""
        self._move("finish", by=None)

    # ------------------------------------------------------------------ to whom

    def aimed_at(self) -> Select[Organization]:
        """The companies of the filter that nobody has joined, with or without an address."""
        return prospects(self.naf, self.places)

    def unwritten(self) -> Select[Organization]:
        """Those with an address that had no letter of this campaign, nor lately of another. (Who opted out is left out later:
        only hashes of these addresses are kept.)"""
        written = exists().where(
            CompanyInvitation.organization_id == Organization.id,
            (CompanyInvitation.campaign_id == self.id)
            | (CompanyInvitation.created_at > utc_now() - QUIET_FOR),
        )
        return self.aimed_at().where(Organization.contact_email != "", ~written)

    def unreminded(self) -> Select[CompanyInvitation]:
        """Letters that left, to companies that did not come and were not reminded."""
        return (
            select(CompanyInvitation)
            .join(Organization, Organization.id == CompanyInvitation.organization_id)
            .where(
                CompanyInvitation.campaign_id == self.id,
                CompanyInvitation.sent_at.is_not(None),
                CompanyInvitation.reminder_at.is_(None),
                CompanyInvitation.opted_out_at.is_(None),
                Organization.status == "prospect",
            )
        )

    def write(self, organizations: Sequence[Organization]) -> None:
        """A line in the log for each, and a letter owed to each address once, except to who asked to be left in peace."""
        emails = {organization.contact_email for organization in organizations}
        refused = OptOut.among(emails)
        mine = select(CompanyInvitation.email).where(
            CompanyInvitation.campaign_id == self.id, CompanyInvitation.email.in_(emails)
        )
        written = set(db.session.scalars(mine))
        for organization in organizations:
            email = organization.contact_email
            letter = CompanyInvitation(
                campaign_id=self.id,
                organization_id=organization.id,
                email="" if email in written else email,
                opted_out_at=utc_now() if email in refused else None,
            )
            db.session.add(letter)
            db.session.flush()
            if email not in written | refused:
                event = f"company_invited:{letter.id}"
                Notification.owe_to_address("company_invited", email, subject=letter, event=event)
            written.add(email)


class CompanyInvitation(Dated, Base):
    """One company of one campaign. ``email`` is empty where the same address had its letter for another company.
    ``sent_at``, ``reminded_at``: when the letter and the reminder left;
    ``reminder_at``: when the reminder was owed."""

    __tablename__ = "company_invitation"
    __table_args__ = (UniqueConstraint("campaign_id", "organization_id"),)
    subject_type = "company_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    sent_at: Mapped[datetime | None]
    reminder_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    organization: Mapped[Organization] = relationship()

    @property
    def fate(self) -> str:
        """What came of it: opted_out, joined, shared (the letter of another company), reminded, sent, waiting."""
        if self.opted_out_at is not None:
            return "opted_out"
        if self.organization.status != "prospect":
            return "joined"
        if not self.email:
            return "shared"
        if self.reminded_at is not None:
            return "reminded"
        return "sent" if self.sent_at is not None else "waiting"

    @property
    def may_still_leave(self) -> bool:
        """Whether its campaign runs, nobody joined the company, and the address did not ask for peace meanwhile."""
        wanted = self.campaign.status in ("running", "done") and self.organization.status == "prospect"
        return wanted and self.opted_out_at is None and not OptOut.among([self.email])

    def remind(self) -> None:
        self.reminder_at = utc_now()
        event = f"company_reminded:{self.id}"
        Notification.owe_to_address("company_reminded", self.email, subject=self, event=event)

    def note_departure(self, kind: str) -> None:
        """The letter, or its reminder (company_reminded), has left."""
        if kind == "company_reminded":
            self.reminded_at = utc_now()
        else:
            self.sent_at = utc_now()

    def opt_out(self) -> None:
        """Its reader wants no letter any more, of any campaign. Said twice, nothing changes."""
        if self.opted_out_at is not None:
            return
        self.opted_out_at = utc_now()
        OptOut.keep(self.email)
        Notification.drop("company_invited", "company_reminded", subject=self)
        Activity.record("opt_out", self, by=None)

    @property
    def token(self) -> str:
        """The secret part of its link: whoever holds it reads the mails of the address. It never ends: a wish for peace
        is heard years later too."""
        return lasting("opt_out").dumps(self.id)

    @classmethod
    def by_token(cls, token: str) -> CompanyInvitation | None:
        try:
            number = lasting("opt_out").loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return db.session.get(cls, number) if isinstance(number, int) else None
