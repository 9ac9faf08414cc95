"""An extract of SIRENE (columns of StockEtablissement), read without trust: each row is an establishment or a refusal.

Files come from INSEE, from a spreadsheet or from a partner: UTF-8 with or without its mark, or Windows' Latin-1; commas,
semicolons or tabulations; any order of columns. Nothing is written here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import islice

from models.errors import NotReady, RuleViolation
from models.import_run import Refused
from models.organization import check_siret
from models.organization_facts import BAND_OF_INSEE, canon_naf
from models.prospects import Establishment
from models.text import canon_line, fold

LONGEST_NAME, LONGEST_EXCERPT, LONGEST_CELL = 160, 200, 20_000
NEEDED = ("siret", "activitePrincipaleEtablissement", "codeCommuneEtablissement")
#: The first that is filled is the name.
NAMES = (
    "denominationUsuelleEtablissement", "denominationUniteLegale", "denominationUsuelle1UniteLegale", "enseigne1Etablissement",
    "sigleUniteLegale",
)  # fmt: skip
EMAILS = ("email", "courriel", "mail", "adresseElectronique")
#: categorieEntreprise (INSEE) → kind; categories of legal form that are no company.
_KINDS = {"GE": "large_company", "ETI": "mid_cap", "PME": "sme"}
_ASSOCIATION, _COOPERATIVES = "92", ("5458", "5459", "5460", "5558", "5559", "5560", "5658", "5659", "5660")

Row = tuple[int, Establishment | Refused]


class Unreadable(RuleViolation):
    """The file is no table that we know. ``str(error)`` is a French sentence."""


def read_rows(
    contents: bytes, *, communes: Mapping[str, int], naf: Collection[str] = (), places: Collection[int] = ()
) -> Iterator[Row]:
    """(line, establishment or refusal) for every row but the heading; blank lines are no rows.

    ``communes``: INSEE code → number of the territory; ``naf``: beginnings of the codes wanted; ``places``: numbers of the
    communes wanted; each empty for all. Raises Unreadable.
    """
    records = _records(_decode(contents), _delimiter(contents))
    _, heading = next(records, (0, []))
    columns = _columns(heading)
    seen: set[str] = set()
    try:
        for line, cells in records:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                yield line, _refused(line, cells, "", "cells")
                continue
            row = {name: canon_line(cells[place]) for name, place in columns.items()}
            yield line, _judge(line, cells, row, communes, naf, places, seen)
    except csv.Error as error:
        raise Unreadable(
            "Ce fichier est abîmé : une de ses lignes ne se lit pas comme un tableau."
        ) from error


def _judge(
    line: int,
    cells: list[str],
    row: Mapping[str, str],
    communes: Mapping[str, int],
    naf: Collection[str],
    places: Collection[int],
    seen: set[str],
) -> Establishment | Refused:
    """The reasons that no correction of the file would lift come first."""
    try:
        siret = check_siret(_whole_siret(row))
    except NotReady:
        return _refused(line, cells, row.get("siret", ""), "siret")

    def refuse(reason: str) -> Refused:
        return _refused(line, cells, siret, reason)

    if row.get("etatAdministratifEtablissement", "A").upper() not in ("A", ""):
        return refuse("closed")
    if row.get("statutDiffusionEtablissement", "O").upper() not in ("O", ""):
        return refuse("undisclosed")
    name = next((row[column] for column in NAMES if row.get(column, "") not in ("", "[ND]")), "")
    # Without a name of its own it is a person's: nothing of a person is brought in.
    if not name or row.get("categorieJuridiqueUniteLegale", "") == "1000":
        return refuse("name")
    try:
        activity = canon_naf(row["activitePrincipaleEtablissement"])
    except NotReady:
        return refuse("naf")
    if not activity:
        return refuse("naf")
    if naf and not activity.startswith(tuple(naf)):
        return refuse("naf_unasked")
    territory = communes.get(row["codeCommuneEtablissement"].upper().zfill(5))
    if territory is None:
        return refuse("outside")
    if places and territory not in places:
        return refuse("place_unasked")
    if siret in seen:
        return refuse("twice")
    seen.add(siret)
    return Establishment(
        siret=siret,
        name=name[:LONGEST_NAME],
        kind=_kind(row),
        naf=activity,
        size_band=BAND_OF_INSEE.get(row.get("trancheEffectifsEtablissement", "NN"), ""),
        territory_id=territory,
        founded_on=_day(row.get("dateCreationEtablissement", "")),
        email=_email(next((row[column] for column in EMAILS if row.get(column)), "")),
    )


def _whole_siret(row: Mapping[str, str]) -> str:
    """From its two halves where the file has them; a spreadsheet drops the zero it begins with."""
    siret = "".join(row.get("siret", "").split())
    if not siret and row.get("siren") and row.get("nic"):
        siret = row["siren"].zfill(9) + row["nic"].zfill(5)
    return siret.zfill(14) if siret.isdigit() and len(siret) == 13 else siret


def _kind(row: Mapping[str, str]) -> str:
    form = row.get("categorieJuridiqueUniteLegale", "")
    if form.startswith(_ASSOCIATION):
        return "association"
    return "cooperative" if form in _COOPERATIVES else _KINDS.get(row.get("categorieEntreprise", ""), "sme")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _email(text: str) -> str:
    """What looks like one mailbox; the team completes the others."""
    before, at, domain = text.lower().partition("@")
    sound = at and before and "." in domain and "@" not in domain and not set(text) & set(" ,;<>\"'")
    return text.lower() if sound and text.isascii() and len(text) <= 254 else ""


def _refused(line: int, cells: list[str], siret: str, reason: str) -> Refused:
    return Refused(line, siret[:20], reason, canon_line(" ; ".join(cells[:30]))[:LONGEST_EXCERPT])


# ------------------------------------------------------------------ the file


def _decode(contents: bytes) -> str:
    try:
        return contents.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte is a letter of Windows' alphabet but five, which we take as Latin-1 does.
        return contents.decode("cp1252", errors="replace")


def _delimiter(contents: bytes) -> str:
    """The sign that the heading holds most."""
    heading = contents.split(b"\n", 1)[0]
    return max(",;\t", key=lambda sign: heading.count(sign.encode()))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every record, the heading first. Raises csv.Error.

    A quotation mark that nobody closes swallows the rows below it, until another such mark: where whole rows are found inside a
    cell, each line is read alone. No row is lost, and a company called « "Le coin » stays one.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    lines = _Lines(text)
    table, width = csv.reader(lines, delimiter=delimiter), 0
    while True:
        lines.taken.clear()
        broken: csv.Error | None = None
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:  # a cell without end
            broken = error
        alone = [_alone(line, delimiter, width) for line in lines.taken] if width else []
        if len(alone) > 1 and len(alone[0]) > 1 and any(len(found) == width for found in alone[1:]):
            yield from enumerate(alone, table.line_num - len(alone) + 1)
        elif broken:
            raise broken
        elif len(alone) == 1:
            yield table.line_num, alone[0]
        else:
            width = width or len(cells)
            yield table.line_num, cells


class _Lines:
    """The lines of a text, one by one; ``taken``: those that the record being read is made of."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.taken.append(next(self._lines))
        return self.taken[-1]


