"""The words with which the team presents two sides to each other: prepared, changed by a person, kept as they were sent."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models import Activity, Match, NotReady, db
from models.introduction import INTRODUCTION_MAX
from tests.factories import World, suggest

REASONS = [
    {"kind": "sentences", "asked": "Les corbeilles débordent le dimanche.", "found": "Un capteur dit quand vider.", "similarity": 0.6},
    {"kind": "terms", "terms": ["corbeilles", "tournée"]},
    {"kind": "close_terms", "pairs": [{"asked": "débordent", "found": "remplissage", "similarity": 0.5}]},
    {"kind": "themes", "themes": ["circular_waste"]},
    {"kind": "fits", "condition": "maturity", "maturity": 8, "maturity_min": 7, "maturity_max": None},
    {"kind": "fits", "condition": "territories", "shared": ["street"], "asked": ["street"], "offered": ["street"]},
    {"kind": "contradicts", "condition": "budget", "price_from_cents": 900_000, "price_to_cents": None, "budget_max_cents": 800_000},
]  # fmt: skip


def explained(world: World, **fields: Any) -> Match:
    match = world.match(**fields)
    match.reasons = REASONS
    db.session.commit()
    return match


def test_the_prepared_text_says_what_a_person_can_check_and_nothing_that_one_side_keeps(world: World) -> None:
    text = explained(world).prepared_introduction.replace("\u00a0", " ")

    for words in (
        "Tournées de corbeilles faites à l’aveugle", "Ville de Bagnolet", "Ultrason", "« Les corbeilles débordent le dimanche. »",
        "« Un capteur dit quand vider. »", "corbeilles, tournée", "débordent et remplissage", "Économie circulaire et déchets",
        "la maturité (M8)", "À préciser ensemble : le prix.",
    ):  # fmt: skip
        assert words in text
    assert "8 000" not in text and "800" not in text, "the ceiling is the commune's"


def test_what_is_prepared_can_always_be_sent(world: World) -> None:
    long = "très " * 22
    need = world.need(title=f"<b>{long}</b>"[:120])
    match = explained(world, need=need, solution=world.solution(title=f"{long} a@b.fr"[:120]))
    match.reasons = [
        {"kind": "sentences", "asked": f"Écrivez à nous@exemple.fr. {'mot ' * 200}", "found": "<script>x</script>", "similarity": 0.5}
    ] * 2 + REASONS[1:]  # fmt: skip

    match.approve(by=world.curator)

    assert 0 < len(match.introduction) <= INTRODUCTION_MAX
    assert "@" not in match.introduction and "<" not in match.introduction


def test_the_words_of_the_team_are_kept_and_written_into_the_journal(world: World) -> None:
    match = explained(world)
    words = "Nous vous présentons parce que vos tournées se ressemblent.\nÀ vous de voir."

    match.approve(by=world.curator, introduction=f"  {words}\r\n")

    act = db.session.scalars(sa.select(Activity).where(Activity.action == "approve")).one()
    assert match.introduction == act.details["introduction"] == words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("  \u200b ", "Dites en une ou deux phrases"),
        ("x" * (INTRODUCTION_MAX + 1), "2001 signes"),
        ("Écrivez donc directement à nour@exemple.fr, elle attend.", "Ôtez l’adresse électronique"),
        ("Regardez <b>bien</b> cette proposition, elle vous ira.", "Ôtez les balises"),
    ],
)
def test_what_must_not_leave_is_refused_with_a_sentence_and_nothing_moves(
    world: World, words: str, said: str
) -> None:
    match = explained(world)
    with pytest.raises(NotReady) as refused:
        match.approve(by=world.curator, introduction=words)
    assert said in str(refused.value)
    assert match.status == "suggested" and match.introduction == ""


def test_an_undone_approval_gives_its_words_back_until_a_text_changes(world: World) -> None:
    match = explained(world)
    match.approve(by=world.curator, introduction="Des mots choisis avec soin ce matin.")
    match.undo(by=world.curator)
    assert match.prepared_introduction == "Des mots choisis avec soin ce matin."

    again = {"need_hash": "n1", "solution_hashes": {match.solution_id: "s1"}}
    Match.propose(match.need, [suggest(match.solution, score=0.7)], **again)
    assert match.prepared_introduction == "Des mots choisis avec soin ce matin."

    Match.propose(match.need, [suggest(match.solution)], **(again | {"need_hash": "n2"}))
    assert match.prepared_introduction.startswith("Nous rapprochons le besoin")
