"""Companies that nobody has joined: listed for the team, written to once, reminded once, left in peace when they ask."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Campaign, CompanyInvitation, ImportRun, Notification, NotReady, OptOut, Organization, db
from models.database import utc_now
from tests.arrivals import LETTER, make_campaign, make_letter, make_prospects
from tests.client import Client, shown
from tests.factories import World, make_siret
from tests.sirene_extract import make_rows, write
from workers.campaigns import write_campaigns
from workers.imports import run_imports
from workers.mail import deliver_notifications


def letters() -> list[CompanyInvitation]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(CompanyInvitation).order_by(CompanyInvitation.id)))


def owed_to_addresses() -> list[tuple[str, str]]:
    query = sa.select(Notification).where(Notification.address.is_not(None)).order_by(Notification.id)
    return [(row.kind, row.status) for row in db.session.scalars(query)]


# ------------------------------------------------------------------ files, through the pages


def test_a_file_is_read_shown_imported_and_its_refused_rows_taken_away(client: Client, world: World) -> None:
    client.sign_in(world.curator)
    contents = write(make_rows(40), encoding="cp1252", delimiter=";")
    sent = client.post(
        "/curation/entreprises/fichiers",
        {"file": (io.BytesIO(contents), "extrait.csv"), "naf": "62, 71.12B", "places": "Est Ensemble, 93066"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303, shown(sent)
    assert "Reçu, à lire" in shown(client.get(sent.location))
    run_imports()
    page = shown(client.get(sent.location))
    assert "Rien n’est écrit" in page and "Importer" in page and "Activité qui n’est pas demandée" in page
    client.post(f"{sent.location}/importer")
    run_imports()
    page = shown(client.get(sent.location))
    assert "Importé" in page and "0 seconde" not in page
    table = client.get(f"{sent.location}/refus.csv")
    run = db.session.scalars(sa.select(ImportRun)).one()
    assert table.text.count("\r\n") == 1 + run.counts["refused"]
    assert run.counts["refused"] + run.counts["new"] == 40
    listed = shown(client.get("/curation/entreprises?naf=62&places=Plaine+Commune"))
    assert "Saint-Denis" in listed and "Bagnolet" not in listed.partition("<ul")[2]


@pytest.mark.parametrize(("naf", "places", "words"), [("douze", "", "code NAF"), ("", "Lyon", "commune")])
def test_a_wrong_code_or_place_is_said_at_its_field(
    client: Client, world: World, naf: str, places: str, words: str
) -> None:
    client.sign_in(world.curator)
    refused = client.post(
        "/curation/entreprises/fichiers",
        {"file": (io.BytesIO(write(make_rows(3))), "x.csv"), "naf": naf, "places": places},
        content_type="multipart/form-data",
    )
    assert refused.status_code == 422 and words in shown(refused)
    assert db.session.scalar(sa.select(sa.func.count(ImportRun.id))) == 0


def test_an_imported_company_is_seen_by_nobody_but_its_people_find_and_claim_it(
    client: Client, world: World
) -> None:
    (company,) = make_prospects(world, 1)
    sam = world.user("Sam")
    client.sign_in(sam)
    assert client.get(f"/organisations/{company.id}-{company.slug}").status_code == 404
    assert company.display_name in shown(client.get(f"/organisations/choisir?q={company.siret}"))
    client.post(f"/organisations/{company.id}/rejoindre")
    assert db.session.get(Organization, company.id).status == "pending"
    assert sam.membership_of(company).role == "org_admin"


def test_the_team_writes_down_an_address_and_nothing_leaves(client: Client, world: World) -> None:
    (company,) = make_prospects(world, 1, with_address=False)
    client.sign_in(world.curator)
    client.post(f"/curation/organisations/{company.id}/adresse", {"contact_email": "Contact@Societe.example"})
    assert db.session.get(Organization, company.id).contact_email == "contact@societe.example"
    client.post(f"/curation/organisations/{company.id}/adresse", {"contact_email": "pas une adresse"})
    assert db.session.get(Organization, company.id).contact_email == "contact@societe.example"
    assert owed_to_addresses() == []


# ------------------------------------------------------------------ campaigns


def test_nothing_leaves_before_a_person_starts_it_then_each_address_has_one_letter(
    client: Client, world: World
) -> None:
    one, two, three = make_prospects(world, 3)
    three.contact_email = two.contact_email
    make_prospects(world, 1, with_address=False)
    client.sign_in(world.curator)
    made = client.post(
        "/curation/campagnes/nouvelle",
        {"title": "Numérique", "text": LETTER, "naf": "62", "places": "Bagnolet"},
    )
    page = shown(client.get(made.location))
    assert "3, au plus" in page.replace("</b>", "")
    write_campaigns()
    assert letters() == []
    client.post(f"{made.location}/lancer")
    write_campaigns()
    write_campaigns()
    assert [letter.organization_id for letter in letters()] == [one.id, two.id, three.id]
    assert owed_to_addresses() == [("company_invited", "owed")] * 2, "one address, one letter"
    deliver_notifications()
    assert [letter.fate for letter in letters()] == ["sent", "sent", "shared"]
    page = shown(client.get(made.location))
    assert "Lettres parties" in page and "Écrit une fois" in page


def test_a_letter_says_where_the_address_comes_from_and_how_to_have_no_more(app: Flask, world: World) -> None:
    from email import message_from_bytes, policy

    letter = make_letter(world)
    folder = Path(app.config["SETTINGS"].mail_url.partition(":")[2])
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    (mail,) = [mail for mail in mails if letter.email in str(mail["To"])]
    address = f"http://localhost/ne-plus-recevoir/{letter.token}"
    assert mail["List-Unsubscribe"].strip() == f"<{address}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    assert address in text and "SIRENE" in text and letter.organization.siret in text
    assert "des communes de la Métropole" in " ".join(text.split())


def test_one_click_without_a_page_without_a_session_and_no_campaign_writes_again(
    client: Client, world: World
) -> None:
    letter = make_letter(world)
    assert "Ne plus m’écrire" in shown(client.get(f"/ne-plus-recevoir/{letter.token}"))
    assert letters()[0].opted_out_at is None, "scanners of mail open every link"
    for _ in range(2):
        answer = client.post(
            f"/ne-plus-recevoir/{letter.token}", {"List-Unsubscribe": "One-Click"}, with_token=False
        )
        assert answer.status_code == 200 and "C’est noté" in shown(answer)
    assert letters()[0].fate == "opted_out"
    (row,) = db.session.scalars(sa.select(OptOut))
    assert letter.email not in row.email_hash and len(row.email_hash) == 64

    with time_machine.travel(utc_now() + timedelta(days=120)):
        campaign = make_campaign(world, "running", count=1)
        write_campaigns()
        deliver_notifications()
        again = [one for one in letters() if one.campaign_id == campaign.id]
        assert {one.email: one.fate for one in again}[letter.email] == "opted_out"
        assert len([one for one in again if one.fate == "sent"]) == 1
    assert client.get("/ne-plus-recevoir/faux").status_code == 404


def test_one_reminder_after_two_weeks_to_those_who_did_not_come(client: Client, world: World) -> None:
    with time_machine.travel(utc_now() - timedelta(days=15)):
        campaign = make_campaign(world, "running", count=3)
        write_campaigns()
        deliver_notifications()
        db.session.expire_all()
        with pytest.raises(NotReady, match="quatorze jours"):
            campaign.remind(by=world.curator)
        db.session.rollback()
    quiet, joined, silent = letters()
    quiet.opt_out()
    joined.organization.claim(by=world.user("Sam"))
    db.session.commit()
    client.sign_in(world.curator).post(f"/curation/campagnes/{campaign.id}/relancer")
    write_campaigns()
    write_campaigns()
    deliver_notifications()
    assert [letter.fate for letter in letters()] == ["opted_out", "joined", "reminded"]
    assert owed_to_addresses().count(("company_reminded", "sent")) == 1
    with pytest.raises(NotReady, match="une"):
        campaign.remind(by=world.curator)
    assert silent.reminded_at is not None


def test_a_stopped_campaign_and_a_company_that_was_joined_meanwhile_hold_letters_back(world: World) -> None:
    campaign = make_campaign(world, "running", count=2)
    write_campaigns()
    first, _second = letters()
    first.organization.claim(by=world.user("Sam"))
    db.session.commit()
    deliver_notifications()
    assert sorted(status for _kind, status in owed_to_addresses()) == ["dropped", "sent"]
    other = make_campaign(world, "running", count=1)
    write_campaigns()
    db.session.expire_all()
    other.stop(by=world.curator)
    db.session.commit()
    deliver_notifications()
    assert [status for _kind, status in owed_to_addresses()].count("sent") == 1
    assert campaign.status == "done"


def test_a_campaign_without_anybody_to_write_to_does_not_start(client: Client, world: World) -> None:
    campaign = make_campaign(world, count=0)
    client.sign_in(world.curator)
    assert "ne peut pas partir" in shown(client.get(f"/curation/campagnes/{campaign.id}"))
    client.post(f"/curation/campagnes/{campaign.id}/lancer")
    db.session.expire_all()
    assert campaign.status == "draft"
    assert make_siret(1) != make_siret(2)


def test_a_letter_too_short_to_say_why_is_refused_while_it_is_written_with_what_was_typed(
    client: Client, world: World
) -> None:
    client.sign_in(world.curator)
    answer = client.post(
        "/curation/campagnes/nouvelle", {"title": "Essai", "text": "Venez lire.", "naf": "62"}
    )
    assert answer.status_code == 422 and "Venez lire." in answer.text
    assert "quatre-vingts caractères" in shown(answer)
    assert db.session.scalar(sa.select(sa.func.count(Campaign.id))) == 0


def test_where_a_letter_leads_one_reads_the_needs_and_opens_an_account(client: Client, world: World) -> None:
    page = client.get("/comment-ca-marche").text.partition("<main")[2].partition("</main")[0]
    assert 'href="/besoins"' in page and 'href="/inscription"' in page
