"""What is compared, and what comes out: plain frozen records that travel between the worker and the library.

A `Document` carries only what may influence a ranking. It has no field for the name or the SIRET of an organisation,
on purpose: the same text signed by someone else must get the same score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

DocumentId = int | str
DocumentKind = Literal["need", "solution"]
ReasonKind = Literal[
    "subjects", "sentences", "terms", "close_terms", "themes", "fits", "unknown", "contradicts"
]


class Closeness(StrEnum):
    """How close two texts are, in the three words that a person is shown (thresholds: `fusion.CLOSENESS_FROM`)."""

    VERY_CLOSE = "very_close"
    CLOSE = "close"
    TO_CHECK = "to_check"


@dataclass(frozen=True)
class Document:
    """A need or a solution, as the matcher sees it.

    `parts` are the texts after the title, in order: irritant then expected outcome of a need, pitch then description of
    a solution. `themes` are codes of themes.csv, `territories` kinds of place (codes too: school, street…). `maturity`
    is 1 to 9 (a solution's), `maturity_min` and `maturity_max` what a need asks for. Money is in cents before tax.
    """

    id: DocumentId
    kind: DocumentKind
    title: str
    parts: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    maturity: int | None = None
    maturity_min: int | None = None
    maturity_max: int | None = None
    budget_max_cents: int | None = None
    price_from_cents: int | None = None
    price_to_cents: int | None = None
    organization_id: int | None = None
    language: str = "fr"

    @cached_property
    def text(self) -> str:
        """The one string that is encoded: title and parts, one a line."""
        return "\n".join(piece.strip() for piece in (self.title, *self.parts) if piece.strip())

    @property
    def text_hash(self) -> str:
        """SHA-256 of `text`: two documents that share it have the same vector."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of everything that the ranking reads (neither the id nor the language)."""
        compared = [
            self.kind, self.title, list(self.parts), sorted(self.themes), sorted(self.territories),
            self.maturity, self.maturity_min, self.maturity_max,
            self.budget_max_cents, self.price_from_cents, self.price_to_cents, self.organization_id,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(compared, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Reason:
    """One thing that a person can check, as codes and values (the caller words them).

    | kind | pieces |
    |---|---|
    | sentences | `asked`, `found` (a sentence of the queried document, one of the candidate), `similarity` (-1 to 1) |
    | terms | `terms`: words as the queried document writes them, rarest first |
    | subjects | `names` of known problems that both texts are about (`cases.CaseBase.names`), nearest first |
    | close_terms | `pairs`: {`asked`, `found`, `similarity`}, words of each text that say nearly the same, nearest first |
    | themes | `themes`: codes that both carry |
    | fits, unknown, contradicts | `condition` (maturity, budget, territories), then its values: see `eligibility` |
    """

    kind: ReasonKind
    pieces: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.pieces}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Reason:
        return cls(stored["kind"], {name: value for name, value in stored.items() if name != "kind"})


@dataclass(frozen=True)
class Suggestion:
    """A candidate, its place and why.

    `score` (0 to 1) estimates the chance that an experienced reader would grade the pair 2 or 3 of 3; `rank` starts at 1;
    `components` are the numbers that were added (see `fusion`), so that a stored suggestion can be replayed.
    """

    document_id: DocumentId
    score: float
    rank: int
    closeness: Closeness
    components: Mapping[str, float]
    reasons: tuple[Reason, ...]
    encoder_version: str
    ranking_version: str