def _alone(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line, its quotation marks letters where they do not go by two."""
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return (
        cells
        if len(cells) == width
        else next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    )


def _columns(heading: list[str]) -> dict[str, int]:
    """Name as INSEE writes it → its place. Case, accents and blanks are forgiven."""
    known = (
        *NEEDED, *NAMES, *EMAILS, "siren", "nic", "etatAdministratifEtablissement", "statutDiffusionEtablissement",
        "trancheEffectifsEtablissement", "categorieJuridiqueUniteLegale", "categorieEntreprise", "dateCreationEtablissement",
    )  # fmt: skip
    wanted = {_plain(name): name for name in known}
    found: dict[str, int] = {}
    for place, title in enumerate(islice(heading, 300)):
        name = wanted.get(_plain(title))
        if name is not None:
            found.setdefault(name, place)
    has_number = "siret" in found or {"siren", "nic"} <= set(found)
    if not has_number or not set(NEEDED[1:]) <= set(found):
        raise Unreadable(
            "Ce fichier n’a pas les colonnes attendues : siret (ou siren et nic), activitePrincipaleEtablissement et "
            "codeCommuneEtablissement, avec leurs noms sur la première ligne."
        )
    return found


def _plain(title: str) -> str:
    return "".join(letter for letter in fold(title) if letter.isalnum())
