"""Live questions of the pages, answered from memory. In and out: short JSON; numbers of things, scores, one bit of closeness.

    search(text, needs={"theme": "mobility"}, solutions={})     # what is close to a few words, among what was chosen
    beside_need(need={…})                                       # while somebody writes a need: its likes, solutions, themes
    beside_solution(solution={…})                               # while somebody writes a solution

The page reads the things again and authorises again: an index may be a moment late, a right never is. Nothing here is told
who asks (``workers.questions`` says how the words travel).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from flask import current_app

from matching.document import Closeness, Document, DocumentKind, Suggestion
from matching.encoder import EncodingError
from matching.theming import ThemeSuggester
from models import Need, Organization, Solution, db
from models.choices import NeedChoices, SolutionChoices
from models.database import reading_only
from models.need import today_in_paris
from workers import lookup
from workers.corpus import Catalogue, Corpus, Vector, document_of, the_corpus

LONGEST_TEXT = 4_000  # characters of each field
MOST_ANSWERS = 100
BESIDE = 4  # things shown beside a text that is being written
# Between two questions, what changed is read for so long at most: RQ ends a job after ten seconds wherever it is.
READS_ON_FOR = 5.0  # seconds

# Beside a text, silence is better than what is only a little like it (figures: `python -m benchmarks.beside DIR`, development
# collection). « Close » is asked of every pair: it keeps 93 % of the twins among needs and 3 % of the other pairs of the first
# four; from a solution to needs, half of the least close are graded 2 or 3. Rival solutions share all their words: what is asked
# of a copy is the cosine itself, which 1 % of the first four reach in a catalogue that holds no copy.
CLOSE_ENOUGH = (Closeness.VERY_CLOSE, Closeness.CLOSE)
LEAST_COPY_COSINE = 0.75

MOST_THEMES = 3
# A theme is offered from this share of the nearest cases on: the right one is then among the 2.7 offered for 95 % of the needs.
LEAST_SHARE = 0.08
# Fewer words than these say nothing yet of what a text is about.
FEWEST_WORDS = 4

MOST_CHOICES_KEPT = 50  # of one kind: some megabytes at 100 000 documents

Scored = list[list[float]]
#: Of each catalogue, the ids of the choices that were asked last, and the state in which they were read.
_kept: WeakKeyDictionary[Catalogue, OrderedDict[Any, tuple[Any, set[int]]]] = WeakKeyDictionary()
_suggesters: WeakKeyDictionary[Corpus, ThemeSuggester] = WeakKeyDictionary()
Found = dict[str, Any]  # {"close": whether the first is close enough to say so, "found": Scored}


def warm_up() -> None:
    """Load the encoder, everything public and what suggests themes, then answer once: the first person does not wait."""
    the_corpus().catch_up()
    search("corbeilles de rue", needs={}, solutions={})
    suggest_themes("Les corbeilles de rue débordent le dimanche près du métro")


def read_on(somebody_waits: Callable[[], bool]) -> None:
    """Between two questions: what the last one left of a large change, in small pieces, until somebody asks again."""
    corpus, until = the_corpus(), time.monotonic() + READS_ON_FOR
    for catalogue in (corpus.needs, corpus.solutions):
        while time.monotonic() < until and not somebody_waits() and catalogue.read_more():
            pass


# ------------------------------------------------------------------ a few words


def search(
    text: str,
    needs: Mapping[str, Any] | None = None,
    solutions: Mapping[str, Any] | None = None,
    count: int = MOST_ANSWERS,
) -> dict[str, Found]:
    """{"needs": …, "solutions": …} for a few words, each closest first among exactly what was chosen.

    ``needs`` and ``solutions`` are ``NeedChoices`` and ``SolutionChoices`` as JSON ({} chooses what everybody reads); a side that
    is None is not asked.
    """
    corpus, found = the_corpus(), {}
    if needs is not None:
        found["needs"] = _search(corpus.needs, NeedChoices.from_json(needs), text, count)
    if solutions is not None:
        found["solutions"] = _search(corpus.solutions, SolutionChoices.from_json(solutions), text, count)
    return found


def _search(catalogue: Catalogue, choices: NeedChoices | SolutionChoices, text: str, count: int) -> Found:
    catalogue.catch_up(live=True)
    found = catalogue.matcher.search(_short(text), _few(count), only=_chosen(catalogue, choices))
    return _as_found(found, bool(found) and found[0].closeness in CLOSE_ENOUGH)


# ------------------------------------------------------------------ beside a text that is being written


def beside_need(need: Mapping[str, Any], for_members: bool = False) -> dict[str, Any]:
    """{"needs": its likes, "solutions": likely ones, "themes": suggested} for a need as it is being written.

    ``need``: fields of ``models.Need`` by name, as far as they are known (title, irritant, expected_outcome, themes, places,
    maturity_min, budget, organization_id…). ``for_members``: whether needs kept for members may be shown.
    """
    corpus, document = the_corpus(), _draft(Need, need)
    vector = _vector(document)
    others = NeedChoices(status="not_withdrawn", for_members=for_members)
    likes = _beside(corpus.needs, document, vector, others, _is_close)
    likely = _beside(corpus.solutions, document, vector, SolutionChoices(), _is_close)
    return {"needs": likes, "solutions": likely, "themes": _themes(document, vector)}


def beside_solution(solution: Mapping[str, Any], for_members: bool = False) -> dict[str, Any]:
    """{"needs": open ones that it would answer, "solutions": nearly the same, "themes"} for a solution being written.

    ``solution``: fields of ``models.Solution`` by name, as far as they are known; ``id`` keeps it from being found near itself.
    """
    corpus, document = the_corpus(), _draft(Solution, solution)
    vector = _vector(document)
    needs = _beside(corpus.needs, document, vector, NeedChoices(for_members=for_members), _is_close)
    # One's own other pages count among the near ones: two pages for one thing is what one wants to notice.
    anybody = replace(document, organization_id=None)
    near = _beside(corpus.solutions, anybody, vector, SolutionChoices(), _is_nearly_the_same)
    return {"needs": needs, "solutions": near, "themes": _themes(document, vector)}


def suggest_themes(text: str, kind: DocumentKind = "need") -> list[list[Any]]:
    """[[code, share of the nearest cases], …]: at most three themes of a text, likeliest first; none for a few words."""
    document = Document("", kind, _short(text))
    return _themes(document, _vector(document))


def _themes(document: Document, vector: Vector | None) -> list[list[Any]]:
    if vector is None or len(document.text.split()) < FEWEST_WORDS:
        return []
    # Without a title apart, whose words would count twice: two needs of eighty are read better.
    document = Document("", document.kind, document.text)
    corpus = the_corpus()
    if corpus not in _suggesters:
        _suggesters[corpus] = ThemeSuggester(corpus.encoder)
    found = _suggesters[corpus].suggest_for(document, vector, MOST_THEMES)
    return [[code, share] for code, share in found if share >= LEAST_SHARE]


def _draft(model: type[Need] | type[Solution], written: Mapping[str, Any]) -> Document:
    """The document of a thing that is not in the database: made, masked and cut exactly as those that are."""
    fields = {
        name: _short(value) if isinstance(value, str) else value
        for name, value in written.items()
        if hasattr(model, name)
    }
    with reading_only():
        owner = db.session.get(Organization, fields.pop("organization_id", 0) or 0)
        thing: Any = model(**{"id": 0} | fields)
        thing.organization = owner or Organization(legal_name="", display_name="")
        thing.organization_id = owner.id if owner else None
        document = document_of(thing)
        db.session.rollback()
    return document


def _vector(document: Document) -> Vector | None:
    """Encoded once for both sides; None for a text that has none."""
    try:
        return the_corpus().encoder.encode([document.text])[0] if document.text else None
    except EncodingError:
        return None


def _beside(
    catalogue: Catalogue,
    document: Document,
    vector: Vector | None,
    choices: NeedChoices | SolutionChoices,
    is_close: Callable[[Suggestion], bool],
) -> Found:
    catalogue.catch_up(live=True)
    if vector is None:
        return _as_found([], False)
    only = _chosen(catalogue, choices)
    found = catalogue.matcher.suggest(document, count=BESIDE, only=only, vector=vector, explain=False)
    close = [suggestion for suggestion in found if is_close(suggestion)]
    return _as_found(close, bool(close))


def _is_nearly_the_same(suggestion: Suggestion) -> bool:
    return suggestion.components["cosine"] >= LEAST_COPY_COSINE


def _is_close(suggestion: Suggestion) -> bool:
    return suggestion.closeness in CLOSE_ENOUGH


# ------------------------------------------------------------------ common to both


def _chosen(catalogue: Catalogue, choices: NeedChoices | SolutionChoices) -> Collection[int] | None:
    """The ids that the page would list; None for all that the catalogue holds, which are the public ones.

    Ten people who type ask the same choices forty times a second: they are read again when something public changed, or the day.
    """
    if choices == SolutionChoices():
        return None
    kept, state = _kept.setdefault(catalogue, OrderedDict()), (catalogue.version, today_in_paris())
    seen, ids = kept.pop(choices, (None, set()))
    if seen != state:
        query = choices.select()
        with reading_only():
            ids = set(db.session.scalars(query.with_only_columns(query.column_descriptions[0]["entity"].id)))
            db.session.rollback()
    kept[choices] = (state, ids)
    if len(kept) > MOST_CHOICES_KEPT:
        kept.popitem(last=False)
    return ids


def _short(text: Any) -> str:
    return str(text)[:LONGEST_TEXT].strip()


def _few(count: int) -> int:
    return max(0, min(int(count), MOST_ANSWERS))


def _as_found(suggestions: Iterable[Suggestion], close: bool) -> Found:
    found: Scored = [[int(s.document_id), round(s.score, 4)] for s in suggestions]
    return {"close": close, "found": found}


# ------------------------------------------------------------------ a company


def company(siret: str) -> dict[str, Any] | None:
    """What the register of companies says of this SIRET: see workers/lookup.py. None when it is off, or says nothing."""
    url = current_app.config["SETTINGS"].company_lookup_url
    return lookup.company(siret, url) if url else None


QUESTIONS = (search, beside_need, beside_solution, suggest_themes, company)
