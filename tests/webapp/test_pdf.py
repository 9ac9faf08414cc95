"""What is printed: each page says which it is of how many, numbers stand under numbers, no word is cut."""

from __future__ import annotations

import io

from flask import Flask
from pypdf import PdfReader

from webapp.pdf import Heading, Table, pdf_bytes


def _pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_each_page_says_which_it_is_of_how_many(app: Flask) -> None:
    with app.test_request_context():
        pages = _pages(
            pdf_bytes("Registre", [Table([["Acte", "Fait"], *([n, "Besoin publié"] for n in range(120))])])
        )
    assert len(pages) > 1
    for number, words in enumerate(pages, start=1):
        assert f"{number} sur {len(pages)}" in words and "Acte" in words  # the heading of the table again


def test_a_heading_stays_with_what_it_announces(app: Flask) -> None:
    with app.test_request_context():
        for lines in range(30, 60):
            first, *_rest = _pages(
                pdf_bytes(
                    "Rapport", [*("Une ligne." for _ in range(lines)), Heading("Résultats"), "La suite."]
                )
            )
            assert ("Résultats" in first) == ("La suite." in first), lines


def test_what_people_typed_begins_no_line_with_a_colon(app: Flask) -> None:
    with app.test_request_context():
        for count in range(60, 100):
            (words,) = _pages(pdf_bytes("Registre", [f"{'a ' * count}: la suite."]))
            assert not any(line.lstrip().startswith(":") for line in words.splitlines())


def test_a_wide_page_lies_on_its_side_and_a_table_without_rows_is_drawn(app: Flask) -> None:
    with app.test_request_context():
        data = pdf_bytes(
            "Registre", [Table([["Acte", "Note sur 5"]]), Table([["Acte", "Note"], ["a", None]])], wide=True
        )
    box = PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert box.width > box.height
