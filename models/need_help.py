"""Help with the writing of a need (R019, R176): the team helps when it is asked, and writes only when it is invited.

    need.ask_help(by=agent)              # the team is told
    need.offer_help(by=ines)             # or assign_help(by=ines, to=paul): somebody has a name
    need.invite_assistant(by=agent)      # from now on that person may write in the draft
    need.write(by=paul, irritant=…)      # the journal says who wrote what; for the four eyes, the commune's text it stays
    need.end_help(by=agent)              # or by submitting it

Publishing stays with the commune (R297): whoever helps never submits, validates or publishes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.activity import Activity
from models.database import db, utc_now
from models.errors import NotReady
from models.need_reading import NeedReading

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User

BEING_WRITTEN = ("draft", "changes_requested")
#: What one person writes within this time is one act of the journal.
ONE_SITTING = timedelta(hours=1)


class NeedHelp(NeedReading):
    if TYPE_CHECKING:
        organization: Organization
        assistant: User | None

    def ask_help(self, *, by: User) -> None:
        """Ask the Métropole's team to help with the writing."""
        self._move("ask_help", by=by, organization=self.organization)

    def offer_help(self, *, by: User) -> None:
        """Somebody of the team takes the request."""
        self.assistant = by
        self._move("offer_help", by=by, organization=self.organization)

    def assign_help(self, *, by: User, to: User) -> None:
        """Somebody of the team names a colleague."""
        if not to.is_curator:
            raise NotReady([("assistant", "Choisissez une personne de l’équipe de la Métropole.")])
        self.assistant = to
        self.assistant_may_edit = False
        self._move("assign_help", by=by, organization=self.organization, assistant=to.id)

    def invite_assistant(self, *, by: User) -> None:
        """Let the person who helps write in the draft."""
        self.assistant_may_edit = True
        self._move("invite_assistant", by=by, organization=self.organization)

    def end_help(self, *, by: User) -> None:
        """The draft is its authors' own again."""
        self.assistant_may_edit = False
        self._move("end_help", by=by, organization=self.organization)

    def is_assisted_by(self, person: User) -> bool:
        """Whether ``person`` is invited to write in this draft."""
        invited = self.assistant_may_edit and self.assistant_id == person.id
        return invited and self.status in BEING_WRITTEN

    def note_hand(self, by: User, names: list[str]) -> None:
        """Who changes these fields: told by the journal when it is not who wrote before."""
        if self.is_assisted_by(by):
            self._note_assistance(by, names)
        elif by.id != self.last_writer_id:
            self._record("rewrite", by=by, before=self.status, organization=self.organization)

    def _note_assistance(self, by: User, names: list[str]) -> None:
        """Who wrote what, when it was not the commune: the fields, not the words."""
        recent = select(Activity.details).where(
            Activity.subject_type == "need",
            Activity.subject_id == self.id,
            Activity.action == "assist",
            Activity.actor_id == by.id,
            Activity.at > utc_now() - ONE_SITTING,
        )
        noted = {name for details in db.session.scalars(recent) for name in details.get("fields", ())}
        new = sorted(set(names) - noted)
        if new:
            self._record("assist", by=by, before=self.status, organization=None, fields=new)
