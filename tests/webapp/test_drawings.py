"""What needs no database: the tile map, the demonstration's letters."""

from __future__ import annotations

import math
import re
from email.message import EmailMessage
from pathlib import Path

from webapp.pages import letters
from webapp.tiles import HALF_WIDTH, tile_map


def test_each_commune_has_one_shape_and_paris_has_fourteen_hexagons_drawn_first() -> None:
    communes = tile_map().communes
    assert len(communes) == len({tile.insee for tile in communes}) == 130
    assert [tile.name for tile in communes if tile.is_wide] == ["Paris"] == [communes[0].name]
    assert communes[0].outline.count("M") == 14


def test_paris_is_one_piece() -> None:
    """Hexagons that touch share a side: their centres are a width of a tile apart."""
    paris = tile_map().communes[0].outline
    corners = [(float(x), float(y)) for x, y in re.findall(r"M(\S+) (\S+?)l", paris)]
    reached, waiting = set(), [corners[0]]
    while waiting:
        x, y = waiting.pop()
        reached.add((x, y))
        waiting += [
            one for one in corners if one not in reached and math.dist(one, (x, y)) < 2 * HALF_WIDTH + 1
        ]
    assert reached == set(corners)


def test_a_letter_is_read_by_its_name_and_never_from_another_folder(tmp_path: Path) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "claire@ville.example", "Confirmez votre adresse"
    message.set_content("Bonjour,\nouvrez ce lien.\n")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(bytes(message))
    (tmp_path / "secret.eml").write_bytes(bytes(message))
    folder = f"file:{tmp_path / 'mail'}"
    assert [letter.subject for letter in letters.latest(folder)] == ["Confirmez votre adresse"]
    letter = letters.read(folder, "1.eml")
    assert letter is not None
    assert "ouvrez ce lien" in letter.text
    assert letters.read(folder, "../secret.eml") is None
    assert letters.latest("smtp://mail.example") == []


def test_communes_are_listed_as_an_index_lists_them() -> None:
    codes = {
        "93031",
        "93029",
        "94081",
        "94033",
    }  # Épinay-sur-Seine, Drancy, Vitry-sur-Seine, Fontenay-sous-Bois
    assert [tile.insee for tile in tile_map().by_name(codes)] == ["93029", "93031", "94033", "94081"]
