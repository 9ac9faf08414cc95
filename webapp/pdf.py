"""Reports to print: title, paragraphs, tables. The page is the accessible version; the PDF is for a file or a drawer.

reportlab is imported where it draws: a web process that draws nothing stays light.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_babel import gettext as _
from markupsafe import escape

from models.text import typeset

#: The font that comes with reportlab has French and Latin letters, not these.
_NOT_IN_FONT = {"\u202f": "\u00a0", "→": "->", "≥": ">=", "≤": "<=", "Ÿ": "Y", "−": "-"}
_KNOWN_UPTO = 0x17F
_KNOWN_BEYOND = "–—‘’“”„†‡•…‰‹›€™"
MARGIN = 48
#: What reportlab keeps free around what it draws in a page.
_FRAME = 6
#: A cell that is read as a number: these columns are set to the right, so that units stand under units.
_NUMBER = re.compile(r"[-−]?\d[\d\s.,]*(?:\s?[%€])?")
#: Who made the file, as its reader shows it.
AUTHOR = "Adopte une innovation"


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Table:
    """The first row is the heading, written again on each page. ``widths``: parts of the page; None: all alike. Columns of
    numbers are set to the right, the first excepted: it names the row."""

    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] | None = None


Block = str | Heading | Table


def pdf_answer(title: str, blocks: Iterable[Block], name: str, *, wide: bool = False) -> Response:
    """A file to download; ``name`` is ours (ASCII); ``wide``: the page lies on its side."""
    answer = Response(pdf_bytes(title, blocks, wide=wide), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def pdf_bytes(title: str, blocks: Iterable[Block], *, wide: bool = False) -> bytes:
    """Drawn twice: each page says how many there are, which is known once all are drawn."""
    kept = list(blocks)
    _first, pages = _drawn(title, kept, wide, 0)
    return _drawn(title, kept, wide, pages)[0]


def _drawn(title: str, blocks: Sequence[Block], wide: bool, pages: int) -> tuple[bytes, int]:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles, written = _styles(), io.BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=landscape(A4) if wide else A4, title=_in_font(title), author=AUTHOR, lang="fr",
        leftMargin=MARGIN - _FRAME, rightMargin=MARGIN - _FRAME, topMargin=MARGIN, bottomMargin=MARGIN,
    )  # fmt: skip
    flow = [Paragraph(_in_font(title), styles["title"])]
    for block in blocks:
        if isinstance(block, Table):
            flow.append(_table(block, styles, document.width - 2 * _FRAME))
        else:
            heading = isinstance(block, Heading)
            text = block.text if isinstance(block, Heading) else block
            flow.append(Paragraph(_in_font(text), styles["heading" if heading else "text"]))

    def foot(canvas: Any, drawn: Any) -> None:
        canvas.setFont("Vera", 8)
        canvas.drawString(MARGIN, MARGIN / 2, AUTHOR)
        number = _("%(page)s sur %(pages)s", page=drawn.page, pages=pages)
        canvas.drawRightString(drawn.pagesize[0] - MARGIN, MARGIN / 2, number)

    document.build(flow, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue(), document.page


def _styles() -> dict[str, Any]:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont("Vera", "Vera.ttf"))
    registerFont(TTFont("VeraBd", "VeraBd.ttf"))
    text = ParagraphStyle("text", fontName="Vera", fontSize=9, leading=13, spaceAfter=6)
    cell = ParagraphStyle("cell", parent=text, fontSize=8, leading=10, spaceAfter=0)
    head = ParagraphStyle("head", parent=cell, fontName="VeraBd")
    return {
        "text": text,
        "cell": cell,
        "number": ParagraphStyle("number", parent=cell, alignment=TA_RIGHT),
        "cell head": head,
        "number head": ParagraphStyle("number head", parent=head, alignment=TA_RIGHT),
        "heading": ParagraphStyle(
            "heading", parent=text, fontName="VeraBd", fontSize=11, leading=15, spaceBefore=10, keepWithNext=1
        ),
        "title": ParagraphStyle(
            "title", parent=text, fontName="VeraBd", fontSize=15, leading=20, spaceAfter=12
        ),
    }


def _table(table: Table, styles: dict[str, Any], width: float) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    parts = table.widths or [1.0] * len(table.rows[0])
    right = {column for column in range(1, len(parts)) if _is_of_numbers(table.rows, column)}
    rows = [
        [
            Paragraph(
                _in_font(value),
                styles[("number" if column in right else "cell") + ("" if number else " head")],
            )
            for column, value in enumerate(row)
        ]
        for number, row in enumerate(table.rows)
    ]
    drawn = LongTable(
        rows, colWidths=[width * part / sum(parts) for part in parts], repeatRows=1, spaceAfter=8
    )
    drawn.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
                ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        )
    )
    return drawn


def _is_of_numbers(rows: Sequence[Sequence[Any]], column: int) -> bool:
    """Whether each row says a number there, or nothing; a column of nothing is no such one."""
    said = [str(row[column]).strip() for row in rows[1:] if row[column] not in (None, "")]
    return bool(said) and all(_NUMBER.fullmatch(words) for words in said)


def _in_font(value: Any) -> str:
    """Safe in reportlab's markup, in letters that the font has; no line begins with a colon, also of what people typed."""
    words = "" if value is None else typeset(str(value))
    plain = "".join(_NOT_IN_FONT.get(sign, sign) for sign in words)
    known = "".join(sign if ord(sign) <= _KNOWN_UPTO or sign in _KNOWN_BEYOND else "?" for sign in plain)
    return str(escape(known)).replace("\n", "<br/>").replace("&#34;", '"').replace("&#39;", "'")
