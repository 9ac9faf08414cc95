"""Lists that a company types one line at a time: figures with their source, prices by number of buyers."""

from __future__ import annotations

import re
from typing import Any

from models.solution_facts import LINE_MAX
from webapp.forms import ListField, cents_of, euros_typed


class EvidenceField(ListField):
    """« 3 tournées de moins sur 10 ; Ville de Bagnolet ; 2025 », one a line."""

    def read(self, text: str) -> list[Any]:
        return [_evidence_of(line) for line in text.splitlines() if line.strip()]

    def written(self) -> str:
        return "\n".join(f"{one['figure']} ; {one['source']} ; {one['year']}" for one in self.data or [])


def _evidence_of(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.rsplit(";", 2)]
    if len(parts) != 3 or not re.fullmatch(r"\d{4}", parts[2]) or not all(parts):
        raise ValueError("Écrivez un chiffre par ligne : le chiffre ; sa source ; l’année. Par exemple « 3 tournées de moins sur 10 ; Ville de Bagnolet ; 2025 ».")  # fmt: skip
    if max(map(len, parts)) > LINE_MAX:
        raise ValueError("Une de ces lignes est trop longue : gardez le chiffre et sa source.")
    return {"figure": parts[0], "source": parts[1], "year": int(parts[2])}


class TiersField(ListField):
    """« 5 : 8 000 » : from five buyers on, 8 000 € each; one a line."""

    def read(self, text: str) -> list[Any]:
        return [_tier_of(line) for line in text.splitlines() if line.strip()]

    def written(self) -> str:
        return "\n".join(
            f"{tier['from_members']} : {euros_typed(tier['unit_price_cents'])}" for tier in self.data or []
        )


def _tier_of(line: str) -> dict[str, Any]:
    members, _colon, price = (part.strip() for part in line.partition(":"))
    try:
        if not re.fullmatch(r"\d{1,4}", members):
            raise ValueError
        return {"from_members": int(members), "unit_price_cents": cents_of(price)}
    except ValueError:
        raise ValueError("Écrivez un palier par ligne : le nombre de membres, deux-points, le prix de chacun. Par exemple « 5 : 8 000 ».") from None  # fmt: skip
