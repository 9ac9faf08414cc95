"""The hexagonal tile map of the Métropole, from data/tiles.csv: one tile a commune, fourteen for Paris.

Pointy-top hexagons, odd rows shifted right by half a tile, row 0 the southernmost. The geometry is worked out once; templates
only write it down (macros/figures.html).
"""

from __future__ import annotations

import csv
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.text import fold

SOURCE = Path(__file__).resolve().parent.parent / "data" / "tiles.csv"
HALF_WIDTH, SIDE, MARGIN = 13.0, 15.0, 2.0
# One hexagon from its top corner, in relative moves: the same text 143 times, which compresses to nothing.
HEXAGON = "l13 7.5v15l-13 7.5-13-7.5v-15z"


@dataclass(frozen=True)
class Tile:
    """A commune: its SVG path, and where its name may be written (only when it covers several hexagons)."""

    insee: str
    name: str
    outline: str
    x: float
    y: float
    is_wide: bool


@dataclass(frozen=True)
class TileMap:
    """Width and height are those of the drawing's viewBox; Paris comes first, so that its neighbours' borders are drawn
    over its own; then reading order, north-west first."""

    width: float
    height: float
    communes: tuple[Tile, ...]

    def name_of(self, insee: str) -> str | None:
        return next((tile.name for tile in self.communes if tile.insee == insee), None)

    def by_name(self, insee: Container[str]) -> list[Tile]:
        """The communes with these INSEE codes, as an index lists them: Épinay after Drancy."""
        return sorted(
            (tile for tile in self.communes if tile.insee in insee), key=lambda tile: fold(tile.name)
        )


@cache
def tile_map(source: Path = SOURCE) -> TileMap:
    """The whole map, read once. Raises OSError when the table is missing."""
    with source.open(encoding="utf-8", newline="") as lines:
        cells = [
            (row["insee"], row["name"], int(row["tile_col"]), int(row["tile_row"]))
            for row in csv.DictReader(lines)
        ]
    top = max(row for *_, row in cells)
    left = min(_centre_x(column, row) for _, _, column, row in cells)
    corners: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for insee, name, column, row in sorted(cells, key=lambda cell: (-cell[3], cell[2])):
        x = MARGIN + HALF_WIDTH + _centre_x(column, row) - left
        corners.setdefault((insee, name), []).append((x, MARGIN + (top - row) * SIDE * 1.5))
    everywhere = [corner for some in corners.values() for corner in some]
    return TileMap(
        width=round(max(x for x, _ in everywhere) + HALF_WIDTH + MARGIN, 1),
        height=round(max(y for _, y in everywhere) + 2 * SIDE + MARGIN, 1),
        communes=tuple(
            sorted(
                (_draw(insee, name, some) for (insee, name), some in corners.items()),
                key=lambda tile: not tile.is_wide,
            )
        ),
    )


def _centre_x(column: int, row: int) -> float:
    return 2 * HALF_WIDTH * (column + (row % 2) / 2)


def _draw(insee: str, name: str, corners: list[tuple[float, float]]) -> Tile:
    return Tile(
        insee=insee,
        name=name,
        outline="".join(f"M{x:g} {y:g}{HEXAGON}" for x, y in corners),
        x=round(sum(x for x, _ in corners) / len(corners), 1),
        y=round(sum(y for _, y in corners) / len(corners) + SIDE + 4, 1),
        is_wide=len(corners) > 1,
    )
