"""What was just published is compared with the searches that people keep: one batch, everybody at the same instant.

``alerted_at`` is the debt: empty on a need or a solution that no alert has looked at. Nothing is written to anybody here: what
is found waits for the digest of its reader, or is owed at once to who asked for that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, select, update

from matching.document import Closeness
from models import Activity, Alert, AlertFind, Membership, Need, Notification, Solution, db
from models.alert import KINDS
from models.database import reading_only, utc_now
from workers.corpus import Catalogue, the_corpus
from workers.queue import ring
from workers.rows import numbers, one_by_one, stamp, take

log = logging.getLogger(__name__)

AT_ONCE = 200
#: All of a batch are told at the same instant, once everything of it is found.
TOLD_AFTER = timedelta(minutes=1)
#: A few words deserve a message only where the search itself would call it an answer.
CLOSE_ENOUGH = (Closeness.VERY_CLOSE, Closeness.CLOSE)


def look_for_alerts() -> None:
    """Compare what is new with every alert. Run twice, nothing more is found."""
    more = False
    for kind in KINDS:
        fresh = numbers(_not_looked_at(kind).limit(AT_ONCE))
        if fresh:
            _look(kind, fresh)
            more = more or len(fresh) == AT_ONCE
    if more:
        ring("look_for_alerts")
        db.session.commit()


def _not_looked_at(kind: str) -> Select[Any]:
    public = Need.published() if kind == "needs" else Solution.public()
    model = KINDS[kind][0]
    return public.where(model.alerted_at.is_(None)).order_by(None).order_by(model.id)


def _look(kind: str, fresh: Sequence[int]) -> None:
    at = utc_now()
    found = _found(kind, fresh)
    done = one_by_one(found, partial(_note, found, f"{kind}:{max(fresh)}", at))
    if done < len(found):
        return  # still owed: the next bell finds the rest, and nothing twice
    if kind == "needs":
        one_by_one(fresh, _end_need)
    else:
        _end_solutions(fresh)
    log.info("%d %s compared with the alerts: %d have something", len(fresh), kind, done)


def _found(kind: str, fresh: Sequence[int]) -> dict[int, list[int]]:
    """Alert → which of ``fresh`` it was waiting for. Nothing is locked meanwhile; those of one's own organisation are no news."""
    looking = numbers(Alert.looking(kind))
    if not looking:
        return {}
    corpus = the_corpus()
    catalogue = corpus.needs if kind == "needs" else corpus.solutions
    catalogue.catch_up()
    answers: dict[str, set[int]] = {}
    found = {}
    with reading_only():
        model: Any = KINDS[kind][0]
        owners: dict[int, int] = {
            row[0]: row[1]
            for row in db.session.execute(select(model.id, model.organization_id).where(model.id.in_(fresh)))
        }
        for number in looking:
            alert = db.session.get_one(Alert, number)
            mine = {membership.organization_id for membership in alert.user.active_memberships()}
            answer = _answer(catalogue, alert, fresh, answers)
            wanted = sorted(one for one in answer if owners[one] not in mine)
            if wanted:
                found[number] = wanted
        db.session.rollback()
    return found


def _answer(
    catalogue: Catalogue, alert: Alert, fresh: Sequence[int], answers: dict[str, set[int]]
) -> set[int]:
    """Those of ``fresh`` that answer the alert; the same search of two people is asked once."""
    chosen = alert.chosen()
    key = json.dumps([chosen.as_json(), alert.words], sort_keys=True)
    if key not in answers:
        query = chosen.select()
        ids = set(
            db.session.scalars(query.with_only_columns(alert.thing.id).where(alert.thing.id.in_(fresh)))
        )
        if ids and alert.words:
            close = catalogue.matcher.search(alert.words, count=len(ids), only=ids)
            ids = {int(one.document_id) for one in close if one.closeness in CLOSE_ENOUGH}
        answers[key] = ids
    return answers[key]


def _note(found: dict[int, list[int]], batch: str, at: datetime, number: int) -> None:
    alert = take(Alert, number)
    if alert is None or alert.is_stopped:
        return
    if AlertFind.note(alert, found[number], at) and alert.rhythm == "instant":
        event = f"alert_found:{alert.user_id}:{batch}"
        Notification.owe("alert_found", [alert.user], subject=alert.user, event=event, at=at + TOLD_AFTER)


def _end_need(number: int) -> None:
    """One line in the register of the need: how many people, of which organisations; never whose alert it was."""
    need = take(Need, number)
    if need is None or need.alerted_at is not None:
        return
    readers = set(db.session.scalars(AlertFind.readers_of(need)))
    if readers:
        organizations = db.session.scalars(
            select(Membership.organization_id)
            .where(Membership.user_id.in_(readers), Membership.status == "active")
            .distinct()
        )
        Activity.record("alert", need, by=None, count=len(readers), organizations=sorted(organizations))
    stamp(need, alerted_at=utc_now())


def _end_solutions(fresh: Sequence[int]) -> None:
    db.session.execute(
        update(Solution)
        .where(Solution.id.in_(fresh), Solution.alerted_at.is_(None))
        .values(alerted_at=utc_now(), updated_at=Solution.updated_at)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
