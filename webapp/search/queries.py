"""How lists are searched: by meaning when the worker answers in time, else by the words themselves.

    found = find(q, needs=choices)["needs"]        # Ranked: numbers among the chosen, closest first; None: no answer in time
    query = closest_first(query, Need.id, found.ids) if found else query.where(*containing(q, Need.title))
    page = paginate(query)

The worker chooses with the same query as the page, before it ranks. Its index may be a moment late all the same: the numbers
are always read again, and authorised again, by the query they are put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, case, false, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from models import Organization, db
from models.choices import NeedChoices, SolutionChoices
from models.database import count_rows
from models.text import canon_line, fold
from workers.queue import ask

PER_PAGE = 20
MOST_FOUND = 100  # the closest; who wants others says more
LONGEST_QUESTION = 300  # characters of a search box
MOST_WORDS = 8
SHORTEST_NAME, MOST_NAMED = 4, 3
#: In the address of a page that was looked up by words, so that the next page goes on in the same order.
BY_WORDS = "mots"
#: Said in every text: they choose nothing.
_EMPTY_WORDS = frozenset(
    [
        "au",
        "aux",
        "ce",
        "ces",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "est",
        "et",
        "la",
        "le",
        "les",
        "leur",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
    ]
)
_LAST_PAGE = 10_000  # beyond, the offset would not fit in the database's integers


def typed_question() -> str:
    """What was typed in the search box of this request (``q``), in canon and cut."""
    return canon_line(request.args.get("q", "")[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION]


@dataclass(frozen=True)
class Ranked:
    """``ids``: closest first, MOST_FOUND at most; ``close``: whether the first is close enough to be called an answer."""

    ids: list[int]
    close: bool

    @classmethod
    def of(cls, answered: dict[str, Any]) -> Ranked:
        """From what a worker answered (``workers.answers.Found``)."""
        return cls([int(number) for number, _score in answered["found"]], bool(answered["close"]))


def find(
    text: str, *, needs: NeedChoices | None = None, solutions: SolutionChoices | None = None
) -> dict[str, Ranked] | None:
    """What is close to ``text`` among the things chosen, by kind (``needs``, ``solutions``: those that were asked).

    None: no answer in time, or words are wanted (``?par=mots``).
    """
    if request.args.get("par") == BY_WORDS:
        return None
    chosen = {"needs": needs, "solutions": solutions}
    asked: dict[str, Any] = {
        kind: choices.as_json() for kind, choices in chosen.items() if choices is not None
    }
    answer = ask("search", text=text[:LONGEST_QUESTION], count=MOST_FOUND, **asked)
    return None if answer is None else {kind: Ranked.of(answer[kind]) for kind in asked}


def reads_as_member() -> bool:
    """Whether the person of this request may read what is kept for members."""
    return current_user.is_authenticated and current_user.is_verified_member


def closest_first(query: Select[Any], number: InstrumentedAttribute[int], ranked: list[int]) -> Select[Any]:
    """``query`` kept to the numbers of ``ranked``, in their order."""
    if not ranked:
        return query.where(false())
    places = {found: place for place, found in enumerate(ranked)}
    return query.where(number.in_(ranked)).order_by(None).order_by(case(places, value=number))


def containing(text: str, *columns: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    """Conditions: each word of ``text`` is somewhere in ``columns``, accents and capitals aside."""
    words = [
        word for word in fold(text).replace("'", " ").split() if len(word) > 1 and word not in _EMPTY_WORDS
    ]
    return [
        or_(*(func.fold(column).contains(word, autoescape=True) for column in columns))
        for word in words[:MOST_WORDS]
    ]


def paginate(query: Select[Any], per_page: int = PER_PAGE) -> Pagination:
    """The page asked by ``?page=``; the first one when that is no number, an empty one past the end."""
    asked = request.args.get("page", 1, type=int)
    return _Page(
        select=query,
        session=db.session(),
        page=min(max(asked, 1), _LAST_PAGE),
        per_page=per_page,
        max_per_page=per_page,
        error_out=False,
    )


class _Page(SelectPagination):
    def _query_count(self) -> int:
        return count_rows(self._query_args["select"])


def organizations_named(words: str) -> Sequence[Organization]:
    """The verified organisations, three at most, whose name holds ``words``; none where more do. What is searched by meaning is
    read without names, so that no text is nearer for who signed it: whoever types a name is led to its page."""
    if len(words) < SHORTEST_NAME:
        return []
    named = Organization.named(words).where(Organization.status == "verified").limit(MOST_NAMED + 1)
    found = db.session.scalars(named).all()
    return found if len(found) <= MOST_NAMED else []
