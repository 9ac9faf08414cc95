"""What « J'adopte » and references ask of a person now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from models import Interest, Membership, Reference, Solution, db
from models.database import utc_now
from webapp.filters import The, ago, day, moment
from webapp.labels import label
from webapp.spaces.tasks import Task

#: The space shows a dozen tasks; the rest is on the list of demands.
LOOKED_AT = 50


def demands(memberships: Sequence[Membership]) -> Iterator[Task]:
    """As a company, then as a commune."""
    mine = [m for m in memberships if m.includes("contributor")]
    offering = [m.organization_id for m in mine if m.organization.is_supply]
    buying = {m.organization_id: m.includes("validator") for m in mine if m.organization.is_demand}
    if offering:
        yield from _asked_of_company(offering)
    if buying:
        yield from _of_buyer(buying)
        yield from _to_confirm(list(buying))


def _asked_of_company(organizations: Sequence[int]) -> Iterator[Task]:
    query = Interest.of_suppliers(organizations).where(Interest.status.in_(("sent", "acknowledged")))
    for interest in db.session.scalars(
        query.options(joinedload(Interest.organization), joinedload(Interest.solution)).limit(LOOKED_AT)
    ):
        if interest.status == "sent":
            words = _(
                "%(name)s presse « J’adopte » : %(title)s",
                name=The(interest.organization),
                title=interest.title,
            )
            note = _("à accuser réception avant le %(day)s", day=day(interest.answer_expected_on))
            yield Task(words, _page(interest), note, is_late=interest.is_late)
        else:
            yield _to_meet(interest)


def _of_buyer(organizations: Mapping[int, bool]) -> Iterator[Task]:
    """``organizations``: whether the person decides there, who alone says what came of a demand."""
    query = Interest.of_buyers(organizations).where(Interest.status.in_(Interest.OPEN))
    for interest in db.session.scalars(query.options(joinedload(Interest.solution)).limit(LOOKED_AT)):
        if interest.status == "acknowledged":
            yield _to_meet(interest)
        elif interest.status == "meeting_planned" and interest.meeting_at and interest.meeting_at < utc_now():
            words = _("La rencontre a-t-elle eu lieu ? %(title)s", title=interest.title)
            yield Task(words, _page(interest), moment(interest.meeting_at))
        elif interest.status == "met" and organizations[interest.organization_id]:
            words = _("Dire ce que vous en faites : %(title)s", title=interest.title)
            yield Task(words, _page(interest), _("rencontre notée %(ago)s", ago=ago(interest.met_at)))


def _to_meet(interest: Interest) -> Task:
    words = _("Fixer un rendez-vous : %(title)s", title=interest.title)
    return Task(words, _page(interest), label("interest.wish", interest.wish))


def _to_confirm(organizations: Sequence[int]) -> Iterator[Task]:
    query = Reference.to_confirm(organizations)
    for reference in db.session.scalars(
        query.options(joinedload(Reference.solution).joinedload(Solution.organization))
    ):
        words = _(
            "%(company)s vous cite en référence, est-ce exact ? %(title)s",
            company=The(reference.solution.organization),
            title=reference.title,
        )
        yield Task(words, url_for("references.show", reference_id=reference.id))


def _page(interest: Interest) -> str:
    return url_for("interests.show", interest_id=interest.id)
