"""What happens because time passes: deadlines, ends of a delay, old rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from models import Match, Need, Response, SignIn, SignInAttempt, db
from models.database import utc_now
from workers.queue import ring
from workers.rows import numbers, one_by_one, take

#: CNIL 2021-122: traces of sign-ins, six months to a year.
SIGN_INS_KEPT = timedelta(days=365)
ATTEMPTS_KEPT = timedelta(days=1)


def close_due_needs() -> None:
    """Close each need whose last second (23:59:59 in Paris) has passed, and tell whom it concerns."""
    if one_by_one(numbers(Need.due_to_close()), _close):
        ring("deliver_notifications")
        db.session.commit()


def _close(number: int) -> None:
    need = take(Need, number)
    # Extended meanwhile: it still takes responses.
    if need is not None and need.status == "published" and not need.takes_responses:
        need.close()


def wake_snoozed_matches() -> None:
    """Proposals postponed until now come back to the desk."""
    one_by_one(numbers(Match.due_to_wake()), lambda number: db.session.get_one(Match, number).wake())


def stop_waiting_for_clarifications() -> None:
    """The day given to answer a question is over: the reading goes on."""
    one_by_one(
        numbers(Response.due_to_stop_waiting()),
        lambda number: db.session.get_one(Response, number).stop_waiting(),
    )


def archive_old_needs() -> None:
    """Needs that ended two years ago. An imported reference stays where it was put: its date is that of its programme."""
    one_by_one(
        numbers(Need.due_to_archive().where(Need.source == "")),
        lambda number: db.session.get_one(Need, number).archive(),
    )


def forget_old_sign_ins() -> None:
    """Sessions of more than a year ago, refused attempts of more than a day ago."""
    now = utc_now()
    old = or_(SignIn.ended_at < now - SIGN_INS_KEPT, SignIn.started_at < now - SIGN_INS_KEPT)
    db.session.execute(delete(SignIn).where(old).execution_options(synchronize_session=False))
    db.session.execute(
        delete(SignInAttempt)
        .where(SignInAttempt.at < now - ATTEMPTS_KEPT)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
