"""Where an interest stands, in words, for each side: a line of steps, and the one next thing."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from models import Activity, Interest, User, db
from models.database import utc_now
from webapp.filters import day, moment

Stage = tuple[str, str, str]


def stages(interest: Interest) -> list[Stage]:
    """(name, when, past | now | next)."""
    steps: list[tuple[str, datetime | None]] = [
        (_("Envoyée"), interest.sent_at),
        (_("Reçue"), interest.acknowledged_at),
        (_("Rendez-vous"), interest.meeting_at if interest.acknowledged_at else None),
        (_("Rencontre"), interest.met_at),
    ]
    if interest.ended_at is not None:
        # A meeting fixed for a later day is not done.
        lived = [(name, at) for name, at in steps if at is not None and at <= interest.ended_at]
        end = {
            "converted": _("Aboutie"), "no_followup": _("Sans suite"), "declined": _("Déclinée"),
            "expired": _("Sans réponse"), "void": _("Caduque"),
        }[interest.status]  # fmt: skip
        return [*((name, day(at), "past") for name, at in lived), (end, day(interest.ended_at), "now")]
    reached = Interest.OPEN.index(interest.status)
    states = ["past"] * reached + ["now"] + ["next"] * (len(steps) - reached)
    named = [*steps, (_("Suite donnée"), None)]
    return [(name, day(at) if at else "", state) for (name, at), state in zip(named, states, strict=True)]


def since(interest: Interest) -> datetime:
    return (
        interest.ended_at
        or interest.met_at
        or (interest.updated_at if interest.status == "meeting_planned" else None)
        or interest.acknowledged_at
        or interest.sent_at
    )


def what_next(interest: Interest, *, as_supplier: bool, may_convert: bool) -> str:
    """One short sentence: who moves, and by when. ``may_convert``: whether the reader says what came of it."""
    match interest.status:
        case "sent":
            by_when = day(interest.answer_expected_on)
            if as_supplier:
                return _("accusez réception d’ici au %(day)s", day=by_when)
            return _("accusé de réception attendu d’ici au %(day)s", day=by_when)
        case "acknowledged":
            return _("convenez d’un rendez-vous, puis inscrivez-le ici")
        case "meeting_planned":
            return _when_they_meet(interest, as_supplier)
        case "met" if as_supplier:
            return _("la collectivité dit ce qu’elle en fait")
        case "met" if may_convert:
            return _("dites ce que vous en faites")
        case "met":
            return _("un validateur de votre organisation dit ce que vous en faites")
    return ""


def _when_they_meet(interest: Interest, as_supplier: bool) -> str:
    if interest.meeting_at is None or interest.meeting_at > utc_now():
        return _("rendez-vous le %(moment)s", moment=moment(interest.meeting_at))
    if as_supplier:
        return _("la collectivité dit si la rencontre a eu lieu")
    return _("dites si la rencontre a eu lieu")


def answering_for_company(interest: Interest) -> User | None:
    """Who acknowledged: the commune's contact."""
    acts = Activity.of(interest).where(Activity.action == "acknowledge").order_by(None)
    act = db.session.scalars(acts.order_by(Activity.id.desc()).limit(1)).first()
    return act.actor if act is not None else None
