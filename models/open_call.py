"""A wave: a window of days during which communes, or companies, are invited to write (R018, R036). Domain model §11.

    call = OpenCall.draft(by=curator, title="…", text="…", audience="demand", opens_on=…, closes_on=…)
    call.announce(by=curator)
    call.open()                               # an errand, at midnight in Paris
    need.write(open_call_id=call.id)          # « dans le cadre de l’appel … »
    call.extend(by=curator, closes_on=…)      # who follows it hears so, all at once
    call.close()                              # an errand, after 23:59:59 in Paris
    call.withdraw(by=curator, reason="…")     # before its day: page and reason stay

It is no competition: what is published in it is published like everything else, and nothing is awarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.calendar import at_paris, end_of_day, today_in_paris
from models.database import Base, Dated, db
from models.errors import NotReady
from models.lifecycle import HasLifecycle
from models.open_call_lifecycle import (
    LIFECYCLE,
    PROGRAMME_MAX,
    TEXT_MAX,
    TITLE_MAX,
    TITLE_MIN,
    Problems,
    order_of_days,
)
from models.text import Sentence, slugify

if TYPE_CHECKING:
    from models.user import User

AUDIENCES = ("demand", "supply")
WORDS = ("title", "text", "programme", "themes", "defis")
EDITABLE = (*WORDS, "audience", "opens_on", "closes_on")
#: So many days before the end, whoever has a draft in it is reminded (model §11).
REMIND_BEFORE = (14, 7, 2)


class OpenCall(Dated, HasLifecycle, Base):
    """``audience``: who is invited to write, demand (needs) or supply (solutions); ``programme``: the frame it belongs to."""

    __tablename__ = "open_call"
    lifecycle = LIFECYCLE
    subject_type = "open_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    text: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(8))
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    defis: Mapped[list[str]] = mapped_column(JSON, default=list)
    opens_on: Mapped[date] = mapped_column(index=True)
    closes_on: Mapped[date] = mapped_column(index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    announced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(Text, default="")

    made_by: Mapped[User] = relationship()

    @classmethod
    def draft(cls, *, by: User, **fields: Any) -> OpenCall:
        """``fields``: those of EDITABLE. Raises NotReady when one of them is no such thing."""
        _refuse(_complain(fields))
        call = cls(made_by=by, **fields)
        db.session.add(call)
        call._begin("draft", by=by)
        return call

    def write(self, *, by: User, **fields: Any) -> None:
        """Change it: all of it while it is a draft, then its words only (``extend`` moves the end). Raises NotReady."""
        _refuse(_complain({"opens_on": self.opens_on, "closes_on": self.closes_on} | fields))
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if not changed:
            return
        if self.status != "draft" and not set(changed) <= set(WORDS):
            raise NotReady(
                [("opens_on", "Une fois l’appel annoncé, ses dates et son public ne changent plus ici.")]
            )
        self._take_turn()
        for name in changed:
            setattr(self, name, fields[name])
        self._move("rewrite" if self.status == "draft" else "correct", by=by, changed=sorted(changed))

    def discard(self, *, by: User) -> None:
        self._move("discard", by=by)

    def announce(self, *, by: User) -> None:
        """Make it public; it opens by itself on its first day, at once when that day has come."""
        self._move("announce", by=by)

    def take_back(self, *, by: User) -> None:
        """Back among the drafts, while it has not opened."""
        self._move("take_back", by=by)

    def open(self) -> None:
        """Its first day has come: who follows it is told."""
        self._move("open", by=None)

    def extend(self, *, by: User, closes_on: date) -> None:
        """A later last day; followers and writers hear so at the same instant. Raises NotReady when it is not later."""
        if closes_on <= self.closes_on:
            raise NotReady([("closes_on", "Le nouveau dernier jour doit être plus tardif que l’ancien.")])
        before, self.closes_on = self.closes_on, closes_on
        self._move("extend", by=by, changed={"closes_on": [before.isoformat(), closes_on.isoformat()]})

    def withdraw(self, *, by: User, reason: str) -> None:
        """It ends before its day; who follows it and who wrote in it read why at the same instant. What was published stays."""
        self.withdraw_reason = reason.strip()
        self._move("withdraw", by=by, reason=reason)

    def close(self) -> None:
        """Its last second has passed. What was published in it stays."""
        self._move("close", by=None)

    def archive(self, *, by: User) -> None:
        """Off the list of calls; its page stays."""
        self._move("archive", by=by)

    # ------------------------------------------------------------------ reading

    @property
    def opens_at(self) -> datetime:
        return at_paris(self.opens_on, 0)

    @property
    def closes_at(self) -> datetime:
        """23:59:59 in Paris on the last day."""
        return end_of_day(self.closes_on)

    @property
    def is_open(self) -> bool:
        """Whether one may write for it now, even where the errand is late."""
        return self.status in ("announced", "open") and self.opens_on <= today_in_paris() <= self.closes_on

    @property
    def days_left(self) -> int:
        """Days until the last one, which counts as none."""
        return (self.closes_on - today_in_paris()).days

    @property
    def is_public(self) -> bool:
        return self.status in ("announced", "open", "closed", "archived", "withdrawn")

    @property
    def slug(self) -> str:
        return slugify(self.title)

    def entries(self, viewer: User | None = None) -> Select[Any]:
        """What is published in it and ``viewer`` may read (None: anybody), needs or solutions, the latest first."""
        model = self._model()
        shown = model.public(viewer) if self.audience == "demand" else model.public()
        mine = shown.where(model.open_call_id == self.id).order_by(None)
        return mine.order_by(model.published_at.desc(), model.id.desc())

    def writers(self) -> list[User]:
        """Whoever has a draft in it."""
        return self._authors(self._model().status.in_(("draft", "changes_requested")))

    def authors(self) -> list[User]:
        """Whoever wrote something in it, finished or not."""
        return self._authors(self._model().status != "discarded")

    def _authors(self, condition: Any) -> list[User]:
        model = self._model()
        written = (
            select(model).options(joinedload(model.author)).where(model.open_call_id == self.id, condition)
        )
        return list({one.author_id: one.author for one in db.session.scalars(written)}.values())

    def _model(self) -> Any:
        from models.need import Need
        from models.solution import Solution

        return Need if self.audience == "demand" else Solution

    # ------------------------------------------------------------------ queries

    @classmethod
    def now(cls) -> Select[OpenCall]:
        """Announced or open, the one which ends first before the others."""
        return (
            select(cls)
            .where(cls.status.in_(("announced", "open")), cls.closes_on >= today_in_paris())
            .order_by(cls.closes_on, cls.id)
        )

    @classmethod
    def open_for(cls, audience: str) -> Select[OpenCall]:
        """Those for which this side may write today."""
        return cls.now().where(cls.audience == audience, cls.opens_on <= today_in_paris())

    @classmethod
    def past(cls) -> Select[OpenCall]:
        """Those that ended, the latest first."""
        ended = cls.status.in_(("closed", "archived", "withdrawn"))
        late = cls.status.in_(("announced", "open")) & (cls.closes_on < today_in_paris())
        return select(cls).where(ended | late).order_by(cls.closes_on.desc(), cls.id.desc())

    @classmethod
    def due_to_open(cls) -> Select[OpenCall]:
        return (
            select(cls)
            .where(cls.status == "announced", cls.opens_on <= today_in_paris())
            .order_by(cls.opens_on, cls.id)
        )

    @classmethod
    def due_to_close(cls) -> Select[OpenCall]:
        return (
            select(cls)
            .where(cls.status == "open", cls.closes_on < today_in_paris())
            .order_by(cls.closes_on, cls.id)
        )

    @classmethod
    def due_to_remind(cls) -> Select[OpenCall]:
        """Open, and one of REMIND_BEFORE days is left."""
        days = [today_in_paris() + timedelta(days=days) for days in REMIND_BEFORE]
        return select(cls).where(cls.status == "open", cls.closes_on.in_(days)).order_by(cls.id)


def is_in_open_call(thing: Any) -> Iterator[tuple[str, str]]:
    """A need or a solution is handed over while its call is open; what was handed over in time may come back corrected."""
    call = db.session.get(OpenCall, thing.open_call_id) if thing.open_call_id else None
    if call is None or call.is_open:
        return
    sent = thing.submitted_at
    if sent is not None and call.opens_at <= sent <= call.closes_at:
        return
    yield (
        "open_call_id",
        Sentence("L’appel « %(title)s » n’est pas ouvert : choisissez « Aucun appel ».", title=call.title),
    )


def _refuse(problems: Problems) -> None:
    if found := list(problems):
        raise NotReady(found)


def _complain(fields: dict[str, Any]) -> Problems:
    assert set(fields) <= set(EDITABLE), fields
    if "title" in fields and not TITLE_MIN <= len(fields["title"].strip()) <= TITLE_MAX:
        yield "title", "Donnez un titre de cinq à cent vingt caractères."
    if len(fields.get("text", "")) > TEXT_MAX:
        yield "text", "Ce texte est trop long : gardez l’essentiel."
    if len(fields.get("programme", "")) > PROGRAMME_MAX:
        yield "programme", "Ce texte est trop long : gardez l’essentiel."
    if "audience" in fields and fields["audience"] not in AUDIENCES:
        yield "audience", "Choisissez à qui il s’adresse."
    if "opens_on" in fields and "closes_on" in fields:
        yield from order_of_days(fields["opens_on"], fields["closes_on"])
