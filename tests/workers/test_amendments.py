"""What a changed need tells, in the mail and in the list of messages: what changed, never what the commune keeps for itself."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import force_locale

from models import Follow, Need, Notification, User, db
from models.calendar import today_in_paris
from models.need_columns import PRIVATE, SUBSTANCE
from tests.client import Client
from tests.factories import World
from webapp.filters import day
from webapp.needs.stages import FIELD_NAMES
from workers.messages import as_text, compose
from workers.messages.words import NEED_FIELDS


def letter_to(reader: User, need: Need) -> str:
    """The text of the amendment that this person is owed, on one line with plain spaces."""
    kept = sa.select(Notification).where(
        Notification.recipient_id == reader.id, Notification.kind == "need_amended"
    )
    notification = db.session.scalars(kept).one()
    with force_locale(reader.locale):
        text = as_text(compose(notification, need), reader)
    return " ".join(text.replace("\u00a0", " ").split())


def followed(world: World, **fields: object) -> tuple[Need, User]:
    need, reader = world.need(**fields), world.user("Lectrice")
    Follow.begin(user=reader, kind="need", key=need.id)
    return need, reader


def test_the_mail_names_what_changed_and_leads_to_the_differences(world: World) -> None:
    need, reader = followed(world)
    need.amend(by=world.bagnolet.validator, title="Un tout autre titre de besoin", beneficiaries=900)
    text = letter_to(reader, need)
    assert "Ce qui a changé : - Titre - Personnes concernées" in text
    assert f"/besoins/{need.id}-{need.slug}#changements" in text


def test_a_deadline_that_an_amendment_moves_is_told_with_the_one_before(world: World) -> None:
    closes = today_in_paris() + timedelta(days=30)
    need, reader = followed(world, closes_on=closes)
    need.closes_on = soon = today_in_paris() + timedelta(days=2)
    need.amend(by=world.bagnolet.validator, title="Un tout autre titre de besoin")
    assert need.closes_on > soon
    assert f"- Titre - Échéance : le {day(need.closes_on)} au lieu du {day(soon)}" in letter_to(reader, need)


def test_a_document_that_comes_is_named_as_what_changed(world: World) -> None:
    need, reader = followed(world)
    need.change_documents(by=world.bagnolet.validator, before=[], after=["plan.pdf"])
    assert "Ce qui a changé : - Documents joints" in letter_to(reader, need)


def test_the_ceiling_kept_for_the_commune_is_named_nowhere(client: Client, world: World) -> None:
    need, reader = followed(world, budget_max_cents=1_000_000)
    need.amend(by=world.bagnolet.validator, title="Un tout autre titre de besoin", budget_max_cents=1_500_000)
    assert "Ce qui a changé : - Titre" in letter_to(reader, need)
    assert "ontant" not in letter_to(reader, need) and "15 000" not in letter_to(reader, need)
    db.session.execute(sa.update(Notification).values(status="sent", sent_at=sa.func.current_timestamp()))
    page = client.sign_in(reader).get("/mon-espace/messages").text
    assert "Un besoin a changé" in page and "Ce qui a changé\u00a0: titre<" in page
    assert "ontant" not in page


def test_the_mail_names_fields_as_the_page_of_differences_does() -> None:
    told = {
        name for name in (*SUBSTANCE, "closes_on", "questions_close_on", "documents") if name not in PRIVATE
    }
    assert {name: str(words) for name, words in NEED_FIELDS.items()} == {
        name: str(FIELD_NAMES[name]) for name in told
    }


def test_the_page_of_the_need_has_the_place_that_the_mail_leads_to(client: Client, world: World) -> None:
    need, reader = followed(world)
    need.amend(by=world.bagnolet.validator, title="Un tout autre titre de besoin")
    page = client.sign_in(reader).get(f"/besoins/{need.id}-{need.slug}").text
    assert 'id="changements"' in page
