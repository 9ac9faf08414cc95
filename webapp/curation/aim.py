"""Which companies a file or a campaign is about: beginnings of NAF codes, communes or EPT, as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from models import NotReady, Territory, db
from models.text import Sentence
from webapp.forms import Form, LineField, at_most, optional
from webapp.organizations.communes import complain_of_commune, find_place

MOST = 60
_NAF = re.compile(r"(\d{2})(\d{0,2})([A-Z]?)")


class AimForm(Form):
    """Both empty: all companies of the Métropole."""

    naf = LineField(_l("Codes NAF"), [optional(), at_most(400)])
    places = LineField(_l("Communes ou territoires"), [optional(), at_most(1000)])


def canon_aim(naf: str, places: str) -> tuple[list[str], list[str]]:
    """(beginnings such as « 62 » or « 62.01Z », codes of territories). Raises NotReady for what is neither."""
    return _canon_naf(naf), _canon_places(places)


def _canon_naf(typed: str) -> list[str]:
    found = []
    for word in re.split(r"[\s,;]+", typed.upper()):
        if not word:
            continue
        parts = _NAF.fullmatch(word.replace(".", ""))
        if parts is None or (parts[3] and len(parts[2]) < 2):
            raise NotReady([("naf", Sentence(_NO_CODE, code=word[:20]))])
        found.append(f"{parts[1]}.{parts[2]}{parts[3]}" if parts[2] else parts[1])
    return _short(list(dict.fromkeys(found)), "naf")


_NO_CODE = "« %(code)s » n’est pas un code NAF : écrivez 62.01Z, ou seulement 62 pour toute la division."


def _canon_places(typed: str) -> list[str]:
    found = []
    for words in re.split(r"[,;\n]+", typed):
        if not words.strip():
            continue
        place = find_place(words)
        if place is None:
            raise NotReady([("places", complain_of_commune(words))])
        found.append(place.code)
    return _short(list(dict.fromkeys(found)), "places")


def _short(found: list[str], field: str) -> list[str]:
    if len(found) > MOST:
        raise NotReady([(field, "C’est trop long : soixante au plus.")])
    return found


def names_of(codes: Sequence[str]) -> list[str]:
    """The names of these territories."""
    return list(
        db.session.scalars(select(Territory.name).where(Territory.code.in_(codes)).order_by(Territory.name))
    )
