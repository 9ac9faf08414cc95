"""What a person should look at twice before a need is published. Signs only: the person decides.

Two sources: R2 of the transparency list (no personal data of third parties in a text) and the rule that the platform
introduces and never awards: a need says a problem, not the specification of a contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from models import Need
from models.text import fold

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)33[\s.\u00a0-]*(?:\(0\))?[\s.\u00a0-]*|0)[1-9](?:[\s.\u00a0-]*\d{2}){4}(?!\d)"
)
_NIR = re.compile(
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
)
_BRAND = re.compile(r"\w+\s?[®™]|\b(?:de marque|de la marque|marque|type)\s+[A-Z]\w+|\bou [ée]quivalent\b")
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
    """``kind``: personal (data about somebody), brand, contract; ``excerpt``: the words that were seen."""

    kind: str
    excerpt: str


def personal_signs(text: str) -> Iterator[Sign]:
    """E-mail addresses, French telephone numbers and social security numbers (NIR) in a text."""
    for pattern in (_EMAIL, _PHONE, _NIR):
        for found in pattern.finditer(text):
            if pattern is not _NIR or _has_nir_key(found[0]):
                yield Sign("personal", found[0])


def _has_nir_key(number: str) -> bool:
    """Thirteen digits without their key could be anything: only a right key counts (2A is 19, 2B is 18)."""
    digits = re.sub(r"\s", "", number).replace("2A", "19").replace("2B", "18")
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def contract_signs(text: str) -> Iterator[Sign]:
    """Brands, and words of public contracts."""
    for found in _BRAND.finditer(text):
        yield Sign("brand", found[0])
    folded = fold(text)
    for words in _CONTRACT:
        found_at = re.search(rf"\b{re.escape(words)}\w*", folded)
        if found_at:
            yield Sign("contract", found_at[0])


def text_of(need: Need) -> str:
    return "\n".join((need.title, need.irritant, need.expected_outcome, need.practical_notes))


@dataclass(frozen=True)
class Point:
    """One line of the checklist « pas un marché déguisé »: what to look at, the words that were seen."""

    question: str
    seen: list[str]
    clear: str


def read_closely(need: Need) -> list[Point]:
    """The checklist of a need, each point with what a machine can see of it."""
    text = text_of(need)
    signs = [*personal_signs(text), *contract_signs(text)]
    seen = {
        kind: list(dict.fromkeys(s.excerpt for s in signs if s.kind == kind))
        for kind in ("personal", "brand", "contract")
    }
    dates = [sentence for field, sentence in _problems(need) if field == "closes_on"]
    return [
        Point(
            _("Le texte dit un problème et un résultat, pas un objet à fournir."),
            seen["contract"],
            _("aucun mot de la commande publique repéré"),
        ),
        Point(_("Aucune marque, aucun produit nommé."), seen["brand"], _("aucune marque repérée")),
        Point(_("L’échéance laisse à chacun le temps de répondre."), dates, _("dix jours au moins")),
        Point(
            _("Aucune donnée personnelle dans le texte."),
            seen["personal"],
            _("ni téléphone, ni adresse électronique, ni numéro de sécurité sociale repérés"),
        ),
    ]


def _problems(need: Need) -> list[tuple[str, str]]:
    return [
        problem
        for move in need.lifecycle.find("publish", need.status)
        for problem in need.lifecycle.problems(move, need)
    ]


def missing(need: Need) -> list[str]:
    """Why it could not be published now, sentences of the rules."""
    return [sentence for _field, sentence in _problems(need)]
