"""How lists are searched: by meaning when the worker answers in time, else by the words themselves.

    ranked = find("needs", q)                      # numbers, closest first; None: no answer in time
    query = closest_first(query, Need.id, ranked) if ranked is not None else query.where(*containing(q, Need.title))
    page = paginate(query)

An index may be a moment late: the numbers are always read again, and authorised again, by the query they are put in.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models import Organization, Territory, db
from models.text import canon_line, fold
from workers.queue import ask

PER_PAGE = 20
MOST_FOUND = 100  # numbers asked to the worker: filters then choose among them
LONGEST_QUESTION = 300  # characters of a search box
LONGEST_TEXT = 1_500  # of a need that somebody is writing; twelve bytes each in JSON at the worst
MOST_WORDS = 8
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


def find(kind: str, text: str) -> list[int] | None:
    """Numbers of the ``kind`` (needs, solutions) whose texts mean ``text``, closest first. None: no answer in time."""
    return numbers_of(f"search_{kind}", text[:LONGEST_QUESTION], count=MOST_FOUND)


def numbers_of(question: str, text: str, count: int) -> list[int] | None:
    """The numbers that the worker answers to a live ``question`` about ``text``."""
    if not text.strip():
        return []
    answer = ask(question, text=text[:LONGEST_TEXT], count=count)
    return None if answer is None else [int(number) for number, _score in answer]


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
    return db.paginate(
        query, page=min(max(asked, 1), _LAST_PAGE), per_page=per_page, max_per_page=per_page, error_out=False
    )


def bodies_of(commune: str) -> Select[int]:
    """Organisations of the territory that is named, by INSEE code or by name (the exact name first, else what holds it)."""
    exact = or_(Territory.code == commune.upper(), func.fold(Territory.name) == fold(commune))
    named = (
        exact
        if db.session.scalar(select(Territory.id).where(exact).limit(1))
        else func.fold(Territory.name).contains(fold(commune), autoescape=True)
    )
    return select(Organization.id).join(Territory, Organization.territory_id == Territory.id).where(named)
