"""The words that the team read on its desk are those that both sides receive and that the journal keeps."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import Activity, Match, db
from models.database import utc_now
from models.unmet_demand import is_unmet
from tests.factories import HOW, IRRITANT, World
from tests.workers.conftest import Mailbox, words_of
from workers.corpus import Corpus
from workers.mail import deliver_notifications
from workers.matches import propose_matches

WORDS = "Vos tournées se ressemblent : l’une a tort le dimanche, l’autre sait quand passer.\nÀ vous de voir, <5 % d’écart."


def test_what_was_read_is_what_both_sides_receive_and_what_the_journal_keeps(
    world: World, mailbox: Mailbox
) -> None:
    match = world.match()
    match.approve(by=world.curator, introduction=WORDS)
    db.session.commit()
    with time_machine.travel(utc_now() + timedelta(seconds=61)):
        deliver_notifications()

    flat = " ".join(WORDS.split())
    for person in (world.startup.contributor, world.bagnolet.validator):
        (mail,) = [m for m in mailbox.to(person) if re.search("concerner|présentée", str(m["Subject"]))]
        assert flat in words_of(mail).replace(" > ", " ")
        assert "&lt;5" in mail.get_body(("html",)).get_content()
    act = db.session.scalars(sa.select(Activity).where(Activity.action == "approve")).one()
    assert act.details["introduction"] == WORDS == match.introduction
    assert match.status == "introduced"


@pytest.mark.encoder
def test_the_real_reasons_make_a_text_that_can_be_sent(world: World, corpus: Corpus) -> None:
    world.solution()
    need = world.need()
    propose_matches()
    (match,) = db.session.scalars(Match.of_need(need))

    assert "corbeille" in match.prepared_introduction and need.title in match.prepared_introduction
    match.approve(by=world.curator)
    assert match.introduction


@pytest.mark.encoder
def test_the_same_text_under_another_organisations_name_gets_the_same_score_and_the_same_reasons(
    world: World, corpus: Corpus
) -> None:
    def signed(owner: object, name: str) -> int:
        return world.solution(
            owner,
            title=f"Sondes {name} pour corbeilles de rue",
            pitch=f"{name} mesure le remplissage des corbeilles et des conteneurs.",
            how_it_works=f"{HOW} {name} forme vos agents (SIRET {owner.organization.siret}).",
        ).id

    ours, theirs = signed(world.startup, "Ultrason"), signed(world.rival, "Autre Piste")
    need = world.need(irritant=f"À Bagnolet, {IRRITANT}")

    propose_matches()

    one, other = (
        db.session.scalars(Match.of_need(need).where(Match.solution_id == number)).one()
        for number in (ours, theirs)
    )
    assert (one.score, one.closeness, one.reasons) == (other.score, other.closeness, other.reasons)
    compared = ("cosine", "words", "dense", "lexical", "themes", "total")
    assert [one.components[name] for name in compared] == [other.components[name] for name in compared]


@pytest.mark.encoder
def test_a_need_that_nothing_answers_leaves_the_list_when_what_it_wants_is_published(
    world: World, corpus: Corpus
) -> None:
    for number in range(3):
        world.solution(
            world.company(f"Société {number}"),
            title=f"Écoute des personnes âgées isolées, la {number}e",
            pitch="Un appel par semaine par un bénévole formé.",
            how_it_works="Des bénévoles appellent les personnes isolées et préviennent le service social. "
            * 2,
            themes=["social_health"],
        )
    need = world.need()
    propose_matches()
    assert is_unmet(need)
    assert list(db.session.scalars(Match.waiting().where(Match.need_id == need.id))), "one may still look"
    assert list(db.session.scalars(Match.to_curate().where(Match.need_id == need.id))) == []
    db.session.rollback()

    world.solution(world.rival)
    propose_matches()
    assert not is_unmet(need)
