"""The journal, checked from a terminal: whole, it says so; touched behind its back, it names the act and fails."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from launch.checks import LaunchError
from launch.journal import BROKEN, WHOLE, Printed, print_check, read_register
from models import Activity, db
from models.activity import last_seal
from models.database import utc_now
from tests.client import Client
from tests.factories import World


def slip_in() -> int:
    """What somebody with a hand on the database would do (rows that are there do not change): an act that never was."""
    last, seal = last_seal(db.session())
    forged = {"id": last + 1, "action": "withdraw", "subject_type": "need", "subject_id": 1, "details": {}}
    db.session.execute(sa.insert(Activity).values(**forged, at=utc_now(), previous_hash=seal, hash="0" * 64))
    db.session.commit()
    return last + 1


def test_the_journal_says_up_to_where_it_is_whole_or_which_act_was_not_written_by_the_platform(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.need()
    number, seal = last_seal(db.session())
    assert print_check([]) == WHOLE and f"n° {number}, d’empreinte {seal}" in capsys.readouterr().out
    forged = slip_in()
    assert print_check([]) == BROKEN and f"acte n° {forged}." in capsys.readouterr().out


@pytest.fixture
def copied(client: Client, world: World, tmp_path: Path) -> list[Printed]:
    """The register of an amended need, as its validator takes it away."""
    need = world.need()
    need.amend(by=world.bagnolet.validator, title="Tournées de corbeilles faites sans savoir")
    db.session.commit()
    file = tmp_path / "registre.csv"
    file.write_bytes(client.sign_in(world.bagnolet.validator).get(f"/besoins/{need.id}/registre.csv").data)
    return read_register(file)


def test_a_register_agrees_with_the_journal_in_both_languages(
    copied: list[Printed], client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_check(copied) == WHOLE and f"ses {len(copied)} empreintes" in capsys.readouterr().out
    number = db.session.get_one(Activity, copied[0].number).need_id
    file = tmp_path / "register.csv"
    file.write_bytes(client.get(f"/besoins/{number}/registre.csv?lang=en").data)
    in_english = read_register(file)
    assert in_english[0].what != copied[0].what and print_check(in_english) == WHOLE


def test_a_register_whose_seal_date_or_words_were_changed_no_longer_agrees(
    copied: list[Printed], capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = copied
    for touched in (
        first._replace(seal="0" * 64),
        first._replace(at="2020-01-01 00:00"),
        first._replace(what="Besoin retiré"),
    ):
        assert print_check([touched, *others]) == BROKEN
        assert f"ne concorde pas avec le journal : acte n° {first.number}." in capsys.readouterr().out


def test_a_register_without_one_of_its_lines_or_beyond_the_journal_no_longer_agrees(
    copied: list[Printed], capsys: pytest.CaptureFixture[str]
) -> None:
    gone = copied[1].number
    assert print_check([one for one in copied if one.number != gone or one is copied[-1]]) == BROKEN
    assert (
        f"Il manque au registre ce que le journal dit de ce besoin : acte n° {gone}."
        in capsys.readouterr().out
    )
    last, _ = last_seal(db.session())
    beyond = copied[-1]._replace(number=last + 1, seal="f" * 64)
    assert print_check([*copied[:-1], beyond]) == BROKEN and f"acte n° {last + 1}." in capsys.readouterr().out


def test_what_is_no_register_is_refused_with_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "autre.csv"
    other.write_text("Nom;Ville\nBagnolet;93\n", "utf-8")
    for file in (other, tmp_path / "absent.csv"):
        with pytest.raises(LaunchError, match="registre"):
            read_register(file)
