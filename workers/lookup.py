"""What a register of companies says of a SIRET, asked over HTTP by the worker of live questions, when COMPANY_LOOKUP_URL is set.

The public service « Recherche d’entreprises » answers so; another register is another class with the same ``find``. Whoever waits
types the answer instead: nothing here is ever needed.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from models.errors import NotReady
from models.organization_facts import BAND_OF_INSEE, canon_naf
from models.text import canon_line

log = logging.getLogger(__name__)

#: Less than what a page waits for; the other questions of this worker wait as long.
TIMEOUT = 0.6
LARGEST_ANSWER = 256 * 1024
#: After a failure nobody is made to wait for so long.
LEAVE_ALONE = 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """``insee``: code of the commune; ``active``: False for a closed establishment."""

    name: str
    naf: str
    insee: str
    size_band: str
    founded_on: str
    rna: str
    active: bool


class CompanyLookup(Protocol):
    """A register of companies."""

    def find(self, siret: str) -> Found | None:
        """What it says of this SIRET; None when it knows nothing, or does not answer in time."""
        ...


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """An answer from elsewhere is no answer."""
        return


class SearchOfCompanies:
    """The service « Recherche d’entreprises » (recherche-entreprises.api.gouv.fr), or a copy of it at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener: OpenerDirector = build_opener(_NoRedirect())
        self._silent_until = 0.0

    def find(self, siret: str) -> Found | None:
        if time.monotonic() < self._silent_until:
            return None
        try:
            return _read(self._ask(siret), siret)
        except (URLError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # A register that answers nonsense is left alone as one that does not answer.
            log.warning("register of companies: %s", type(error).__name__)
            self._silent_until = time.monotonic() + LEAVE_ALONE
            return None

    def _ask(self, siret: str) -> Any:
        query = urlencode({"q": siret, "page": 1, "per_page": 1})
        request = Request(f"{self.url}?{query}", headers={"Accept": "application/json"})  # noqa: S310 (settings.py checked it)
        with self._opener.open(request, timeout=TIMEOUT) as answer:
            body = answer.read(LARGEST_ANSWER + 1)
        if len(body) > LARGEST_ANSWER:
            raise ValueError("too long")
        return json.loads(body)


def _read(answer: Mapping[str, Any], siret: str) -> Found | None:
    """The establishment of this very SIRET in the first result."""
    for company in answer["results"][:1]:
        places = [company.get("siege") or {}, *(company.get("matching_etablissements") or [])]
        place = next((place for place in places if place.get("siret") == siret), None)
        if place is None:
            continue
        return Found(
            name=canon_line(str(company.get("nom_raison_sociale") or company.get("nom_complet") or ""))[:160],
            naf=_naf(place.get("activite_principale") or company.get("activite_principale") or ""),
            insee=str(place.get("commune") or "")[:5],
            size_band=BAND_OF_INSEE.get(str(place.get("tranche_effectif_salarie") or ""), ""),
            founded_on=str(place.get("date_creation") or "")[:10],
            rna=str((company.get("complements") or {}).get("identifiant_association") or "")[:10],
            active=place.get("etat_administratif") == "A",
        )
    return None


def _naf(code: object) -> str:
    try:
        return canon_naf(str(code))
    except NotReady:
        return ""


_registers: dict[str, CompanyLookup] = {}


def company(siret: str, url: str) -> dict[str, Any] | None:
    """The answer of the register at ``url`` as JSON; None when there is none, or nothing in time."""
    register = _registers.setdefault(url, SearchOfCompanies(url))
    found = register.find(siret)
    return asdict(found) if found is not None else None
