"""Files of companies: every row is brought in or refused with its reason, whatever the file looks like; run twice, nothing more."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Activity, ImportRun, Notification, NotReady, Organization, SignInAttempt, db
from models.import_run import REASONS, Refused
from tests.factories import World
from tests.sirene_extract import COLUMNS, make_row, make_rows, spoil, write
from workers import imports
from workers.imports import run_imports
from workers.sirene import Unreadable, read_rows

COMMUNES = {"93006": 1, "93010": 2, "93066": 3, "93059": 3, "75111": 4, "92050": 5}


def receive(world: World, contents: bytes, **wanted: list[str]) -> ImportRun:
    run = ImportRun.receive(
        contents, file_name="extrait.csv", by=world.curator, **{"naf": [], "places": [], **wanted}
    )
    db.session.commit()
    return run


def bring(world: World, contents: bytes, **wanted: list[str]) -> ImportRun:
    run = receive(world, contents, **wanted)
    run_imports()
    run.start(by=world.curator)
    db.session.commit()
    run_imports()
    db.session.expire_all()
    return run


def companies() -> list[Organization]:
    query = sa.select(Organization).where(Organization.source == "sirene_import")
    return list(db.session.scalars(query.order_by(Organization.siret)))


def one(**changes: str) -> dict[str, str]:
    return make_row(1, random.Random(1), **{"codeCommuneEtablissement": "93006", **changes})


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_reads_the_same_in_any_encoding_and_with_any_sign_between_cells(
    encoding: str, delimiter: str
) -> None:
    rows = make_rows(40)
    read = list(read_rows(write(rows, encoding=encoding, delimiter=delimiter), communes=COMMUNES))
    assert len(read) == 40
    assert read == list(read_rows(write(rows), communes=COMMUNES))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"siret": "12345678901234"}, "siret"),
        ({"siret": "8,4219E+13"}, "siret"),
        ({"etatAdministratifEtablissement": "F"}, "closed"),
        ({"statutDiffusionEtablissement": "P"}, "undisclosed"),
        ({"statutDiffusionEtablissement": "N"}, "undisclosed"),
        ({"denominationUniteLegale": "[ND]"}, "name"),
        ({"categorieJuridiqueUniteLegale": "1000"}, "name"),
        ({"activitePrincipaleEtablissement": "informatique"}, "naf"),
        ({"activitePrincipaleEtablissement": "38.11Z"}, "naf_unasked"),
        ({"codeCommuneEtablissement": "69123"}, "outside"),
        ({"codeCommuneEtablissement": "93010"}, "place_unasked"),
    ],
)
def test_a_row_is_refused_for_its_reason(changes: dict[str, str], reason: str) -> None:
    row = one(activitePrincipaleEtablissement="62.01Z") | changes
    ((_line, refused),) = read_rows(write([row]), communes=COMMUNES, naf=["62"], places=[1])
    assert isinstance(refused, Refused) and refused.reason == reason
    assert refused.line == 2 and len(refused.excerpt) <= 200


@pytest.mark.parametrize("marked", [(3,), (0,), (11,), (3, 7), (3, 6), (2, 3, 9)])
def test_a_quotation_mark_that_nobody_closes_swallows_no_row(marked: tuple[int, ...]) -> None:
    rows = make_rows(12)
    expected = [type(row) for _line, row in read_rows(write(rows), communes=COMMUNES)]
    for number in marked:
        rows[number]["denominationUsuelleEtablissement"] = "@@LE COIN" if number != 7 else "CHEZ @@PAUL"
    text = write(rows).decode().replace("@@", '"')
    read = list(read_rows(text.encode(), communes=COMMUNES))
    assert [line for line, _row in read] == list(range(2, 14))
    assert [type(row) for _line, row in read] == expected


def test_a_cell_that_a_spreadsheet_wrote_on_two_lines_is_one_cell() -> None:
    row = one(libelleVoieEtablissement="BATIMENT A\nRUE DES ARTS")
    ((line, good),) = read_rows(write([row]), communes=COMMUNES)
    assert line == 3 and not isinstance(good, Refused)


def test_what_a_spreadsheet_does_to_a_number_and_a_code_is_mended() -> None:
    lost_zero = one(siret=one()["siret"][1:])
    halves = one(siret="")
    plain = one(activitePrincipaleEtablissement="6201z")
    for row in (lost_zero, halves, plain):
        ((_line, good),) = read_rows(write([row]), communes=COMMUNES)
        assert not isinstance(good, Refused) and good.siret == one()["siret"]
    assert good.naf == "62.01Z"


def test_a_row_with_a_cell_too_few_and_a_row_twice_are_refused_and_the_others_kept() -> None:
    text = write([one(), one()]).decode() + "trop,court\r\n\r\n"
    read = [row for _line, row in read_rows(text.encode(), communes=COMMUNES)]
    assert [row.reason if isinstance(row, Refused) else "good" for row in read] == ["good", "twice", "cells"]


@pytest.mark.parametrize(
    "contents", [b"PK\x03\x04\x00\x00", b"nom;adresse\nx;y\n", b"\x00" * 50, b"siret\n1\n"]
)
def test_a_file_that_is_no_such_table_is_refused_whole_with_a_sentence(contents: bytes) -> None:
    with pytest.raises(Unreadable, match=r"colonnes attendues|ne se lit pas"):
        list(read_rows(contents, communes=COMMUNES))


# ------------------------------------------------------------------ writing


def test_nothing_is_written_before_somebody_says_so_then_each_row_is_somewhere(world: World) -> None:
    rows = make_rows(120)
    run = receive(world, write(rows))
    run_imports()
    db.session.expire_all()
    assert run.status == "previewed" and companies() == []
    assert run.rows_total == 120 and run.counts["new"] + run.counts["refused"] == 120
    refused = run.read_report()
    assert len(refused) == run.counts["refused"] == 12
    assert {row.reason for row in refused} == {"closed", "undisclosed", "name", "siret", "outside", "naf"}
    assert set(REASONS) >= {row.reason for row in refused}

    run.start(by=world.curator)
    db.session.commit()
    run_imports()
    db.session.expire_all()
    assert run.status == "done" and run.share_done == 100
    assert run.counts == {"new": 108, "updated": 0, "unchanged": 0, "refused": 12}
    assert run.contents is None, "the file is not kept longer than needed"
    made = companies()
    assert len(made) == 108 and {company.status for company in made} == {"prospect"}


def test_an_imported_company_is_invisible_and_owed_nothing_and_the_journal_has_one_act_for_all(
    world: World,
) -> None:
    world.curator  # noqa: B018 (made by being asked for)
    before = db.session.scalar(sa.select(sa.func.count(Activity.id)))
    run = bring(world, write(make_rows(50)))
    acts = list(db.session.scalars(Activity.of(run)))
    assert [act.action for act in acts] == ["create", "preview", "start", "finish"]
    assert acts[-1].details["sha256"] == run.sha256 and acts[-1].details["new"] == 45
    assert db.session.scalar(sa.select(sa.func.count(Activity.id))) == before + 4
    assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == 0
    paris = [c for c in companies() if c.territory.code == "75056"]
    merged = [c for c in companies() if c.territory.name == "Saint-Denis"]
    assert paris and merged, "an arrondissement is Paris, a commune that merged is its successor"


def test_the_same_file_twice_brings_nothing_new_and_what_people_wrote_stays(world: World) -> None:
    rows = make_rows(30)
    bring(world, write(rows))
    company = companies()[0]
    company.display_name = "Le nom que ses gens lui donnent"
    db.session.commit()
    again = bring(world, write(rows))
    assert again.counts == {"new": 0, "updated": 0, "unchanged": 27, "refused": 3}
    rows[0]["trancheEffectifsEtablissement"] = "53"
    third = bring(world, write(rows))
    assert third.counts["updated"] == 1
    assert companies()[0].size_band == "5000+"
    assert companies()[0].display_name == "Le nom que ses gens lui donnent"


def test_a_worker_that_stops_in_the_middle_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    run = receive(world, write(make_rows(45)))
    run_imports()
    run.start(by=world.curator)
    db.session.commit()
    wrote: list[int] = []
    real = imports.bring_prospects

    def stops(rows: Any) -> Any:
        wrote.append(len(rows))
        if len(wrote) == 3:
            raise KeyboardInterrupt
        return real(rows)

    monkeypatch.setattr(imports, "bring_prospects", stops)
    with pytest.raises(KeyboardInterrupt):
        run_imports()
    db.session.rollback()
    db.session.expire_all()
    assert run.status == "running" and run.rows_done == 20 and len(companies()) == 18
    monkeypatch.setattr(imports, "bring_prospects", real)
    run_imports()
    db.session.expire_all()
    assert run.status == "done"
    assert run.counts["new"] + run.counts["refused"] == 45
    assert Counter(c.siret for c in companies()).most_common(1)[0][1] == 1


def test_only_the_activities_and_places_that_were_asked_come_in_an_ept_for_its_communes(world: World) -> None:
    bring(world, write(make_rows(200)), naf=["62"], places=["T8"])
    assert {company.naf[:2] for company in companies()} == {"62"}
    assert {company.territory.name for company in companies()} == {"Bagnolet", "Bondy"}


def test_an_empty_file_is_refused_and_an_unreadable_one_fails_with_its_sentence(world: World) -> None:
    with pytest.raises(NotReady, match="vide"):
        receive(world, b"  \n")
    run = receive(world, write([spoil(one(), 0)], columns=("siret", "email")))
    run_imports()
    db.session.expire_all()
    assert run.status == "failed" and "colonnes attendues" in run.trouble
    assert COLUMNS[2] == "siret"


def test_others_write_while_a_file_is_brought_in(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 20)
    run = receive(world, write(make_rows(200)))
    run_imports()
    run.start(by=world.curator)
    db.session.commit()
    done, written = threading.Event(), []

    def somebody_else() -> None:
        with app.app_context():
            while not done.is_set():
                db.session.add(SignInAttempt(key="x" * 64))
                db.session.commit()
                written.append(len(written))
                time.sleep(0.01)

    other = threading.Thread(target=somebody_else)
    other.start()
    run_imports()
    done.set()
    other.join()
    assert run.status == "done" and len(written) >= 10, "once for each piece at least"
