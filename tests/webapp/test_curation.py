"""The team's desk: decide on proposals, follow what comes of them. Reviews: test_reviews.py."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from markupsafe import escape

from models import Match, Need, Notification, db
from models.database import utc_now
from tests.client import Client, shown
from tests.factories import World, owed
from webapp.curation import queue


def path(match: Match, act: str = "") -> str:
    return f"/curation/propositions/{match.id}" + (f"/{act}" if act else "")


def retain(desk: Client, match: Match, words: str | None = None) -> Any:
    """Press « Retenir » with the words that stand on the desk, or with others."""
    return desk.post(
        path(match, "retenir"), {"introduction": match.prepared_introduction if words is None else words}
    )


def three(world: World) -> list[Match]:
    """Three proposals of one need, the closest first."""
    need = world.need()
    titles = (
        "Sondes pour corbeilles de rue",
        "Compacteurs solaires reliés",
        "Tournées calculées chaque matin",
    )
    return [world.match(need, world.solution(title=title), rank=rank) for rank, title in enumerate(titles, 1)]


def age(match: Match, days: int) -> None:
    match.suggested_at = utc_now() - timedelta(days=days)
    db.session.commit()


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    return client.sign_in(world.curator)


# ------------------------------------------------------------------ the desk


def test_the_desk_opens_the_closest_proposal_of_the_need_that_has_waited_longest(
    desk: Client, world: World
) -> None:
    world.match(world.need(title="Un besoin tout récent de la ville"))
    old = world.match(world.need(title="Un besoin qui attend depuis longtemps"))
    age(old, 4)
    page = desk.get("/curation").text
    assert re.search(r"<h1[^>]*>Un besoin qui attend depuis longtemps", page)
    assert "en retard" in page and "proposition 1 sur 1" in page
    assert page.index("Un besoin qui attend") < page.index("Un besoin tout récent")


def test_a_need_just_published_is_found_from_the_desk_and_from_its_own_page(
    desk: Client, world: World
) -> None:
    for number in range(queue.LINES):
        age(world.match(world.need(title=f"Un besoin ancien, le numéro {number}")), 3)
    latest = world.match(world.need(title="Un besoin publié à l’instant même"))
    assert "Un besoin publié" not in desk.get("/curation").text
    assert 'href="/curation/file"' in desk.get("/curation").text
    listed = desk.get("/curation/file").text
    assert listed.index("Un besoin publié à l’instant même") < listed.index("Un besoin ancien")
    assert f'href="{path(latest)}"' in listed
    assert f'href="{path(latest)}"' in desk.get(f"/curation/besoins/{latest.need_id}").text


def all_are_compared() -> None:
    db.session.execute(sa.update(Need).values(matched_at=utc_now()))
    db.session.commit()


def test_an_empty_desk_says_so_and_what_to_do_next(desk: Client, world: World) -> None:
    world.solution(status="in_review")
    all_are_compared()
    page = desk.get("/curation").text
    assert "Rien à décider" in page and "Aller aux relectures" in page


def test_a_desk_that_is_empty_because_needs_are_still_compared_does_not_say_that_all_is_read(
    desk: Client, world: World
) -> None:
    all_are_compared()
    assert "Rien à décider" in desk.get("/curation").text
    world.need()
    page = shown(desk.get("/curation"))
    assert "Des propositions arrivent" in page and "en train d’être comparé" in page
    assert "Rien à décider" not in page


def test_a_proposal_shows_both_texts_the_reasons_and_no_naked_percentage(desk: Client, world: World) -> None:
    match = world.match(closeness="very_close")
    page = desk.get(path(match)).text
    assert "très proche" in page and "Pourquoi cette proposition" in page
    assert match.need.irritant[:40] in page and match.solution.pitch[:40] in page
    assert "80 %" not in page.replace("\u00a0", " ")


def test_retaining_tells_both_sides_in_a_minute_and_opens_the_next_proposal(
    desk: Client, world: World
) -> None:
    first, second, _third = three(world)
    told = queue.people_told(queue.read_whole(first.id))
    assert f"Retenir prévient {told} personnes" in desk.get(path(first)).text
    answer = retain(desk, first)
    assert answer.location == path(second)
    assert first.status == "approved" and first.decided_by == world.curator
    assert owed(world.startup.contributor, "match_for_supplier") == ["match_for_supplier"]
    assert owed(world.bagnolet.validator, "match_for_buyer") == ["match_for_buyer"]
    due = db.session.scalars(sa.select(Notification).where(Notification.kind == "match_for_supplier")).first()
    assert due is not None and due.due_at > utc_now()
    page = desk.get(path(second)).text
    assert "Proposition retenue" in page and path(first, "annuler") in page and "proposition 1 sur 2" in page


def test_the_undo_of_the_next_page_brings_it_back_and_stops_the_messages(desk: Client, world: World) -> None:
    first, *_rest = three(world)
    retain(desk, first)
    answer = desk.post(path(first, "annuler"))
    assert answer.location == path(first)
    assert first.status == "suggested" and first.decided_by is None
    assert owed(world.startup.contributor, "match_for_supplier") == []
    assert "proposition 1 sur 3" in desk.get(path(first)).text


def test_after_the_minute_the_undo_is_refused_with_a_sentence(desk: Client, world: World) -> None:
    match = world.match(status="approved")
    match.decided_at = utc_now() - timedelta(seconds=61)
    db.session.commit()
    answer = desk.post(path(match, "annuler"))
    assert answer.status_code == 303 and match.status == "approved"
    assert "La minute est passée" in desk.get(answer.location).text


def test_dismissing_asks_why_on_a_page_that_needs_no_script(desk: Client, world: World) -> None:
    match = world.match()
    assert "Hors sujet" in desk.get(path(match, "ecarter")).text
    answer = desk.post(path(match, "ecarter"), {"note": "Déjà vu en mars."})
    assert (
        answer.status_code == 422
        and "Choisissez pourquoi" in answer.text
        and "Déjà vu en mars." in answer.text
    )
    answer = desk.post(path(match, "ecarter"), {"reason_code": "other", "note": ""})
    assert answer.status_code == 422 and "Dites en quelques mots" in answer.text
    answer = desk.post(path(match, "ecarter"), {"reason_code": "off_topic", "note": "Conteneurs enterrés."})
    assert answer.location == "/curation"
    assert (match.status, match.reason_code, match.note) == ("dismissed", "off_topic", "Conteneurs enterrés.")


@pytest.mark.parametrize("note", ["x" * 1_000_000, "<script>alert(1)</script>", "avec\x07cloche"])
def test_a_strange_note_gets_a_sentence_or_is_kept_as_text(desk: Client, world: World, note: str) -> None:
    match = world.match()
    answer = desk.post(path(match, "ecarter"), {"reason_code": "quality", "note": note})
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in answer.text


def test_of_two_who_decide_the_second_learns_what_changed_and_keeps_the_note(
    desk: Client, world: World
) -> None:
    match = world.match()
    match.approve(by=world.admin)
    match.introduce()
    db.session.commit()
    answer = desk.post(
        path(match, "ecarter"), {"reason_code": "quality", "note": "Trop cher pour une ville moyenne."}
    )
    assert answer.status_code == 409
    assert (
        "l’entreprise a déjà été prévenue" in answer.text
        and "Trop cher pour une ville moyenne." in answer.text
    )
    assert "Ada" in answer.text  # who decided
    answer = retain(desk, match, "Des mots écrits pendant qu’Ada décidait.")
    assert answer.status_code == 409
    assert "déjà été prévenue" in answer.text and "Des mots écrits pendant qu’Ada décidait." in answer.text


def test_putting_off_brings_it_back_in_a_week_unless_told_otherwise(desk: Client, world: World) -> None:
    first, second, third = three(world)
    desk.post(path(first, "reporter"))
    desk.post(path(second, "reporter"), {"days": "1"})
    desk.post(path(third, "reporter"), {"days": "9999"})
    days = [
        (m.snoozed_until - utc_now()).total_seconds() / 86400
        for m in (first, second, third)
        if m.snoozed_until
    ]
    assert [m.status for m in (first, second, third)] == ["snoozed"] * 3
    assert 6 < days[0] < 8 and 0 < days[1] < 2 and 6 < days[2] < 8
    answer = desk.post(path(first, "reporter"))
    assert answer.location == path(first) and "reportée" in desk.get(path(first)).text


def test_neighbours_go_from_need_to_need(app: Any, world: World) -> None:
    first, second, third = three(world)
    other = world.match(world.need(title="Un autre besoin, plus récent"))
    for match in (first, second, third):
        age(match, 3)
    waiting = queue.read_waiting()
    assert waiting.numbers == [first.id, second.id, third.id, other.id]
    place = queue.place_of(second, waiting)
    assert (place.position, place.total, place.previous, place.next) == (2, 3, first.id, third.id)
    assert (
        queue.place_of(third, waiting).next == other.id
        and queue.place_of(other, waiting).previous == third.id
    )
    assert queue.place_of(first, waiting).previous is None and queue.place_of(other, waiting).next is None


def test_after_the_last_of_a_need_those_passed_over_come_before_another_need(app: Any, world: World) -> None:
    first, second, third = three(world)
    other = world.match(world.need(title="Un autre besoin, bien plus ancien"))
    age(other, 9)
    third.dismiss(by=world.curator, reason_code="quality")
    assert queue.next_to_decide(third) == first.id
    for match in (first, second):
        match.dismiss(by=world.curator, reason_code="quality")
    assert queue.next_to_decide(second) == other.id


def introduce(world: World, owner: Any, count: int) -> None:
    for _ in range(count):
        world.match(world.need(), world.solution(owner), "introduced")


def test_a_company_that_takes_too_large_a_share_of_a_theme_is_pointed_out(desk: Client, world: World) -> None:
    introduce(world, world.startup, 6)
    introduce(world, world.rival, 3)
    match = world.match(world.need(), world.solution(world.rival))
    exposure = queue.measure_exposure(match)
    assert exposure.introductions == 3
    assert [(share.theme, share.own, share.total) for share in exposure.crowded] == [
        ("circular_waste", 4, 10)
    ]
    assert "Égalité de traitement" in desk.get(path(match)).text
    newcomer = world.match(world.need(), world.solution(world.company("Troisième voie")))
    assert queue.measure_exposure(newcomer).crowded == []
    assert "Égalité de traitement" not in desk.get(path(newcomer)).text


def test_who_has_answered_already_is_said_before_a_needless_message_leaves(
    desk: Client, world: World
) -> None:
    need = world.need()
    world.response(need)
    match, other = world.match(need, world.solution()), world.match(need, world.solution(world.rival))
    assert "Déjà en contact\u00a0:" in desk.get(path(match)).text
    assert "Déjà en contact\u00a0:" not in desk.get(path(other)).text


def test_few_introductions_make_no_share(app: Any, world: World) -> None:
    introduce(world, world.startup, 8)
    assert queue.measure_exposure(world.match(world.need(), world.solution())).crowded == []


def test_the_desk_stays_small(desk: Client, world: World) -> None:
    for number in range(15):
        world.match(world.need(title=f"Un besoin parmi quinze, le numéro {number}"))
    page = re.sub(r"<svg.*?</svg>", "<svg>", desk.get("/curation").text, flags=re.DOTALL)
    assert len(re.findall(r"<[a-z]", page)) <= 500
    assert "et 3 autres besoins" in page


# ------------------------------------------------------------------ what we will say


def test_the_desk_shows_the_words_that_will_leave_and_those_that_were_changed_are_the_ones_kept(
    desk: Client, world: World
) -> None:
    match = world.match()
    page = desk.get(path(match)).text
    assert "Ce que nous dirons" in page and "Nous rapprochons le besoin" in page
    retain(desk, match, "Vos corbeilles et leurs sondes : \nà vous de voir si cela va ensemble.")
    assert match.introduction == "Vos corbeilles et leurs sondes : \nà vous de voir si cela va ensemble."
    assert "Ce que nous dirons aux deux parties" in desk.get(path(match)).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Dites en une ou deux phrases"),
        ("Un mot de trop. " * 200, "raccourcissez"),
        ("Écrivez donc à nour@exemple.fr, elle attend votre message.", "Ôtez l’adresse électronique"),
        ("<b>Regardez</b> bien ceci, cela vous ira peut-être.", "Ôtez les balises"),
    ],
)
def test_words_that_cannot_leave_come_back_with_a_sentence(
    desk: Client, world: World, words: str, said: str
) -> None:
    match = world.match()
    answer = retain(desk, match, words)
    assert answer.status_code == 422 and match.status == "suggested"
    assert said in answer.text and str(escape(words.strip())) in answer.text


def test_an_undo_gives_the_changed_words_back(desk: Client, world: World) -> None:
    match = world.match()
    retain(desk, match, "Des mots choisis avec soin ce matin.")
    desk.post(path(match, "annuler"))
    assert "Des mots choisis avec soin ce matin." in desk.get(path(match)).text


def test_what_was_said_is_found_again_in_the_follow_up(desk: Client, world: World) -> None:
    match = world.match()
    match.approve(by=world.curator, introduction="Des mots que l’on veut retrouver en mars.")
    match.introduce()
    db.session.commit()
    for address in ("/curation/suivi", path(match)):
        assert "Des mots que l’on veut retrouver en mars." in desk.get(address).text


# ------------------------------------------------------------------ following up


def test_the_follow_up_shows_decisions_and_what_came_of_them(desk: Client, world: World) -> None:
    match = world.match(status="introduced")
    match.decline(
        by=world.startup.contributor,
        organization=world.startup.organization,
        reason_code="timing",
        note="Pas avant le printemps.",
    )
    world.match(world.need(), world.solution(title="Une piste écartée ce matin"), "dismissed")
    db.session.commit()
    page = desk.get("/curation/suivi").text
    assert (
        "Pas avant le printemps." in page and "Une piste écartée ce matin" in page and "2 aujourd’hui" in page
    )
    only = desk.get("/curation/suivi?status=expired").text
    assert "Aucune mise en relation dans cet état" in only
    assert desk.get("/curation/suivi?status=n-importe&page=999").status_code == 200


def test_pages_of_the_desk_answer_for_things_in_every_status(desk: Client, world: World) -> None:
    matches = [world.match(world.need(), world.solution(), status) for status in Match.lifecycle.statuses]
    solutions = [
        world.solution(status=status)
        for status in ("in_review", "changes_requested", "published", "stale", "suspended", "archived")
    ]
    needs = [
        world.need(status=status) for status in ("in_review", "published", "closed", "concluded", "withdrawn")
    ]
    addresses = [path(m) for m in matches] + [path(m, "ecarter") for m in matches]
    addresses += [f"/curation/solutions/{s.id}" for s in solutions] + [
        f"/curation/besoins/{n.id}" for n in needs
    ]
    for address in addresses:
        assert desk.get(address).status_code == 200, address
