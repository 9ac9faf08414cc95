"""What shows beside a text while somebody writes it: its likes, its answers, its themes. The same for a need and a solution.

Without JavaScript it comes with the step that was saved; with it, the text is sent as it is typed (``/apercu``), and a late
answer changes nothing on the page. Nothing of it is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import joinedload

from models import Need, Solution, Theme, db
from models.choices import NeedChoices
from models.solution_lifecycle import MATURITIES
from models.text import canon
from webapp.search.queries import Ranked, closest_first, reads_as_member
from workers.queue import ask

LONGEST_TEXT = 4_000  # characters of each field
FEWEST_SIGNS = 30  # of the whole text: fewer say nothing yet
MOST_CODES = 20
MOST_THEMES = 3
PATIENCE = 0.4  # seconds for a page that is opened: with JavaScript it asks again, and nobody waits for it

_NEED_TEXTS = ("title", "irritant", "expected_outcome")
_NEED_TERMS = ("maturity_min", "maturity_max", "budget", "budget_max_cents", "organization_id")
_SOLUTION_TEXTS = ("title", "pitch", "problem_solved", "how_it_works")
_SOLUTION_TERMS = ("id", "maturity", "price_from_cents", "price_to_cents", "price_unit", "organization_id")


@dataclass(frozen=True)
class Beside:
    """``themes``: codes to offer, likeliest first, without those that are chosen. ``has_text``: enough is written to look.
    ``in_time``: whether the worker answered."""

    has_text: bool
    in_time: bool = True
    needs: list[Need] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)


def beside_need(need: Need, *, within: float = PATIENCE) -> Beside:
    """For a need as this request's form writes it, completed by what is kept."""
    written = _written(need, _NEED_TEXTS, _NEED_TERMS)
    readable = NeedChoices(status="not_withdrawn", for_members=reads_as_member())
    return _beside("need", written, _NEED_TEXTS, readable, within)


def beside_solution(solution: Solution, *, within: float = PATIENCE) -> Beside:
    """For a solution as this request's form writes it, completed by what is kept."""
    written = _written(solution, _SOLUTION_TEXTS, _SOLUTION_TERMS)
    readable = NeedChoices(for_members=reads_as_member())
    return _beside("solution", written, _SOLUTION_TEXTS, readable, within)


def fragment(template: str, beside: Beside, **more: Any) -> tuple[str, int]:
    """The answer to ``/apercu``: the parts of the page that change; nothing (204) when the page should keep what it shows."""
    if not beside.in_time:
        return "", 204
    return render_template(template, beside=beside, **more), 200


def _beside(
    kind: str, written: dict[str, Any], texts: tuple[str, ...], needs: NeedChoices, within: float
) -> Beside:
    if sum(len(written[name].strip()) for name in texts) < FEWEST_SIGNS:
        return Beside(has_text=False)
    asked = {kind: written, "for_members": needs.for_members}
    answer = ask(f"beside_{kind}", within=within, **asked)
    if answer is None:
        return Beside(has_text=True, in_time=False)
    return Beside(
        has_text=True,
        needs=_read_again(needs.select(), Need, answer["needs"]),
        solutions=_read_again(Solution.public(), Solution, answer["solutions"]),
        themes=_offered((code for code, _chance in answer["themes"]), written["themes"]),
    )


def _read_again(query: Any, model: Any, found: dict[str, Any]) -> list[Any]:
    again = closest_first(query, model.id, Ranked.of(found).ids).options(joinedload(model.organization))
    return list(db.session.scalars(again)) if found["found"] else []


def _offered(suggested: Iterable[str], chosen: list[str]) -> list[str]:
    """Nothing once three are chosen: the form takes no more."""
    known = Theme.codes()
    offered = [code for code in suggested if code in known and code not in chosen]
    return offered if len(chosen) < MOST_THEMES else []


def _written(thing: Any, texts: tuple[str, ...], terms: tuple[str, ...]) -> dict[str, Any]:
    """What the page holds now, by the names of the thing's own fields."""
    posted = request.form
    written: dict[str, Any] = {name: getattr(thing, name) for name in terms}
    for name in texts:
        written[name] = canon(posted.get(name, getattr(thing, name) or "")[:LONGEST_TEXT])
    for name in ("themes", "places"):
        written[name] = list(getattr(thing, name) or [])
        if name in posted:
            written[name] = [code[:40] for code in posted.getlist(name)[:MOST_CODES]]
    for name in ("maturity", "maturity_min"):
        if name in terms and posted.get(name) in MATURITIES:
            written[name] = posted[name]
    return written
