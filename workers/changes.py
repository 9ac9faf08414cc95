"""What may have changed since a worker last looked, asked of the journal.

Each act on a need, a solution or an organisation is an ``Activity``, written in the transaction that changes the thing and
numbered under a lock: whoever read up to a number has missed nothing below it, however late some transaction commits. So
catching up costs one look at the end of the journal, whatever the size of the catalogue.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Activity, Need, Organization, Solution, db

NAMED_AT_ONCE = 500

#: The last act that was read: its number and its seal. A journal that has another act there is another journal.
Mark = tuple[int, str]


class Journal:
    """The journal as far as one reader went, for the things of one kind."""

    def __init__(self, model: type[Need] | type[Solution], mark: Mark | None = None) -> None:
        self.mark = mark
        self._model = model

    def changed(self) -> set[int] | None:
        """Numbers of the things that were acted upon since the last call, those of organisations included (their names are
        masked). None: everything may have changed (the first call, or the database was put back to what it was)."""
        if self.mark is None:
            self._begin()
            return None
        columns = (Activity.id, Activity.hash, Activity.subject_type, Activity.subject_id)
        acts = db.session.execute(Activity.since(self.mark[0]).with_only_columns(*columns)).all()
        if not acts or (acts[0].id, acts[0].hash) != self.mark:
            self._begin()
            return None
        self.mark = acts[-1].id, acts[-1].hash
        subjects: dict[str, set[int]] = {}
        for act in acts[1:]:
            subjects.setdefault(act.subject_type, set()).add(act.subject_id)
        found = subjects.get(self._model.subject_type, set())
        return found | self._owned_by(sorted(subjects.get(Organization.subject_type, ())))

    def _begin(self) -> None:
        last = db.session.execute(
            select(Activity.id, Activity.hash).order_by(Activity.id.desc()).limit(1)
        ).first()
        self.mark = (last.id, last.hash) if last else None

    def _owned_by(self, organizations: list[int]) -> set[int]:
        model: Any = self._model
        return {
            number
            for start in range(0, len(organizations), NAMED_AT_ONCE)
            for number in db.session.scalars(
                select(model.id).where(
                    model.organization_id.in_(organizations[start : start + NAMED_AT_ONCE])
                )
            )
        }
