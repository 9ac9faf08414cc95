"""What a person should look at twice in the text of a need, while it is written and before it is published.

Signs only: the person decides. Two sources: R2 of the transparency list (no personal data of third parties in a text) and
the rule that the platform introduces and never awards: a need says a problem, not the specification of a contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union

from models.brands import WELL_KNOWN
from models.database import db
from models.need import Need
from models.organization import SUPPLY_KINDS, Organization
from models.solution import Solution
from models.text import Sentence, fold
from models.unmet_demand import gaps_of

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)33[\s.\u00a0-]*(?:\(0\))?[\s.\u00a0-]*|0)[1-9](?:[\s.\u00a0-]*\d{2}){4}(?!\d)"
)
_NIR = re.compile(
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
)
#: « Mme Martin », « M. Dupont-Durand »; not « Madame la Maire », nor « M. le Préfet ».
_NAMED = re.compile(r"\b(?:M\.|Mr|MM\.|Mme|Mmes|Mlle|Monsieur|Madame)[\s\u00a0\u202f]+[A-ZÀ-ÖØ-Þ][\w’'-]+")
_BRAND = re.compile(r"\w+\s?[®™]|\b(?:de marque|de la marque|marque|type)\s+[A-Z]\w+|\bou [ée]quivalent\b")
#: The longest first: « Microsoft Teams » is one name.
_WELL_KNOWN = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(WELL_KNOWN, key=len, reverse=True)))})(?![\w-])"
)
_CONTRACT = (
    "appel d'offres",
    "marche public",
    "cahier des charges",
    "bon de commande",
    "devis",
    "bordereau",
    "soumissionn",
    "acte d'engagement",
    "mapa",
    "attributaire",
    "titulaire du marche",
    "critere de choix",
    "criteres de jugement",
)


@dataclass(frozen=True)
class Sign:
    """``kind``: personal (data about somebody), brand, contract, boast, claim; ``excerpt``: the words that were seen."""

    kind: str
    excerpt: str


def personal_signs(text: str) -> Iterator[Sign]:
    """Named people, e-mail addresses, French telephone numbers and social security numbers (NIR) in a text."""
    for pattern in (_NAMED, _EMAIL, _PHONE, _NIR):
        for found in pattern.finditer(text):
            if pattern is not _NIR or _has_nir_key(found[0]):
                yield Sign("personal", found[0])


def _has_nir_key(number: str) -> bool:
    """Thirteen digits without their key could be anything: only a right key counts (2A is 19, 2B is 18)."""
    digits = re.sub(r"\s", "", number).replace("2A", "19").replace("2B", "18")
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def contract_signs(text: str) -> Iterator[Sign]:
    """Brands, and words of public contracts."""
    for pattern in (_BRAND, _WELL_KNOWN):
        for found in pattern.finditer(text):
            yield Sign("brand", found[0])
    folded = fold(text)
    for words in _CONTRACT:
        found_at = re.search(rf"\b{re.escape(words)}\w*", folded)
        if found_at:
            yield Sign("contract", found_at[0])


def text_of(need: Need) -> str:
    return "\n".join((need.title, need.irritant, need.expected_outcome, need.practical_notes))


# ------------------------------------------------------------------ what a page of a solution promises

_BOAST = re.compile(
    r"\b(?:leaders?|num[ée]ro un|r[ée]volutionnaires?|incontournables?|in[ée]gal[ée]e?s?"
    r"|seule?s? (?:sur le march[ée]|au monde|en france)|uniques? (?:au monde|en europe|en france|en son genre)"
    r"|l[ae]s? meilleure?s? (?:solutions?|outils?|offres?|du march[ée]))\b|\bn°\s?1\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(r"(?:[\w’'-]+\s+){0,3}\d+(?:[,.]\d+)?[\s\u00a0\u202f]?%(?:\s+[\w’'-]+){0,4}")


def boast_signs(text: str) -> Iterator[Sign]:
    """Superlatives: they say nothing that a commune can check."""
    yield from (Sign("boast", found[0]) for found in _BOAST.finditer(text))


def claim_signs(text: str) -> Iterator[Sign]:
    """Percentages, with the words around them: what is announced should have a source."""
    yield from (Sign("claim", found[0].strip()) for found in _CLAIM.finditer(text))


# ------------------------------------------------------------------ names of the catalogue

#: Shorter names are words like others.
SHORTEST_NAME = 4
LONGEST_NAME = 6  # words


def catalogue_signs(text: str) -> Iterator[Sign]:
    """Names of companies and of solutions of the catalogue, written as they write them."""
    for name in _known(_names_in(text)):
        yield Sign("brand", name)


def _names_in(text: str) -> set[str]:
    """What could be a name: words from a capital letter on, each length up to six."""
    found: set[str] = set()
    for start in re.finditer(r"\b[A-ZÀ-ÖØ-Þ]", text):
        words = re.findall(r"[^\s.,;:!?()«»\"]+", text[start.start() : start.start() + 120].split("\n", 1)[0])
        found |= {" ".join(words[:count]) for count in range(1, LONGEST_NAME + 1) if count <= len(words)}
    return {name for name in found if len(name) >= SHORTEST_NAME}


def _known(names: set[str]) -> list[str]:
    if not names:
        return []
    listed = sorted(names)
    companies = select(Organization.display_name).where(
        Organization.display_name.in_(listed),
        Organization.status == "verified",
        Organization.kind.in_(SUPPLY_KINDS),
    )
    titles = select(Solution.title).where(Solution.title.in_(listed), Solution.status.in_(Solution.PUBLIC))
    return sorted(db.session.scalars(union(companies, titles)))


# ------------------------------------------------------------------ advice to the author


@dataclass(frozen=True)
class Advice:
    """``excerpt``: the words seen; ``why``: what is wrong with them; ``instead``: what to write, French sentences."""

    excerpt: str
    why: str
    instead: str


_ADVICE = {
    "brand": (
        "Un nom de marque ou de produit écarte les autres entreprises.",
        "Dites ce que cela doit permettre : ce qui change, pour qui, où.",
    ),
    "contract": (
        "Ce mot est celui d’un marché : ici, on dit un problème.",
        "Dites le résultat attendu ; la voie d’achat se choisit plus tard.",
    ),
    "personal": (
        "Ceci ressemble à une donnée personnelle, et le texte sera public.",
        "Ôtez-la : les entreprises vous écrivent par la plateforme.",
    ),
}
_FUNCTIONAL = re.compile(r"\s*\b(?:de (?:la )?marque|marque|type)\s+[A-Z]\w+|\s*\bou [ée]quivalent\b")


def advise(text: str) -> list[Advice]:
    """What to look at twice in a text, each with what to write instead; empty when nothing was seen."""
    signs = {
        sign.excerpt: sign for sign in (*contract_signs(text), *catalogue_signs(text), *personal_signs(text))
    }
    return [Advice(excerpt, _ADVICE[sign.kind][0], _instead(text, sign)) for excerpt, sign in signs.items()]


def _instead(text: str, sign: Sign) -> Any:
    """For a brand, the same phrase without it where that still reads; else what to say."""
    if sign.kind == "brand":
        phrase = next((part for part in re.split(r"(?<=[.!?\n])\s*", text) if sign.excerpt in part), "")
        without = _FUNCTIONAL.sub("", phrase).strip()
        if without and without != phrase.strip() and sign.excerpt not in without:
            return Sentence("Par exemple : « %(phrase)s »", phrase=without[:200])
    return _ADVICE[sign.kind][1]


# ------------------------------------------------------------------ what the text does not say

_DATA = re.compile(r"\b(?:donnees?|cameras?|capteurs?|videos?|comptages?|fichiers?|images?)\b")
_DIGITAL = re.compile(
    r"\b(?:applications?|site|sites|numeriques?|en ligne|logiciels?|formulaires?|bornes?|guichet numerique)\b"
)


def unsaid_in(need: Need) -> list[Any]:
    """What would help the reader and is not said, French sentences; the author decides, nothing is asked."""
    return [*gaps_of(need), *_unsaid(need)]


def _unsaid(need: Need) -> Iterable[str]:
    text = fold(text_of(need))
    if need.intent != "sourcing" and not need.purchase_horizon:
        yield "La date : quand pensez-vous acheter ou essayer ? Un trimestre suffit."
    if _DATA.search(text) and "data" not in need.resources and "personal_data" not in need.constraints:
        yield "Les données : le texte en parle. Dites lesquelles vous avez, et si elles concernent des personnes."
    if _DIGITAL.search(text) and "accessibility" not in need.constraints:
        yield "L’accessibilité : pour un service numérique, cochez « Accessibilité (RGAA) » parmi ce qu’il faut respecter."
