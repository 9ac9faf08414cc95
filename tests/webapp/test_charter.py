"""The charter: versions of a text, who signed which, what happens to who does not sign the next one (R204, R205)."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from pypdf import PdfReader

from models import Activity, Charter, Conflict, Notification, NotReady, Organization, RuleViolation, db
from models.calendar import at_paris, today_in_paris
from models.charter import GRACE
from tests.client import Client, shown
from tests.factories import World
from workers.messages import KINDS, thing_of, why_drop
from workers.reminders import remind_people

#: What companies signed under « 2026-1 » : not a letter of it may change.
SIGNED = "3e16691a48551f84088f1b5e0650c41439b8974dd4d4cfadf9d94882cb929733"
MORE = "\n\nPartager ce qui naît ici\nCe que la communauté produit est partagé avec elle."
DAY = timedelta(days=1)


def publish(world: World, *, valid_from: date | None = None) -> Charter:
    charter = Charter.publish(
        text=Charter.last().text + MORE,
        change_note="Un article dit ce qui est partagé.",
        valid_from=valid_from or today_in_paris(),
        by=world.curator,
    )
    db.session.commit()
    return charter


def told(kind: str) -> list[Notification]:
    return list(db.session.scalars(sa.select(Notification).where(Notification.kind == kind)))


def members() -> set[int]:
    return {organization.id for organization in db.session.scalars(Organization.official_members())}


def test_the_text_that_was_signed_is_the_one_that_is_kept(world: World) -> None:
    text = Path("data/charter/2026-1.txt").read_text(encoding="utf-8").strip()
    assert hashlib.sha256(text.encode()).hexdigest() == SIGNED
    assert (Charter.in_force().text, Charter.in_force().text_hash) == (text, SIGNED)
    signature = world.startup.organization.signatures[0]
    assert (signature.text_hash, signature.user_id) == (SIGNED, world.startup.org_admin.id)


def test_who_signed_an_older_version_has_sixty_days_then_publishes_nothing_new(world: World) -> None:
    company = world.startup.organization
    online, draft = world.solution(), world.solution(status="draft")
    answer = world.response(status="draft")
    assert company.charter_standing.state == "signed"
    charter = publish(world)
    today = today_in_paris()
    assert (company.charter_standing.state, company.charter_standing.until) == ("to_resign", today + GRACE)
    assert company.has_signed_charter and company.id in members()
    draft.submit(by=world.startup.contributor)
    draft.recall(by=world.startup.contributor)
    db.session.commit()

    with time_machine.travel(at_paris(today + GRACE, 23), tick=False):
        assert company.charter_standing.state == "to_resign", "the last day is still theirs"
    with time_machine.travel(at_paris(today + GRACE + DAY, 1), tick=False):
        assert company.charter_standing.state == "blocked" and company.id not in members()
        answer.need.closes_on = today + GRACE + 5 * DAY
        for thing in (draft, answer):
            with pytest.raises(NotReady, match="La charte a changé"):
                thing.submit(by=world.startup.contributor)
        assert (online.status, draft.status, answer.status) == ("published", "draft", "draft")
        company.sign_charter(by=world.startup.validator)
        draft.submit(by=world.startup.contributor)
        assert draft.status == "in_review" and company.id in members()
    assert [one.charter_id for one in company.signatures][-1] == charter.id


def test_who_is_blocked_keeps_right_what_is_online_and_says_nothing_new(client: Client, world: World) -> None:
    who, today = world.startup.contributor, today_in_paris()
    online, sent = world.solution(), world.response()
    words = {name: getattr(online, name) for name in ("title", "pitch", "how_it_works")}
    publish(world)
    with time_machine.travel(at_paris(today + GRACE + DAY, 12), tick=False):
        sent.need.closes_on = today + GRACE + 5 * DAY
        db.session.commit()
        online.revise(by=who, price_note="Le prix a changé.")
        online.confirm(by=who)
        with pytest.raises(NotReady, match="La charte a changé"):
            online.revise(by=who, pitch="Tout autre chose que ce qui a été relu et mis en ligne.")
        db.session.rollback()
        assert online.proposed_changes is None and {name: getattr(online, name) for name in words} == words
        with pytest.raises(NotReady, match="La charte a changé"):
            sent.modify(by=who, summary="Tout autre chose que ce que nous avons envoyé.")
        db.session.rollback()
        client.sign_in(who)
        page = shown(client.get(f"/reponses/{sent.id}"))
        assert "Avant de modifier votre réponse" in page and "La charte a changé" in page
        sent.withdraw(by=who)
        assert sent.status == "withdrawn"


def test_a_suspended_company_changes_nothing_and_may_still_take_back(client: Client, world: World) -> None:
    who, company = world.startup.contributor, world.startup.organization
    online, sent = world.solution(), world.response()
    company.suspend(by=world.curator, reason="Une raison assez longue pour être lue par tous.")
    db.session.commit()
    for act in (
        lambda: online.revise(by=who, price_note="Le prix a changé."),
        lambda: sent.modify(by=who, summary="Tout autre chose que ce que nous avons envoyé."),
    ):
        with pytest.raises(RuleViolation, match="suspendue"):
            act()
        db.session.rollback()
    client.sign_in(who)
    assert "Votre organisation est suspendue" in shown(client.get(f"/reponses/{sent.id}"))
    sent.withdraw(by=who)
    online.archive(by=who)
    assert (sent.status, online.status) == ("withdrawn", "archived")


def test_official_members_are_verified_and_bound_by_the_charter(world: World) -> None:
    signed, waiting = world.startup.organization, world.company("Pas encore", verified=False).organization
    commune = world.bagnolet.organization
    assert {signed.id, commune.id, world.metropole.id} <= members() and waiting.id not in members()
    signed.suspend(by=world.curator, reason="Une raison assez longue pour être lue par tous.")
    db.session.flush()
    assert signed.id not in members()


def test_two_versions_in_the_sixty_days_leave_the_first_date_as_it_was(world: World) -> None:
    company, today = world.startup.organization, today_in_paris()
    publish(world)
    later = publish(world, valid_from=today + 10 * DAY)
    with time_machine.travel(at_paris(today + 11 * DAY, 12), tick=False):
        standing = company.charter_standing
        assert (standing.charter.id, standing.until) == (later.id, today + GRACE)
        company.sign_charter(by=world.startup.validator)
        assert company.charter_standing.state == "signed"
        with pytest.raises(NotReady, match="déjà signée"):
            company.sign_charter(by=world.startup.validator)


def test_a_version_is_numbered_dated_and_never_two_for_one_day(world: World) -> None:
    today = today_in_paris()
    first = publish(world, valid_from=today + 5 * DAY)
    assert Charter.in_force().text_hash == SIGNED, "its day has not come"
    assert world.startup.organization.charter_standing.state == "signed"
    for valid_from, words in ((today - DAY, "Ce jour est passé"), (today + 5 * DAY, "s’applique déjà")):
        with pytest.raises(NotReady, match=words):
            publish(world, valid_from=valid_from)
        db.session.rollback()
    with pytest.raises(NotReady, match="celui de la version précédente"):
        Charter.check(text=first.text, change_note="Rien de neuf.", valid_from=today + 9 * DAY)
    first.withdraw(by=world.curator)
    db.session.commit()
    assert Charter.last().text_hash == SIGNED
    with pytest.raises(RuleViolation, match="ne se retire plus"):
        Charter.in_force().withdraw(by=world.curator)


def test_the_signatories_are_told_on_the_day_at_one_instant_and_reminded_twice(world: World) -> None:
    companies, today = (world.startup, world.rival), today_in_paris()
    publish(world, valid_from=today + 3 * DAY)
    remind_people()
    assert told("charter_resign") == [], "its day has not come"
    signatories = {person.id for who in companies for person in (who.validator, who.org_admin)}
    with time_machine.travel(at_paris(today + 3 * DAY, 1), tick=False):
        remind_people()
        remind_people()
        first = told("charter_resign")
        assert {one.recipient_id for one in first} == signatories and len(first) == 4
        assert {one.due_at for one in first} == {at_paris(today + 3 * DAY, 8)}
    for left, count in ((31, 4), (30, 8), (29, 8), (7, 12), (1, 12)):
        with time_machine.travel(at_paris(today + 3 * DAY + GRACE - left * DAY, 12), tick=False):
            remind_people()
            remind_people()
            assert len(told("charter_resign")) == count, left
    message = KINDS["charter_resign"](world.startup.validator, world.startup.organization, None)
    assert message.action is not None and message.action.url.endswith(
        f"/organisations/{world.startup.organization.id}/charte"
    )


def test_who_signed_or_lost_the_role_is_not_written_to(world: World) -> None:
    company = world.startup.organization
    publish(world)
    remind_people()
    mine = [one for one in told("charter_resign") if one.recipient_id == world.startup.validator.id]
    assert why_drop(mine[0], thing_of(mine[0])) is None
    world.startup.validator.membership_of(company).change_role("contributor", by=world.startup.org_admin)
    db.session.commit()
    assert why_drop(mine[0], thing_of(mine[0])) == "the person no longer belongs to the organisation"
    company.sign_charter(by=world.startup.org_admin)
    others = [one for one in told("charter_resign") if one.recipient_id == world.startup.org_admin.id]
    assert "no longer true" in (why_drop(others[0], thing_of(others[0])) or "")


def test_a_member_who_may_not_sign_tells_who_may_once_a_day(client: Client, world: World) -> None:
    company = world.startup.organization
    publish(world)
    address = f"/organisations/{company.id}/charte"
    client.sign_in(world.startup.contributor)
    assert address in client.get("/mon-espace").text
    page = shown(client.get(address))
    assert world.startup.validator.name in page and "Prévenir le signataire" in page
    assert "Signer la charte</button>" not in page
    assert client.post(address, {"agreed": "y"}).status_code == 403
    for _ in range(2):
        client.post(f"{address}/prevenir")
    asked = told("charter_to_sign")
    assert {one.recipient_id for one in asked} == {world.startup.validator.id, world.startup.org_admin.id}
    assert len(asked) == 2
    acts = [act.action for act in db.session.scalars(Activity.of(company))]
    assert acts.count("ask_to_sign") == 1


def test_a_signatory_reads_what_changed_signs_again_and_takes_the_text_away(
    client: Client, world: World
) -> None:
    company, charter = world.startup.organization, publish(world)
    client.sign_in(world.startup.validator)
    space = shown(client.get("/mon-espace"))
    assert "Signer la nouvelle version de la charte" in space and "d’ici le" in space
    address = f"/organisations/{company.id}/charte"
    page = shown(client.get(address))
    assert "Ce qui a changé depuis la version 2026-1" in page and "<ins>" in page
    assert "Un article dit ce qui est partagé." in page
    assert "votre propriété intellectuelle antérieure" in page
    assert client.post(address, {}).status_code == 422
    client.post(address, {"agreed": "y"})
    page = shown(client.get(address))
    assert "Signée le" in page and world.startup.validator.name in page
    assert f"Version {charter.version}" in page and "Version 2026-1" in page

    answer = client.get(f"{address}/{charter.id}.pdf")
    assert answer.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert charter.text_hash in text.replace("\n", "") and world.startup.validator.name in text
    assert client.get(f"{address}/999.pdf").status_code == 404
    client.sign_in(world.rival.validator)
    assert client.get(f"{address}/{charter.id}.pdf").status_code in (403, 404)


def test_a_blocked_company_reads_why_and_finds_the_button(client: Client, world: World) -> None:
    draft = world.solution(status="draft")
    publish(world)
    with time_machine.travel(at_paris(today_in_paris() + GRACE + DAY, 12), tick=False):
        client.sign_in(world.startup.validator)
        page = shown(client.get(f"/solutions/{draft.id}/rediger/review"))
        assert "La charte a changé" in page, page[-3000:]
        assert f"/organisations/{world.startup.organization.id}/charte" in page
        page = shown(client.get(f"/organisations/{world.startup.organization.id}/charte"))
        assert "Ce qui est en ligne le reste et vos brouillons sont gardés" in page
        assert "Signer la charte" in page
        assert "rien ne se publie avant" in shown(client.get("/mon-espace"))


def test_the_team_writes_a_version_sees_what_changes_and_confirms_once(client: Client, world: World) -> None:
    world.startup, world.rival  # noqa: B018 (made by being asked for)
    client.sign_in(world.curator)
    assert "/curation/charte" in client.get("/curation").text
    fields = {"text": Charter.last().text + MORE, "change_note": "court", "valid_from": str(today_in_paris())}
    refused = client.post("/curation/charte/nouvelle", fields)
    assert refused.status_code == 422 and "10 à 500 caractères" in shown(refused)
    assert "Ce que la communauté produit" in shown(refused)
    fields["change_note"] = "Un article dit ce qui est partagé."
    check = shown(client.post("/curation/charte/nouvelle", fields))
    assert "Relisez avant de publier" in check and "<ins>" in check
    assert "2 organisations devront signer de nouveau" in check
    assert len(list(db.session.scalars(Charter.kept()))) == 1, "nothing is published yet"
    answer = client.post("/curation/charte/nouvelle", {**fields, "confirm": "1"})
    assert answer.location == "/curation/charte"
    page = shown(client.get("/curation/charte"))
    assert world.startup.organization.display_name in page and "2 signatures" in page
    number = Charter.last().id
    assert "<ins>" in client.get(f"/curation/charte/{number}").text
    assert client.post(f"/curation/charte/{number}/retirer").status_code == 303
    assert "ne se retire plus" in shown(client.get("/curation/charte"))
    assert Charter.last().id == number


def test_anybody_reads_the_charter_before_coming_in_but_not_one_to_come(client: Client, world: World) -> None:
    publish(world, valid_from=today_in_paris() + 5 * DAY)
    page = shown(client.get("/charte"))
    assert "Version 2026-1" in page and "Dire vrai" in page and "Partager ce qui naît ici" not in page
    assert "/charte" in client.get("/comment-ca-marche").text


def test_a_version_is_taken_back_before_its_day(client: Client, world: World) -> None:
    charter = publish(world, valid_from=today_in_paris() + 5 * DAY)
    client.sign_in(world.curator)
    assert "s’appliquera le" in shown(client.get("/curation/charte"))
    client.post(f"/curation/charte/{charter.id}/retirer")
    assert charter.version not in shown(client.get("/curation/charte"))


def test_signing_twice_makes_one_signature(world: World) -> None:
    company = world.company("Double", verified=False).organization
    with pytest.raises((NotReady, Conflict)):
        company.sign_charter(by=company.validators()[0])
    assert len(company.signatures) == 1
