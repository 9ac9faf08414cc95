"""K1 (R214): who was an official member on a day, whatever happened since: a figure of the past stays what it was.

A public body is one from the day it was verified; who offers, from the day it was verified and had signed the charter,
while a version that it signed still counts. Who was suspended, closed or merged is none from that day on, until it is back.
``Organization.official_members`` says the same of today, as a query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import select

from models.activity import Activity
from models.calendar import day_in_paris
from models.charter import CharterSignature, binding_versions
from models.database import db
from models.organization import DEMAND_KINDS, Organization

SIDES = ("demand", "supply", "observer")
#: Acts after which an organisation is a member no more, or is one again.
_LEAVING = {"suspend": False, "archive": False, "merge": False, "reinstate": True}


@dataclass(frozen=True)
class Member:
    """``side``: one of SIDES; ``since``: the first day in Paris that it was one; ``signed``: version of the charter → day, empty
    for a public body, which signs none; ``turns``: (day, whether it is there from then on) since it was verified."""

    side: str
    since: date
    signed: dict[int, date] = field(default_factory=dict)
    turns: tuple[tuple[date, bool], ...] = ()


def ever_members(until: date) -> list[Member]:
    """Whoever was one on a day up to ``until``, still there or not."""
    signed: dict[int, dict[int, date]] = defaultdict(dict)
    signatures = select(
        CharterSignature.organization_id, CharterSignature.charter_id, CharterSignature.signed_at
    )
    for number, version, at in db.session.execute(signatures):
        signed[number][version] = day_in_paris(at)
    turns: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    acts = (
        select(Activity.subject_id, Activity.at, Activity.action)
        .where(Activity.subject_type == "organization", Activity.action.in_(list(_LEAVING)))
        .order_by(Activity.id)
    )
    for number, at, action in db.session.execute(acts):
        turns[number].append((day_in_paris(at), _LEAVING[action]))
    verified = (
        select(Organization.id, Organization.kind, Organization.sides, Organization.verified_at)
        .where(Organization.verified_at.is_not(None))
        .order_by(Organization.id)
    )
    found, rows = [], cast(Iterable[Any], db.session.execute(verified))
    for number, kind, sides, verified_at in rows:
        side = next(side for side in SIDES if side in sides)
        since = day_in_paris(verified_at)
        if kind not in DEMAND_KINDS:
            if not signed[number]:
                continue
            since = max(since, min(signed[number].values()))
        bound = {} if kind in DEMAND_KINDS else signed[number]
        found.append(Member(side, since, bound, tuple(turns[number])))
    return [member for member in found if member.since <= until]


def there(members: list[Member], on: date) -> list[Member]:
    """Those of ``members`` that were one at the end of that day."""
    binding = set(binding_versions(on))
    return [member for member in members if _is_there(member, on, binding)]


def _is_there(member: Member, on: date, binding: set[int]) -> bool:
    if member.since > on:
        return False
    if member.signed and not any(day <= on for version, day in member.signed.items() if version in binding):
        return False
    turns = [stays for day, stays in member.turns if day <= on]
    return turns[-1] if turns else True
