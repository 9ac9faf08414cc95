"""Questions: asked without a name, answered to all at the same moment; nobody but the asker's organisation learns who asked."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from models import Activity, Follow, Notification, Question, db
from models.calendar import today_in_paris
from models.database import utc_now
from tests.client import Client, shown
from tests.factories import World, owed
from tests.questions import ANSWER, REASON, TEXT, make_question


def _asked(world: World, client: Client, text: str = TEXT) -> Question:
    """Ultrason asks on a need of Bagnolet, by the page."""
    need = world.need()
    client.sign_in(world.startup.contributor)
    sent = client.post(f"/besoins/{need.id}/questions", {"text": text})
    assert sent.status_code == 303
    return db.session.scalars(sa.select(Question)).one()


def test_a_question_is_asked_answered_and_read_by_everybody_without_a_name(
    client: Client, world: World
) -> None:
    question = _asked(world, client)
    assert owed(world.bagnolet.contributor, "question_received") == ["question_received"]

    client.sign_in(world.bagnolet.contributor)
    assert "Une question attend votre réponse" in client.get("/mon-espace").text
    done = client.post(f"/questions/{question.id}/repondre", {"public_text": TEXT, "answer": ANSWER})
    assert done.status_code == 303

    client.forget()
    for address in (
        f"/besoins/{question.need_id}/questions",
        f"/besoins/{question.need_id}-{question.need.slug}",
    ):
        page = shown(client.get(address))
        assert TEXT in page and ANSWER in page
        assert "Ultrason" not in page and world.startup.contributor.last_name not in page


def test_who_asked_is_read_by_their_organisation_alone(client: Client, world: World) -> None:
    question = make_question(world)
    need = question.need
    pages = [
        f"/besoins/{need.id}-{need.slug}", f"/besoins/{need.id}/questions", f"/questions/{question.id}", "/mon-espace",
        f"/questions/{question.id}/repondre", f"/questions/{question.id}/repondre-au-demandeur",
        f"/questions/{question.id}/reunir", f"/questions/{question.id}/ecarter", "/mon-espace/messages",
    ]  # fmt: skip
    people = world.bagnolet
    for person in (
        people.contributor,
        people.validator,
        people.org_admin,
        world.curator,
        world.admin,
        world.rival.org_admin,
    ):
        client.sign_in(person)
        for address in pages:
            page = client.get(address, follow_redirects=True).text
            assert "Ultrason" not in page and world.startup.contributor.last_name not in page, address
            # How many are told would say how large the asker is.
            assert "personnes seront prévenues" not in page, address
    client.sign_in(world.startup.org_admin)
    page = client.get(f"/questions/{question.id}").text
    assert "Ultrason" in page and world.startup.contributor.name in page


def test_the_journal_keeps_no_word_of_a_question_and_pages_of_it_no_name(world: World) -> None:
    from webapp.filters import who
    from workers.messages.message import actor_of

    question = make_question(world, "answered_publicly")
    asked, answered = db.session.scalars(Activity.of(question))
    assert (asked.action, answered.action) == ("create", "answer_publicly")
    assert TEXT not in str(asked.details) and ANSWER not in str(answered.details)
    assert len(asked.details["text"]["sha256"]) == 64 and asked.need_id == question.need_id
    assert who(asked) == actor_of(asked) == "une entreprise"
    assert who(answered) == question.need.author.name


def test_no_page_and_no_message_says_who_acted_but_through_the_function_that_hides_who_asks() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    through = {"webapp/filters.py", "workers/messages/message.py"}
    # It shows the acts of an interest only, to its two sides.
    through.add("webapp/interests/stages.py")
    files = (
        path
        for folder in ("webapp", "workers")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html")
    )
    naming = {
        str(path.relative_to(root)) for path in files if re.search(r"\.actor\b(?!_id)", path.read_text())
    }
    assert naming <= through


@pytest.mark.parametrize(
    "words",
    ["Chez ultrason, nos sondes conviennent-elles ?", "Écrivez-moi à moi@exemple.fr pour la serrure.", "Rappelez-moi au 06 12 34 56 78 ?"],
)  # fmt: skip
def test_a_question_that_says_who_asks_is_stopped_once_with_its_text_kept(
    client: Client, world: World, words: str
) -> None:
    need = world.need()
    client.sign_in(world.startup.contributor)
    refused = client.post(f"/besoins/{need.id}/questions", {"text": words})
    assert refused.status_code == 422 and "dit qui vous êtes" in shown(refused) and words in refused.text
    assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 0
    assert client.post(f"/besoins/{need.id}/questions", {"text": words, "knowingly": "y"}).status_code == 303


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Chez loutre et lanterne, nos agents conviennent-ils ?", True),
        ("Est-ce que Célestine décroche la nuit aussi ?", True),
        ("Faut-il un agent vocal qui décroche la nuit ?", False),
    ],
)
def test_the_name_of_ones_product_or_ones_own_written_otherwise_says_who_asks_too(
    client: Client, world: World, words: str, told: bool
) -> None:
    asker, need = world.company("Loutre & Lanterne"), world.need()
    world.solution(asker, title="Célestine décroche : l’agent vocal qui répond à la première sonnerie")
    client.sign_in(asker.contributor)
    answer = client.post(f"/besoins/{need.id}/questions", {"text": words})
    assert answer.status_code == (422 if told else 303)


def test_questions_stop_before_responses_at_midnight_in_paris(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.startup.contributor)
    assert need.questions_close_at is not None and need.closes_on is not None
    assert need.questions_close_on < need.closes_on
    with time_machine.travel(need.questions_close_at + timedelta(seconds=1), tick=False):
        client.sign_in(world.startup.contributor)
        late = client.post(f"/besoins/{need.id}/questions", {"text": TEXT})
        assert late.status_code == 422 and "leur date est passée" in shown(late) and TEXT in late.text
        assert need.takes_responses
    with time_machine.travel(need.questions_close_at, tick=False):
        client.sign_in(world.startup.contributor)
        assert client.post(f"/besoins/{need.id}/questions", {"text": TEXT}).status_code == 303


def test_asking_twice_the_same_thing_makes_one_question(client: Client, world: World) -> None:
    question = _asked(world, client)
    assert client.post(f"/besoins/{question.need_id}/questions", {"text": TEXT}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 1


def test_an_answer_to_all_is_owed_to_everybody_concerned_at_one_instant(world: World) -> None:
    need = world.need()
    follower, drafting = world.user("Suiveuse"), world.company("Brouillon & Cie")
    Follow.begin(user=follower, kind="need", key=need.id)
    world.response(need, world.rival, "submitted")
    world.response(need, drafting, "draft")
    make_question(world, "answered_publicly", need=need)
    told = db.session.scalars(sa.select(Notification).where(Notification.kind == "question_answered")).all()
    people = {
        follower.id,
        *(m.id for m in (*world.rival.organization.members(), *drafting.organization.members())),
    }
    people |= {member.id for member in world.startup.organization.members()}
    assert {one.recipient_id for one in told} == people and len(told) == len(people)
    assert len({one.due_at for one in told}) == 1


def test_a_private_answer_goes_to_the_asker_alone_with_its_reason_in_the_journal(
    client: Client, world: World
) -> None:
    question = make_question(world)
    client.sign_in(world.bagnolet.contributor)
    address = f"/questions/{question.id}/repondre-au-demandeur"
    short = client.post(address, {"answer": ANSWER, "reason": "Secret."})
    assert short.status_code == 422 and ANSWER in short.text
    assert client.post(address, {"answer": ANSWER, "reason": REASON}).status_code == 303
    assert owed(world.startup.contributor, "question_answered_privately") and not owed(
        world.rival.contributor
    )
    last = list(db.session.scalars(Activity.of(question)))[-1]
    assert last.details["reason"] == REASON and ANSWER not in str(last.details)
    client.sign_in(world.startup.contributor)
    assert ANSWER in client.get(f"/questions/{question.id}").text
    client.sign_in(world.rival.contributor)
    assert client.get(f"/questions/{question.id}").status_code == 404
    assert ANSWER not in client.get(f"/besoins/{question.need_id}/questions").text


def test_two_questions_of_two_companies_have_one_answer_which_both_receive(
    client: Client, world: World
) -> None:
    kept = make_question(world, company=world.rival, text="Les serrures sont-elles toutes pareilles ?")
    double = make_question(world, need=kept.need)
    client.sign_in(world.bagnolet.contributor)
    assert client.post(f"/questions/{double.id}/reunir", {"into": str(kept.id)}).status_code == 303
    assert owed(world.startup.contributor, "question_merged") and not owed(
        world.rival.contributor, "question_merged"
    )
    private = client.post(f"/questions/{kept.id}/repondre-au-demandeur", {"answer": ANSWER, "reason": REASON})
    assert private.status_code == 422 and "la réponse doit être publique" in private.text
    client.post(f"/questions/{kept.id}/repondre", {"public_text": kept.text, "answer": ANSWER})
    for company in (world.startup, world.rival):
        assert owed(company.contributor, "question_answered") == ["question_answered"]
    client.sign_in(world.startup.contributor)
    assert ANSWER in client.get(f"/questions/{double.id}").text


def test_a_rejected_question_tells_its_asker_why(client: Client, world: World) -> None:
    question = make_question(world)
    client.sign_in(world.bagnolet.contributor)
    client.post(f"/questions/{question.id}/ecarter", {"reason": "Le besoin le dit déjà dans ses précisions."})
    assert owed(world.startup.contributor, "question_rejected")
    client.sign_in(world.startup.contributor)
    assert "Le besoin le dit déjà" in client.get(f"/questions/{question.id}").text


def test_questions_end_with_their_need_and_who_asked_learns_how_it_ended(world: World) -> None:
    waiting = make_question(world)
    waiting.need.withdraw(by=world.bagnolet.validator, reason="Le projet change de périmètre.")
    assert waiting.status == "void" and owed(world.startup.contributor, "need_withdrawn")
    other = make_question(world, company=world.rival)
    other.need.close()
    assert other.status == "asked"
    other.need.conclude(
        by=world.bagnolet.validator, outcome="unsuccessful", reason="Aucune réponse n’est arrivée."
    )
    db.session.commit()
    assert other.status == "void" and owed(world.rival.contributor, "need_concluded_followed")


def test_a_question_follows_an_amendment_when_its_answer_changes_the_need(
    client: Client, world: World
) -> None:
    question = make_question(world)
    client.sign_in(world.bagnolet.validator)
    page = client.get(f"/questions/{question.id}/repondre").text
    assert f"/besoins/{question.need_id}/modifier" in page
    client.sign_in(world.bagnolet.contributor)
    assert "Demandez à un validateur de le modifier" in client.get(f"/questions/{question.id}/repondre").text


def test_a_company_that_is_not_verified_prepares_and_is_told_why_it_must_wait(
    client: Client, world: World
) -> None:
    people = world.company("Toute Neuve", verified=False)
    need = world.need(closes_on=today_in_paris() + timedelta(days=40))
    client.sign_in(people.contributor)
    refused = client.post(f"/besoins/{need.id}/questions", {"text": TEXT})
    assert refused.status_code == 422 and "doit d’abord vérifier votre organisation" in refused.text
    assert utc_now() < need.questions_close_at


def test_who_answers_after_a_colleague_did_is_told_and_keeps_the_words(client: Client, world: World) -> None:
    question = make_question(world, "rejected")
    client.sign_in(world.bagnolet.validator)
    late = client.post(f"/questions/{question.id}/repondre", {"public_text": TEXT, "answer": ANSWER})
    assert (
        late.status_code in (409, 422) and ANSWER in late.text and "cette question est écartée" in late.text
    )
    assert client.get(f"/questions/{question.id}/repondre").status_code == 303
