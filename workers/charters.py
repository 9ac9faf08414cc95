"""A new version of the charter: its signatories are told on its day, all at the same instant, then before the sixty days end."""

from __future__ import annotations

from models import Charter, Organization, db
from models.charter import remind_to_sign, to_sign_again
from workers.rows import numbers, one_by_one, take


def announce_charters() -> int:
    return one_by_one(numbers(Charter.due_to_announce()), _announce)


def _announce(number: int) -> None:
    charter = take(Charter, number)
    if charter is not None and charter.announced_at is None and charter.withdrawn_at is None:
        charter.announce()


def remind_of_charter() -> int:
    """How many organisations were owed a reminder."""
    owed: list[int] = []

    def remind(number: int) -> None:
        if remind_to_sign(db.session.get_one(Organization, number)):
            owed.append(number)

    one_by_one(numbers(to_sign_again()), remind)
    return len(owed)
