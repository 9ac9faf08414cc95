"""A commune as people write it: a name, with or without accents and hyphens, or an INSEE code.

130 options would cost a third of the page's budget, so the field is free and this module understands it.
"""

from __future__ import annotations

import difflib
import re

from sqlalchemy import Select, select

from models import Territory, db
from models.text import Sentence, fold


def find_commune(typed: str) -> Territory | None:
    """The commune of this name or INSEE code; None when there is none, or when the words fit several."""
    return _of(typed, Territory.communes()) or _successor(_of(typed, Territory.former_communes()))


def find_place(typed: str) -> Territory | None:
    """The same, or an EPT by its name or its code (T2…)."""
    return find_commune(typed) or _of(typed, select(Territory).where(Territory.kind == "ept"))


def _of(typed: str, among: Select[Territory]) -> Territory | None:
    wanted, code = _plain(typed).removeprefix("ept "), typed.strip().upper()
    for territory in db.session.scalars(among):
        if territory.code == code or _plain(territory.name) == wanted:
            return territory
    return None


def _successor(former: Territory | None) -> Territory | None:
    """Where a commune that merged is now."""
    while former is not None and former.kind == "former":
        former = former.successor
    return former


def complain_of_commune(typed: str) -> str:
    """The sentence for words that name no commune of the Métropole, with the closest names."""
    names = {
        _plain(name): name
        for name in db.session.scalars(Territory.communes().with_only_columns(Territory.name))
    }
    wanted = _plain(typed)
    close = [plain for plain in names if wanted and wanted in plain] or difflib.get_close_matches(
        wanted, names, n=3, cutoff=0.6
    )
    if not close:
        return "Cette commune n’est pas dans la Métropole du Grand Paris. Écrivez son nom ou son code INSEE, par exemple Bagnolet ou 93006."
    return Sentence(
        "Nous ne connaissons pas cette commune. Vouliez-vous dire : %(names)s ?",
        names=", ".join(names[plain] for plain in close[:3]),
    )


def _plain(text: str) -> str:
    """Letters only, articles kept: « L’Haÿ-les-Roses » is « l hay les roses »; « St » is « saint »."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
