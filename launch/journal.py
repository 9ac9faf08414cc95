"""Whether the journal is whole, from a terminal: ``python -m launch check-journal``, ``--register FILE.csv``.

Exit code: 0 when each act is as it was written, 1 when one is not, or when the register of a need says something else.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, NamedTuple

from launch.checks import LaunchError
from settings import Settings

WHOLE, BROKEN = 0, 1
#: Numbers shown when many are wrong: the first is where to look.
SHOWN = 10
#: Number, instant, fact, seal; there are more between.
LEAST_CELLS = 4
_SEAL = re.compile(r"[0-9a-f]{64}")


class Printed(NamedTuple):
    """What one line of a register says of an act. ``at`` and ``what``: the words for its instant and for what was done."""

    number: int
    at: str
    what: str
    seal: str


def check_journal(settings: Settings, register: Path | None = None) -> int:
    """Check every seal, and each line of ``register`` (the CSV of a need) when there is one. Returns the exit code."""
    printed = read_register(register) if register is not None else []
    from webapp import create_app

    with create_app(settings).app_context():
        return print_check(printed)


def print_check(printed: list[Printed]) -> int:
    """The same in an application context, for lines that ``read_register`` gave."""
    from models import db
    from models.activity import broken_seals, last_seal

    number, seal = last_seal(db.session())
    broken = broken_seals(db.session())
    if broken:
        print(f"Le journal n’est pas entier : {_listed(broken)}.")
    else:
        print(f"Le journal est entier jusqu’à l’acte n° {number}, d’empreinte {seal or 'vide'}.")
    if not printed:
        return BROKEN if broken else WHOLE
    wrong, missing = _wrong(printed), _missing(printed)
    if wrong:
        print(f"Le registre ne concorde pas avec le journal : {_listed(wrong)}.")
    if missing:
        print(f"Il manque au registre ce que le journal dit de ce besoin : {_listed(missing)}.")
    if not wrong and not missing:
        print(
            f"Le registre concorde : ses {len(printed)} empreintes, ses dates et ses faits sont ceux du journal."
        )
    return BROKEN if broken or wrong or missing else WHOLE


def _wrong(printed: list[Printed]) -> list[int]:
    """The lines whose seal, instant or fact is not that of the act. The last line is the end of the journal: its seal alone."""
    from models import db
    from models.activity import Activity

    *lines, end = printed
    found = [one.number for one in lines if not _agrees(db.session.get(Activity, one.number), one)]
    return found if db.session.scalar(Activity.seal_of(end.number)) == end.seal else [*found, end.number]


def _agrees(act: Any, one: Printed) -> bool:
    """In the words of either language, since one copies a register in one's own."""
    from flask_babel import force_locale

    from webapp.labels import label
    from webapp.register.words import instant

    if act is None or (act.hash, instant(act.at)) != (one.seal, one.at):
        return False
    for language in ("fr", "en"):
        with force_locale(language):
            if label("register", f"{act.subject_type}.{act.action}") == one.what:
                return True
    return False


def _missing(printed: list[Printed]) -> list[int]:
    """Acts of the need, up to the end of the copy, that any reader of its register has as a line and this one has not.
    Documents and conversations are left out: who may be told of them changes with time."""
    from sqlalchemy import select

    from models import Need, db
    from models.activity import Activity
    from models.register import register_of

    *lines, end = printed
    said = {one.number for one in lines}
    numbers = db.session.scalars(select(Activity.need_id).where(Activity.id.in_(said)).distinct()).all()
    needs = [need for number in numbers if number and (need := db.session.get(Need, number))]
    due = {
        line.activity.id
        for need in needs
        for line in register_of(need, for_commune=False)
        if line.activity.subject_type not in ("attachment", "conversation")
    }
    return sorted(number for number in due - said if number <= end.number)


def read_register(file: Path) -> list[Printed]:
    """The lines of a register that begin by the number of an act, the last of which is the end of the journal."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.reader(lines, delimiter=";") if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LaunchError(f"Le registre ne se lit pas : {error}.") from None
    found = [
        Printed(int(row[0]), row[1], row[2], row[-1])
        for row in rows
        if row[0].isdecimal() and len(row) >= LEAST_CELLS
    ]
    if not found or not all(_SEAL.fullmatch(one.seal) for one in found):
        raise LaunchError(
            "Ce fichier n’est pas le registre d’un besoin, tel que la plateforme le donne en CSV."
        )
    return found


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:SHOWN]))
    more = f" et {len(numbers) - SHOWN} autres" if len(numbers) > SHOWN else ""
    return f"acte n° {shown}" if len(numbers) == 1 else f"actes n° {shown}{more}"
