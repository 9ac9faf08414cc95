"""What the pages of an evaluation show to one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from models import ConflictDeclaration, Need, Response, Score, Shortlist, User, db
from models.evaluation import Result
from models.evaluation_lifecycle import MARKED_WHILE
from webapp.acting import me
from webapp.evaluation.forms import MEANINGS


@dataclass(frozen=True)
class MyPart:
    """``done``: response number → whether I finished it. ``finished``: how many people finished all, ``begun`` all who began."""

    declaration: ConflictDeclaration | None
    responses: Sequence[Response]
    done: dict[int, bool]
    finished: int
    begun: int

    @property
    def count_done(self) -> int:
        return sum(self.done.values())

    @property
    def next(self) -> Response | None:
        return next((response for response in self.responses if not self.done[response.id]), None)


def my_part(shortlist: Shortlist) -> MyPart:
    responses, progress = shortlist.responses(), shortlist.progress()
    return MyPart(
        shortlist.declaration_of(me()),
        responses,
        {response.id: shortlist.is_complete(response, me()) for response in responses},
        finished=sum(done == len(responses) for done in progress.values()),
        begun=len(progress),
    )


def left_to_mark(needs: Sequence[Need]) -> Iterator[tuple[Need, MyPart]]:
    """Of these needs, those whose evaluation waits for me."""
    numbers = [need.id for need in needs if need.status in MARKED_WHILE]
    if not numbers:
        return
    begun = select(Shortlist).where(Shortlist.need_id.in_(numbers), Shortlist.status == "draft")
    for shortlist in db.session.scalars(begun.order_by(Shortlist.id)):
        mine = my_part(shortlist)
        if mine.next is not None and not (mine.declaration and mine.declaration.conflict):
            yield shortlist.need, mine


def marked_words(done: int, count: int) -> str:
    """« 3 réponses sur 5 notées »."""
    if not done:
        return ngettext("Une réponse à noter", "%(num)s réponses à noter", count)
    return ngettext(
        "%(num)s réponse sur %(count)s notée", "%(num)s réponses sur %(count)s notées", done, count=count
    )


def next_to_mark(shortlist: Shortlist, after: Response) -> Response | None:
    """The next one that I did not finish, the ones after ``after`` first."""
    responses = shortlist.responses()
    place = next((n for n, response in enumerate(responses) if response.id == after.id), -1)
    ordered = [*responses[place + 1 :], *responses[: place + 1]]
    return next((response for response in ordered if not shortlist.is_complete(response, me())), None)


def takes_criteria(need: Need, shortlist: Shortlist | None) -> bool:
    if shortlist is None:
        return need.status in ("published", *MARKED_WHILE)
    return shortlist.may("set_criteria")


@dataclass(frozen=True)
class Found:
    """What was locked, with the marks and comments of each person, in the order of chance of the panel."""

    results: Sequence[Result]
    people: Sequence[User]
    sheets: dict[tuple[int, int, int], Score]


def found(shortlist: Shortlist) -> Found:
    """``sheets``: (response, criterion, person) → the mark with its comment, for the pages of the commune only."""
    people = {person.id: person for person in db.session.query(User).where(User.id.in_(shortlist.panel))}
    return Found(
        shortlist.results(),
        [people[number] for number in shortlist.panel],
        {(s.response_id, s.criterion_id, s.user_id): s for s in shortlist.scores() if s.user_id in people},
    )


def sheet_page(shortlist: Shortlist, response: Response, form: Any, written: Any) -> str:
    """The page where one response is marked."""
    responses = shortlist.responses()
    kept = shortlist.scores_of(me(), response)
    version = response.sent.number if response.sent else 0
    return render_template(
        "evaluation/sheet.html",
        need=response.need,
        response=response,
        written=written,
        form=form,
        meanings=MEANINGS,
        lacking=_lacking(shortlist, kept),
        place=next((n for n, other in enumerate(responses, 1) if other.id == response.id), 1),
        count=len(responses),
        done=sum(shortlist.is_complete(other, me()) for other in responses),
        changed=any(score.version != version for score in kept),
        saved_at=max((score.updated_at for score in kept), default=None),
    )


def _lacking(shortlist: Shortlist, kept: Sequence[Score]) -> dict[int, str]:
    """Criterion number → what is still to say, once something was said on this response."""
    given = {score.criterion_id: score for score in kept if score.value is not None}
    if not kept:
        return {}
    lacks = {c.id: _("Il manque la note.") for c in shortlist.criteria if c.id not in given}
    unexplained = {
        n: _("Dites pourquoi, en vingt caractères au moins.") for n, s in given.items() if not s.is_complete
    }
    return lacks | unexplained
