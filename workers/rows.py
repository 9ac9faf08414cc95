"""How an errand treats the rows that it owes: one at a time, each in a transaction of its own.

A row that fails is logged, undone, and holds nobody back: the next bell finds it again, since it is still owed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from rq.timeouts import BaseTimeoutException
from sqlalchemy import Select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from models.database import db, reading_only
from models.errors import RuleViolation

log = logging.getLogger(__name__)

TRIES = 3


def numbers(query: Select[Any]) -> list[int]:
    """The ids of the rows that ``query`` selects, in its order, read without holding a lock."""
    entity = query.column_descriptions[0]["entity"]
    with reading_only():
        found = list(db.session.scalars(query.with_only_columns(entity.id)))
        db.session.rollback()
    return found


def one_by_one(ids: Iterable[int], act: Callable[[int], object]) -> int:
    """Call ``act`` on each id and commit. How many were done.

    A rule that says no means that somebody was quicker. A unique row that another worker wrote first, or a busy
    database, is tried again. Anything else is a mistake of ours: logged, and the others go on.
    """
    return sum(_do_one(number, act) for number in ids)


def _do_one(number: int, act: Callable[[int], object]) -> bool:
    name = getattr(getattr(act, "func", act), "__name__", str(act))
    for attempt in range(1, TRIES + 1):
        try:
            act(number)
            db.session.commit()
        except RuleViolation as no:
            db.session.rollback()
            log.info("%s %d: no longer possible (%s)", name, number, no)
            return False
        except (IntegrityError, OperationalError) as error:
            db.session.rollback()
            if attempt == TRIES:
                log.exception("%s %d failed, left for the next bell", name, number)
                return False
            log.info("%s %d: %s, once more", name, number, type(error).__name__)
            time.sleep(0.05 * attempt)
        except BaseTimeoutException:  # RQ's time-out is an Exception too: it must end the job
            db.session.rollback()
            raise
        except Exception:
            db.session.rollback()
            log.exception("%s %d failed, left for the next bell", name, number)
            return False
        else:
            return True
    return False


def take(model: type[Any], number: int) -> Any | None:
    """The row as it is now, locked until the end of the transaction (SQLite: the transaction itself is the lock)."""
    return db.session.get(model, number, populate_existing=True, with_for_update=True)


def stamp(thing: Any, **instants: Any) -> None:
    """Set an instant of the workers without touching ``updated_at``, which says when a person last changed it."""
    model = type(thing)
    db.session.flush()
    db.session.execute(
        update(model)
        .where(model.id == thing.id)
        .values(**instants, updated_at=model.updated_at)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(thing, list(instants))
