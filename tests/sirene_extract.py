"""A made-up extract of SIRENE, with the columns and the accidents of real ones. No establishment in it exists.

SIREN begin with 000, which INSEE never gives. Of twenty rows about two are refused: closed, undisclosed, without a name, with a
false key, elsewhere, twice.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence

from stdnum import luhn

COLUMNS = (
    "siren", "nic", "siret", "statutDiffusionEtablissement", "dateCreationEtablissement", "trancheEffectifsEtablissement",
    "etatAdministratifEtablissement", "denominationUsuelleEtablissement", "denominationUniteLegale",
    "categorieJuridiqueUniteLegale", "categorieEntreprise", "activitePrincipaleEtablissement",
    "libelleVoieEtablissement", "codePostalEtablissement", "codeCommuneEtablissement", "email",
)  # fmt: skip
#: INSEE code, postal code.
TOWNS = (
    ("93006", "93170"),
    ("93010", "93140"),
    ("93066", "93200"),
    ("93059", "93380"),
    ("75111", "75011"),
    ("92050", "92000"),
)
ACTIVITIES = ("62.01Z", "62.02A", "71.12B", "38.11Z", "72.19Z", "58.29C", "70.22Z", "26.51B")
BANDS = ("NN", "00", "01", "02", "03", "11", "12", "21", "31", "42")
_FIRST = ("ÉCO", "URBA", "NOVA", "CAPTE", "FLORE", "CITÉ", "AQUA", "LUMEN", "SONAR", "VÉLO")
_LAST = ("DATA", "MOBILITÉ", "CONSEIL", "SYSTÈMES", "VILLE", "RÉEMPLOI", "ÉNERGIE", "SERVICES")
ROADS = ("RUE DE L’ÉGALITÉ", "AVENUE JEAN JAURÈS", "BD DE LA RÉPUBLIQUE", "RUE « DES ARTS »")


def make_siret(number: int) -> tuple[str, str]:
    """(SIREN, NIC) with right keys."""
    siren = f"000{number:05d}"
    siren += luhn.calc_check_digit(siren)
    nic = "0001"
    return siren, nic + luhn.calc_check_digit(siren + nic)


def make_row(number: int, chance: random.Random, **changes: str) -> dict[str, str]:
    siren, nic = make_siret(number)
    town, postcode = chance.choice(TOWNS)
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {number}"
    return {
        "siren": siren,
        "nic": nic,
        "siret": siren + nic,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": f"20{chance.randrange(5, 26):02d}-0{chance.randrange(1, 10)}-15",
        "trancheEffectifsEtablissement": chance.choice(BANDS),
        "etatAdministratifEtablissement": "A",
        "denominationUsuelleEtablissement": "",
        "denominationUniteLegale": name,
        "categorieJuridiqueUniteLegale": chance.choice(("5710", "5499", "9220", "5505")),
        "categorieEntreprise": chance.choice(("PME", "PME", "PME", "ETI", "GE", "")),
        "activitePrincipaleEtablissement": chance.choice(ACTIVITIES),
        "libelleVoieEtablissement": chance.choice(ROADS),
        "codePostalEtablissement": postcode,
        "codeCommuneEtablissement": town,
        "email": f"contact@societe-{number}.example" if number % 4 == 0 else "",
        **changes,
    }


def spoil(row: dict[str, str], kind: int) -> dict[str, str]:
    """One accident of real files."""
    accidents: tuple[dict[str, str], ...] = (
        {"etatAdministratifEtablissement": "F"},
        {"statutDiffusionEtablissement": "P", "denominationUniteLegale": "[ND]"},
        {"denominationUniteLegale": "", "categorieJuridiqueUniteLegale": "1000"},
        {"siret": row["siret"][:-1] + str((int(row["siret"][-1]) + 1) % 10)},
        {"codeCommuneEtablissement": "69123", "codePostalEtablissement": "69001"},
        {"activitePrincipaleEtablissement": ""},
    )
    return {**row, **accidents[kind % len(accidents)]}


def make_rows(count: int, *, seed: int = 7) -> list[dict[str, str]]:
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        row = make_row(number, chance)
        rows.append(spoil(row, number // 10) if number % 10 == 9 else row)
    return rows


def write(
    rows: Sequence[dict[str, str]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    columns: Sequence[str] = COLUMNS,
) -> bytes:
    """The bytes of the file."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue().encode(encoding)
