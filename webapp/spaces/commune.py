"""The space of those who say what does not work: decide, read, conclude; then the needs, each as a line of steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Match, Membership, Need, Response, db
from webapp.evaluation.queries import left_to_mark, marked_words
from webapp.filters import ago, day
from webapp.links import address_of
from webapp.needs.acts import waits_for_other_eyes
from webapp.questions.queries import waiting_on
from webapp.spaces.tasks import SOON_DAYS, Task

#: With their line of steps; the others are rows. More would pass the page's budget.
STEPS_SHOWN, ROWS_SHOWN = 5, 12
LOOKED_AT = 100


@dataclass(frozen=True)
class CommuneSpace:
    """``living``: needs with a next step, those that move first; ``ended``: the others; counts by need number."""

    tasks: list[Task]
    living: list[Need]
    ended: list[Need]
    received: Counter[int]
    introductions: Counter[int]

    @classmethod
    def of(cls, memberships: Sequence[Membership]) -> CommuneSpace | None:
        """None for who writes needs nowhere."""
        mine = [m for m in memberships if m.organization.is_demand and m.includes("contributor")]
        if not mine:
            return None
        needs = _needs_of(mine)
        responses = _responses_to(needs)
        living = [need for need in needs if need.status in Need.OPEN]
        return cls(
            tasks=[
                *_to_decide(needs, mine),
                *_to_answer(needs),
                *_to_read(needs, responses),
                *_to_mark(needs),
                *_to_end(needs, responses),
            ],
            living=living[: STEPS_SHOWN + ROWS_SHOWN],
            ended=[n for n in needs if n.status not in Need.OPEN][:ROWS_SHOWN],
            received=Counter({number: sum(count.values()) for number, count in responses.items()}),
            introductions=_introductions_of(living),
        )


def _needs_of(memberships: Sequence[Membership]) -> list[Need]:
    query = (
        select(Need)
        .where(Need.organization_id.in_([m.organization_id for m in memberships]))
        .where(Need.status.not_in(("discarded", "archived")))
        .options(joinedload(Need.organization))
        .order_by(Need.updated_at.desc(), Need.id.desc())
        .limit(LOOKED_AT)
    )
    return list(db.session.scalars(query))


def _responses_to(needs: Sequence[Need]) -> dict[int, Counter[str]]:
    """Need number → status → how many responses were received."""
    query = (
        select(Response.need_id, Response.status, func.count(Response.id))
        .where(Response.need_id.in_([need.id for need in needs]), Response.status.in_(Response.RECEIVED))
        .group_by(Response.need_id, Response.status)
    )
    counts: dict[int, Counter[str]] = {}
    for number, status, count in db.session.execute(query):
        counts.setdefault(number, Counter())[status] = count
    return counts


def _introductions_of(needs: Sequence[Need]) -> Counter[int]:
    query = (
        select(Match.need_id, func.count(Match.id))
        .where(Match.need_id.in_([need.id for need in needs]), Match.status.in_(("approved", *Match.TOLD)))
        .group_by(Match.need_id)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)})


def _to_decide(needs: Sequence[Need], memberships: Sequence[Membership]) -> Iterator[Task]:
    deciding = {m.organization_id for m in memberships if m.includes("validator")}
    for need in needs:
        if need.status == "awaiting_validation" and need.organization_id in deciding:
            if waits_for_other_eyes(need):
                continue  # its author waits for a colleague
            yield Task(
                _("À valider : %(title)s", title=need.title),
                address_of(need),
                _("soumis %(ago)s", ago=ago(need.submitted_at)),
            )
        elif need.status == "changes_requested":
            words = _("À modifier, à la demande de l’équipe : %(title)s", title=need.title)
            yield Task(words, url_for("needs.edit", need_id=need.id, step="problem"), ago(need.updated_at))


def _to_answer(needs: Sequence[Need]) -> Iterator[Task]:
    """Questions of companies, whose names nobody is told."""
    waiting = waiting_on([need for need in needs if need.is_public])
    for need in needs:
        count, first = waiting.get(need.id, (0, 0))
        if count:
            words = ngettext(
                "Une question attend votre réponse : %(title)s",
                "%(num)s questions attendent votre réponse : %(title)s",
                count,
                title=need.title,
            )
            alone = url_for("questions.answer", question_id=first)
            yield Task(words, alone if count == 1 else url_for("questions.of_need", need_id=need.id))


def _to_mark(needs: Sequence[Need]) -> Iterator[Task]:
    """Evaluations in which I have not marked every response."""
    for need, mine in left_to_mark(needs):
        address = url_for("evaluation.show", need_id=need.id)
        note = marked_words(mine.count_done, len(mine.responses))
        yield Task(_("Évaluation à faire : %(title)s", title=need.title), address, note)


def _to_read(needs: Sequence[Need], responses: dict[int, Counter[str]]) -> Iterator[Task]:
    for need in needs:
        count = responses.get(need.id, Counter())["submitted"]
        if not count:
            continue
        if need.sealed and need.status == "published":
            words = ngettext(
                "Une réponse reçue sous pli fermé : %(title)s",
                "%(num)s réponses reçues sous pli fermé : %(title)s",
                count,
                title=need.title,
            )
            yield Task(words, note=_("à lire après le %(day)s", day=day(need.closes_on)))
        else:
            words = ngettext(
                "Une réponse à lire : %(title)s",
                "%(num)s réponses à lire : %(title)s",
                count,
                title=need.title,
            )
            yield Task(words, url_for("needs.responses", need_id=need.id))


def _to_end(needs: Sequence[Need], responses: dict[int, Counter[str]]) -> Iterator[Task]:
    """Closed needs to conclude, then those whose deadline comes near."""
    for need in needs:
        if need.status in ("closed", "in_dialogue"):
            counts = responses.get(need.id, Counter())
            waiting = sum(counts[status] for status in Response.UNANSWERED)
            note = (
                ngettext("une réponse attend la vôtre", "%(num)s réponses attendent la vôtre", waiting)
                if waiting
                else _("chaque réponse a la sienne")
            )
            yield Task(_("À conclure : %(title)s", title=need.title), address_of(need), note)
    for need in needs:
        if need.status == "published" and need.days_left is not None and 0 <= need.days_left <= SOON_DAYS:
            left = (
                ngettext("encore un jour", "encore %(num)s jours", need.days_left)
                if need.days_left
                else _("dernier jour")
            )
            yield Task(
                _("Échéance proche : %(title)s", title=need.title), address_of(need), left, is_late=True
            )
