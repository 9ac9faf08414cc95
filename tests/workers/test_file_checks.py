"""What is let through and what is not, each file read by the very process that reads those of people."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from models.file_kind import clean_name, kind_named
from tests import files
from workers.attachments import run_check

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
UTF16 = "<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16")


def verdict(tmp_path: Path, kind: str, contents: bytes) -> str | None:
    path = tmp_path / "given"
    path.write_bytes(contents)
    return run_check(kind, path, tmp_path / "out")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "ods", "odp"])
def test_plain_office_documents_are_let_through(tmp_path: Path, kind: str) -> None:
    assert verdict(tmp_path, kind, files.office(kind)) == "clean"


def test_a_plain_pdf_and_one_with_links_are_let_through(tmp_path: Path) -> None:
    assert verdict(tmp_path, "pdf", files.pdf(pages=3)) == "clean"


def test_the_table_inside_a_chart_is_let_through_and_what_excel_says_to_its_printer_too(
    tmp_path: Path,
) -> None:
    more = {
        "word/embeddings/Feuille.xlsx": files.office(
            "xlsx", more={"xl/printerSettings/printerSettings1.bin": b"\0" * 9}
        )
    }
    link = {"word/_rels/document.xml.rels": files.relations("hyperlink", "https://exemple.fr")}
    assert verdict(tmp_path, "docx", files.office(more=more | link)) == "clean"


@pytest.mark.parametrize(
    ("what", "kind", "contents", "expected"),
    [
        ("HTML named PDF", "pdf", b"<html><script>alert(1)</script></html>", "not_what_it_says"),
        ("a picture drawn in XML", "png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_what_it_says"),
        ("a PDF named PNG", "png", files.pdf(), "not_what_it_says"),
        ("EICAR named PDF", "pdf", files.EICAR, "not_what_it_says"),
        ("HTML before the PDF", "pdf", b"<script>alert(1)</script>" + files.pdf(), "not_what_it_says"),
        ("a script", "pdf", files.pdf(script="app.alert('x')"), "active"),
        ("a program to launch", "pdf", files.pdf(launch="cmd.exe"), "active"),
        ("a file inside", "pdf", files.pdf(file=b"MZ"), "file_inside"),
        ("a password", "pdf", files.pdf(password="secret"), "locked"),
        ("an empty password", "pdf", files.pdf(password=""), "locked"),
        ("cut short", "pdf", files.pdf(pages=40)[:-900], "unreadable"),
        ("too many pages", "pdf", files.pdf(pages=501), "too_many_pages"),
        ("a zip at the end", "pdf", files.two_in_one(), "two_in_one"),
        ("only its first line", "pdf", b"%PDF-1.7\n%%EOF\n", "unreadable"),
        ("macros, renamed", "docx", files.office(types=files.MACROS, more={"word/vbaProject.bin": OLE}), "active"),
        ("macros, by type only", "docx", files.office(types=files.MACROS), "not_what_it_says"),
        ("another type besides", "docx", files.office(more={"customXml/a.xml": f"<a>{files.MACROS}</a>"}), "active"),
        ("an object of long ago", "pptx", files.office("pptx", more={"ppt/embeddings/oleObject1.bin": OLE}), "active"),
        ("scripts of LibreOffice", "odt", files.office("odt", more={"Basic/Standard/Module1.xml": "<x/>"}), "active"),
        ("a template from elsewhere", "docx", files.office(more={"word/_rels/settings.xml.rels": files.relations("attachedTemplate", "https://ailleurs.example/m.dotm")}), "active"),
        ("an order to another program", "docx", files.office(more={"word/footer1.xml": "<w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>"}), "active"),
        ("an entity", "xlsx", files.office("xlsx", more={"xl/a.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "active"),
        ("words in another alphabet", "docx", files.office(more={"word/b.xml": UTF16}), "unreadable"),
        ("a path that climbs", "docx", files.office(more={"../../etc/cron.d/x": "x"}), "active"),
        ("a program", "docx", files.office(more={"word/media/outil.exe": b"MZ"}), "active"),
        ("a sheet that is not one", "xlsx", files.office("docx"), "not_what_it_says"),
        ("any zip", "docx", files.office("odt"), "not_what_it_says"),
        ("macros in the sheet of a chart", "docx", files.office(more={"word/embeddings/a.xlsx": files.office("xlsx", more={"xl/vbaProject.bin": OLE})}), "active"),
        ("a document in one in one", "docx", files.office(more={"word/a.docx": files.office(more={"word/a.docx": files.office()})}), "file_inside"),
        ("a zip bomb", "docx", files.bomb(), "too_large_inside"),
        ("a bomb of many entries", "docx", files.office(more={f"word/{n}.xml": "x" for n in range(2_001)}), "too_large_inside"),
        ("a password on the zip", "docx", files.encrypted_zip(), "locked"),
        ("an older or locked document", "docx", OLE, "locked"),
        ("cut short, zip", "docx", files.office(more={"word/a.xml": "mot " * 9_000})[:-40], "unreadable"),
        ("a zip with a tail", "docx", files.office() + b"<script>", "two_in_one"),
        ("a picture of 50 000 × 50 000", "png", files.png_that_says(50_000, 50_000), "too_large_inside"),
        ("a picture with few of its rows", "png", files.png_that_says(900, 900), "unreadable"),
        ("a photograph cut short", "jpeg", files.image("JPEG", (900, 900))[:-400], "unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_what_could_harm_is_refused_with_its_reason(
    tmp_path: Path, what: str, kind: str, contents: bytes, expected: str
) -> None:
    assert verdict(tmp_path, kind, contents) == expected


def test_a_zip_that_lies_about_what_it_holds_is_refused(tmp_path: Path) -> None:
    honest = files.office(more={"word/a.xml": b"x" * 9_000})
    lying = honest.replace((9_000).to_bytes(4, "little"), (90).to_bytes(4, "little"))
    assert lying != honest
    assert verdict(tmp_path, "docx", lying) == "unreadable"


def test_a_photograph_keeps_its_dots_upright_and_nothing_else(tmp_path: Path) -> None:
    tail = b"<script>alert(1)</script>"
    assert verdict(tmp_path, "jpeg", files.photograph_with_place() + tail) == "clean"
    drawn = (tmp_path / "out").read_bytes()
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (30, 40)  # 40 × 30, turned
        assert not image.getexif() and "exif" not in image.info
    assert tail not in drawn and b"4321" not in drawn


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_are_drawn_again(tmp_path: Path, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    written = io.BytesIO()
    Image.new(mode, (20, 10)).save(written, kind)
    assert verdict(tmp_path, kind.lower(), written.getvalue()) == "clean"
    with Image.open(tmp_path / "out") as image:
        assert image.format == kind and image.size == (20, 10)


def test_a_picture_of_the_largest_size_fits_in_the_memory_that_the_check_has(tmp_path: Path) -> None:
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8_000, 5_000)).save(written, "JPEG", exif=exif)
    assert verdict(tmp_path, "jpeg", written.getvalue()) == "clean"


@pytest.mark.parametrize(
    ("typed", "kept", "kind"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf", "pdf"),
        ("C:\\Documents\\Plan d’accès.PDF", "Plan d’accès.PDF", "pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe", None),
        ("nul\x00.pdf\x00.exe", "nul.pdf.exe", None),
        ("a\nb.pdf", "a b.pdf", "pdf"),
        ("photo.JPG", "photo.JPG", "jpeg"),
        ("dessin.svg", "dessin.svg", None),
        ("macro.docm", "macro.docm", None),
        ("sans fin", "sans fin", None),
        (".pdf", "pdf", None),
        ("é" * 300 + ".odt", "é" * 116 + ".odt", "odt"),
        ('a<b>:"c|?*.png', "a_b___c___.png", "png"),
    ],
)
def test_a_name_is_a_name_and_never_a_path(typed: str, kept: str, kind: str | None) -> None:
    assert clean_name(typed) == kept
    found = kind_named(typed)
    assert (found.code if found else None) == kind
