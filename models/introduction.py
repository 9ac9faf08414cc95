"""What the team says to both sides when it introduces a solution to a need: made from the reasons, read and changed by a
person, then sent, shown and kept word for word.

The company and the commune read the same words, so nothing is in them that only one side may know (the ceiling of a
budget) nor anybody's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.database import db
from models.errors import NotReady
from models.text import Sentence, canon, canon_line, typeset
from models.theme import Theme

if TYPE_CHECKING:
    from models.match import Match

INTRODUCTION_MAX = 2000
INTRODUCTION_MIN = 20
#: Of each sentence that is quoted: the texts themselves are one click away.
LONGEST_QUOTE = 200

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def checked(words: str) -> str:
    """``words`` in canon. Raises NotReady with a sentence for each thing that must not leave like this."""
    words = canon(words).strip()
    problems = [("introduction", sentence) for sentence in _problems(words)]
    if problems:
        raise NotReady(problems)
    return words


def _problems(words: str) -> Iterator[str]:
    if len(words) < INTRODUCTION_MIN:
        yield "Dites en une ou deux phrases pourquoi vous les présentez : les deux parties le liront."
    if len(words) > INTRODUCTION_MAX:
        yield Sentence(
            "Ce texte fait %(length)s signes : %(most)s au plus, il part dans un message.",
            length=len(words),
            most=INTRODUCTION_MAX,
        )
    if _EMAIL.search(words):
        yield "Ôtez l’adresse électronique : les deux parties se répondent sur la plateforme."
    if _TAG.search(words):
        yield "Ôtez les balises entre < et > : ce texte part tel quel, sans mise en forme."


def introduction_of(match: Match) -> str:
    """A short French text from what explains ``match``, one idea a line; always one that ``checked`` takes."""
    reasons, words = match.reasons or [], _words_of(match.reasons or [])
    rest = [*_in_common(reasons, words), *_what_fits(reasons, words)]
    lines = [_opening(match), *_what_they_say(reasons), " ".join(rest)]
    prepared = typeset("\n".join(line for line in lines if line))
    return _TAG.sub("", _EMAIL.sub("…", prepared))[:INTRODUCTION_MAX]


def _opening(match: Match) -> str:
    need, solution = match.need, match.solution
    return (
        f"Nous rapprochons le besoin « {canon_line(need.title)} » ({canon_line(need.organization.display_name)}) "
        f"de la solution « {canon_line(solution.title)} » ({canon_line(solution.organization.display_name)})."
    )


def _what_they_say(reasons: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Side by side: whether the one answers the other is for the reader to say."""
    says = "dit"
    for reason in _of_kind(reasons, "sentences"):
        yield f"Le besoin {says} : {_quoted(reason['asked'])}"
        yield f"La solution {says} : {_quoted(reason['found'])}"
        says = "dit encore"


def _in_common(reasons: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Iterator[str]:
    for reason in _of_kind(reasons, "subjects"):
        names = reason["names"]
        same = "Les sujets sont les mêmes" if len(names) > 1 else "Le sujet est le même"
        yield f"{same} : {' ; '.join(names)}."
    for reason in _of_kind(reasons, "terms"):
        yield f"On lit dans les deux textes : {', '.join(reason['terms'])}."
    for reason in _of_kind(reasons, "close_terms"):
        pairs = [f"{pair['asked']} et {pair['found']}" for pair in reason["pairs"]]
        yield f"Des mots y sont proches : {', '.join(pairs)}."
    for reason in _of_kind(reasons, "themes"):
        # Most names of themes hold commas and an « et » of their own.
        names = [f"« {words.get(code, code)} »" for code in reason["themes"]]
        yield f"{'Thèmes communs' if len(names) > 1 else 'Thème commun'} : {_listed(names)}."


def _what_fits(reasons: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Iterator[str]:
    # The price is said neither to fit nor to be too high: from either one could guess the ceiling of the commune.
    fitting = []
    for reason in _of_kind(reasons, "fits"):
        if reason["condition"] == "maturity":
            fitting.append(f"la maturité (M{reason['maturity']})")
        elif reason["condition"] == "territories":
            places = ", ".join(words.get(code, code).lower() for code in reason["shared"])
            fitting.append(f"les lieux ({places})")
    if fitting:
        verb = "convient" if len(fitting) == 1 and fitting[0].startswith("la ") else "conviennent"
        yield f"À première vue, {_listed(fitting)} {verb}."
    names = {"maturity": "la maturité", "budget": "le prix", "territories": "les lieux"}
    open_points = [
        names[reason["condition"]]
        for reason in _of_kind(reasons, "contradicts", "unknown")
        if reason["condition"] in names
    ]
    if open_points:
        yield f"À préciser ensemble : {_listed(open_points)}."


def _listed(names: Sequence[str]) -> str:
    """« a, b et c »."""
    return " et ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _of_kind(reasons: Iterable[Mapping[str, Any]], *kinds: str) -> list[Mapping[str, Any]]:
    return [reason for reason in reasons if reason.get("kind") in kinds]


def _quoted(sentence: str) -> str:
    line = canon_line(sentence)
    if len(line) > LONGEST_QUOTE:
        line = line[:LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
    return f"« {line} »"


def _words_of(reasons: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The French names of the themes and places that are spoken of."""
    codes = {
        code for reason in reasons for name in ("themes", "shared") for code in reason.get(name) or () if code
    }
    if not codes:
        return {}
    query = select(Theme.code, Theme.name_fr).where(
        Theme.code.in_(codes), Theme.taxonomy.in_(("theme", "territory"))
    )
    return dict(db.session.execute(query).all())
