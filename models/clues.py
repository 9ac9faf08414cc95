"""The bundle of clues of an innovation: ten questions, a level each. The bands are ours, not the law's.

A level is 0 (absent), 1 (partial) or 2 (documented). 0–7 weak, 8–13 to reinforce, 14–20 solid; many equivalents on the market
(question 2) cap the whole at weak. What comes out is a file that the buyer has to justify, never « is innovative ».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

QUESTIONS = (
    "Répond-elle nettement mieux au besoin : coût, qualité, délai, environnement, effet social ?",
    "Un équivalent existe-t-il déjà sur le marché, et qui d’autre le propose ?",
    "Est-ce une rupture ou une amélioration, et en quoi ?",
    "Où en sont les premiers usages : combien de clients, depuis quand ?",
    "L’entreprise appartient-elle à un écosystème d’innovation : incubateur, pôle, laboratoire ?",
    "A-t-elle reçu un financement de l’innovation : Bpifrance, Europe, CIR, CII ?",
    "A-t-elle des prix, des labels, des brevets ?",
    "La nouveauté est-elle dans le produit, le procédé, l’organisation ou la commercialisation ?",
    "L’innovation est-elle le cœur de l’achat, ou un accessoire ?",
    "Qui l’a vérifié dans la collectivité, et quand ?",
)
EVIDENCE = (
    "À joindre : chiffres mesurés, rapport d’essai.",
    "À joindre : ce que le sourçage a donné.",
    "À joindre : une comparaison avant et après.",
    "À joindre : des références.",
    "À joindre : une attestation.",
    "À joindre : la lettre d’attribution.",
    "À joindre : des références.",
    "À écrire en quelques lignes.",
    "À joindre : la part du montant que représente l’innovation.",
    "À écrire : le nom et la date.",
)
#: Asked of the buyer only: a company cannot say who checked it.
OF_THE_BUYER = 10
#: The fourth answer to question 2, which caps the whole.
MANY = "many"
TO_REINFORCE_FROM, SOLID_FROM = 8, 14


def total_of(levels: Sequence[int | None]) -> int:
    """Points of ten answers; what is not answered counts nothing. Raises ValueError for another level than 0, 1, 2."""
    if len(levels) > len(QUESTIONS) or any(level not in (None, 0, 1, 2) for level in levels):
        raise ValueError("ten levels of 0, 1 or 2")
    return sum(level or 0 for level in levels)


def strength_of(levels: Sequence[int | None], *, many_equivalents: bool = False) -> str:
    """weak, to_reinforce or solid."""
    total = total_of(levels)
    if many_equivalents or total < TO_REINFORCE_FROM:
        return "weak"
    return "to_reinforce" if total < SOLID_FROM else "solid"


def weigh(clues: Mapping[str, Mapping[str, Any]]) -> tuple[int, str]:
    """(points, strength) of a stored file: {"1": {"level": "2", "text": "…"}, …}; question 2 may say « many »."""
    given = [clues.get(str(number), {}).get("level") for number in range(1, len(QUESTIONS) + 1)]
    levels = [int(level) if level not in (None, "", MANY) else None for level in given]
    return total_of(levels), strength_of(levels, many_equivalents=given[1] == MANY)
