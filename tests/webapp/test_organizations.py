"""Finding, joining, creating an organisation; its page, members and charter; closing it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from models import Membership, Notification, Organization, Territory, db
from tests.client import Client, shown
from tests.factories import World, make_siret, owed
from workers.mail import deliver_notifications

NEW = {
    "kind": "startup",
    "name": "Corbeille & Cie",
    "siret": "",
    "territory": "",
    "description": "",
    "website": "",
}


def of_commune(name: str) -> Organization:
    query = (
        sa.select(Organization).join(Territory).where(Territory.name == name, Organization.kind == "commune")
    )
    organization = db.session.scalar(query)
    assert organization is not None
    return organization


def membership(user, organization) -> Membership | None:
    return db.session.scalar(
        sa.select(Membership).where(
            Membership.user_id == user.id, Membership.organization_id == organization.id
        )
    )


@pytest.mark.parametrize("words", ["bagnolet", "Bagnolet", "  ville de bagnolet ", "BAGNÔLET"])
def test_a_commune_is_found_by_its_name_however_it_is_typed(client: Client, world: World, words: str) -> None:
    client.sign_in(world.user())
    assert "Ville de Bagnolet" in shown(client.get("/organisations/choisir", query_string={"q": words}))


def test_an_organisation_is_found_by_its_siret_with_spaces_or_its_siren(client: Client, world: World) -> None:
    company = world.startup.organization
    client.sign_in(world.user())
    spaced = " ".join((company.siret[:3], company.siret[3:6], company.siret[6:9], company.siret[9:]))
    for words in (spaced, company.siren, of_commune("Bondy").siren):
        page = shown(client.get("/organisations/choisir", query_string={"q": words}))
        assert page.count("/rejoindre") == 1, words


def test_strange_searches_find_nothing_and_break_nothing(client: Client, world: World) -> None:
    client.sign_in(world.user())
    for words in ("", " ", "%", "<script>", "x" * 5000, "\x00", "zzzzzz"):
        page = client.get("/organisations/choisir", query_string={"q": words})
        assert page.status_code == 200, words
        assert "<script>" not in shown(page)


def test_the_first_person_of_a_commune_claims_it_and_waits_for_the_team(client: Client, world: World) -> None:
    nadia, curator = world.user("Nadia"), world.curator
    client.sign_in(nadia)
    commune = of_commune("Montreuil")
    answer = client.post(f"/organisations/{commune.id}/rejoindre")
    assert answer.location == "/mes-themes"
    assert "première personne" in shown(client.get("/mon-espace"))
    assert of_commune("Montreuil").status == "pending"
    assert membership(nadia, commune).role == "org_admin"
    assert owed(nadia) == ["organization_pending"]
    assert owed(curator, "organization_to_verify") == ["organization_to_verify"]


def test_the_second_person_asks_and_an_administrator_accepts(client: Client, world: World) -> None:
    commune, nadia = world.bagnolet, world.user("Nadia")
    client.sign_in(nadia)
    client.post(f"/organisations/{commune.organization.id}/rejoindre")
    asked = membership(nadia, commune.organization)
    assert asked.status == "requested"
    assert owed(commune.org_admin, "membership_requested") == ["membership_requested"]
    assert "attend une réponse" in shown(client.get("/mon-espace"))
    again = client.post(f"/organisations/{commune.organization.id}/rejoindre", follow_redirects=True)
    assert again.status_code == 200
    assert "déjà rejoint" in shown(again)

    client.sign_in(commune.org_admin)
    assert "Nadia" in shown(client.get(f"/organisations/{commune.organization.id}/membres"))
    client.post(f"/membres/{asked.id}/accepter")
    assert membership(nadia, commune.organization).status == "active"
    assert owed(nadia, "membership_accepted") == ["membership_accepted"]


def test_a_refused_person_is_told_and_may_ask_again(client: Client, world: World) -> None:
    commune, nadia = world.bagnolet, world.user("Nadia")
    asked = Membership.request(user=nadia, organization=commune.organization)
    client.sign_in(commune.org_admin).post(f"/membres/{asked.id}/refuser")
    assert owed(nadia) == ["membership_refused"]
    client.sign_in(nadia).post(f"/organisations/{commune.organization.id}/rejoindre")
    assert membership(nadia, commune.organization).status == "requested"


def test_an_address_of_the_organisations_domain_is_a_member_at_once(client: Client, world: World) -> None:
    commune, nadia = world.bagnolet, world.user("Nadia", email="nadia@bagnolet.example")
    commune.organization.email_domains = ["bagnolet.example"]
    client.sign_in(nadia).post(f"/organisations/{commune.organization.id}/rejoindre")
    assert membership(nadia, commune.organization).status == "active"


def test_a_contributor_accepts_nobody(client: Client, world: World) -> None:
    commune, nadia = world.bagnolet, world.user("Nadia")
    asked = Membership.request(user=nadia, organization=commune.organization)
    client.sign_in(commune.validator)
    assert client.post(f"/membres/{asked.id}/accepter").status_code in (403, 404)
    assert membership(nadia, commune.organization).status == "requested"


def test_a_startup_is_created_and_is_led_to_the_charter(client: Client, world: World) -> None:
    sam, curator = world.user("Sam"), world.curator
    client.sign_in(sam)
    number = make_siret(4321)
    spaced = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"
    answer = client.post(
        "/organisations/nouvelle",
        {**NEW, "siret": spaced, "website": "corbeille.example", "territory": "bagnolet"},
    )
    company = db.session.scalar(Organization.by_siret(number))
    assert answer.location == f"/organisations/{company.id}/charte"
    assert (company.website, company.territory.name, company.status) == (
        "https://corbeille.example",
        "Bagnolet",
        "pending",
    )
    assert owed(curator, "organization_to_verify") == ["organization_to_verify"]

    assert client.post(f"/organisations/{company.id}/charte", {}).status_code == 422
    client.post(f"/organisations/{company.id}/charte", {"agreed": "y"})
    assert db.session.get(Organization, company.id).has_signed_charter
    assert "Charte signée" in shown(client.get("/mon-espace"))
    assert "Signée le" in shown(client.get(f"/organisations/{company.id}/charte"))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("siret", "123 456 789 00012", "Ce numéro SIRET n’existe pas"),
        ("siret", "12", "quatorze chiffres"),
        ("siret", "", "Donnez le numéro SIRET"),
        ("name", "", "Remplissez ce champ"),
        ("name", "n" * 1_000_000, "raccourcissez"),
        ("kind", "commune", ""),
        ("kind", "martian", ""),
        ("territory", "Ouagadougou", "pas dans la Métropole"),
        ("territory", "Bagnole", "Vouliez-vous dire : Bagnolet"),
        ("website", "javascript:alert(1)", "adresse de site"),
        ("website", "ftp://exemple.fr", "adresse de site"),
        ("website", "pas un site", "adresse de site"),
        ("description", "d" * 1_000_000, "raccourcissez"),
        ("description", "des\x00criptif", "caractères invisibles"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_made(
    client: Client, world: World, field: str, typed: str, sentence: str
) -> None:
    client.sign_in(world.user("Sam"))
    good = {**NEW, "siret": make_siret(77), "description": "Des <b>corbeilles</b>"}
    page = client.post("/organisations/nouvelle", {**good, field: typed})
    assert page.status_code == 422
    assert sentence in shown(page)
    if field != "name":
        assert "Corbeille &amp; Cie" in shown(page)
    if field != "description":
        assert "Des &lt;b&gt;corbeilles&lt;/b&gt;" in shown(page)
    assert (
        db.session.scalar(sa.select(sa.func.count(Organization.id)).where(Organization.source == "self")) == 0
    )


def test_a_known_siret_leads_to_joining(client: Client, world: World) -> None:
    known = world.startup.organization.siret
    client.sign_in(world.user("Sam"))
    page = client.post("/organisations/nouvelle", {**NEW, "siret": known})
    assert page.status_code == 422
    assert "demandez à la rejoindre" in shown(page)


def test_an_association_needs_no_siret_and_a_double_click_makes_one(client: Client, world: World) -> None:
    client.sign_in(world.user("Sam"))
    fields = {**NEW, "kind": "association", "name": "Les Voisins du canal"}
    assert client.post("/organisations/nouvelle", fields).status_code == 303
    assert "Vous venez de créer" in shown(client.post("/organisations/nouvelle", fields))
    assert (
        db.session.scalar(
            sa.select(sa.func.count(Organization.id)).where(Organization.display_name == fields["name"])
        )
        == 1
    )


def test_the_page_of_an_organisation_is_public_once_verified(client: Client, world: World) -> None:
    need, solution = world.need(), world.solution()
    commune, company = need.organization, solution.organization
    page = client.get(f"/organisations/{commune.id}-{commune.slug}")
    assert need.title in shown(page)
    assert solution.title in shown(client.get(f"/organisations/{company.id}-{company.slug}"))
    assert (
        client.get(f"/organisations/{company.id}-autre-nom").location
        == f"/organisations/{company.id}-{company.slug}"
    )
    waiting = world.company("Pas encore", verified=False)
    assert client.sign_in(world.user()).get(f"/organisations/{waiting.organization.id}-x").status_code == 404
    assert (
        client.sign_in(waiting.contributor)
        .get(f"/organisations/{waiting.organization.id}-pas-encore")
        .status_code
        == 200
    )


def test_an_administrator_changes_the_page_and_nobody_else(client: Client, world: World) -> None:
    commune = world.bagnolet
    address = f"/organisations/{commune.organization.id}/modifier"
    assert client.sign_in(commune.validator).get(address).status_code == 403
    client.sign_in(commune.org_admin)
    assert "Deux regards" in shown(client.get(address))
    answer = client.post(
        address, {"display_name": "Ville de Bagnolet", "description": "Une ville.", "website": ""}
    )
    assert answer.status_code == 303
    organization = of_commune("Bagnolet")
    assert (organization.description, organization.four_eyes) == ("Une ville.", False)
    assert client.post(address, {"display_name": "", "description": "Une <i>ville</i>."}).status_code == 422


def test_roles_are_changed_by_administrators_and_the_last_one_stays(client: Client, world: World) -> None:
    commune = world.bagnolet
    theirs = membership(commune.contributor, commune.organization)
    mine = membership(commune.org_admin, commune.organization)
    client.sign_in(commune.org_admin)
    client.post(f"/membres/{theirs.id}/role", {"role": "validator"})
    assert membership(commune.contributor, commune.organization).role == "validator"
    refused = client.post(f"/membres/{mine.id}/role", {"role": "contributor"})
    assert refused.status_code in (303, 409)
    assert membership(commune.org_admin, commune.organization).role == "org_admin"
    for role in ("curator", "admin", "", "king"):
        assert client.post(f"/membres/{theirs.id}/role", {"role": role}).status_code in (303, 409), role
        assert membership(commune.contributor, commune.organization).role == "validator", role
    client.sign_in(commune.validator)
    assert client.post(f"/membres/{theirs.id}/role", {"role": "org_admin"}).status_code in (403, 404)


def test_nobody_but_the_platforms_administrator_names_the_team(client: Client, world: World) -> None:
    """An administrator of the Métropole as an organisation is not one of the platform."""
    sly = world.member(world.metropole, "org_admin", "Sly")
    own = membership(sly, world.metropole)
    assert client.sign_in(sly).post(f"/membres/{own.id}/role", {"role": "admin"}).status_code == 403
    client.sign_in(world.admin).post(f"/membres/{own.id}/role", {"role": "curator"})
    assert membership(sly, world.metropole).role == "org_admin", (
        "the last administrator of an organisation stays"
    )
    other = world.member(world.metropole, "contributor", "Nour")
    client.post(f"/membres/{membership(other, world.metropole).id}/role", {"role": "curator"})
    assert membership(other, world.metropole).role == "curator"


def test_leaving_is_asked_once_then_done(client: Client, world: World) -> None:
    commune = world.bagnolet
    mine = membership(commune.contributor, commune.organization)
    client.sign_in(commune.contributor)
    assert "Personne n’est prévenu" in shown(client.get(f"/membres/{mine.id}/quitter"))
    assert membership(commune.contributor, commune.organization).status == "active"
    assert client.post(f"/membres/{mine.id}/quitter").location == "/mon-espace"
    assert membership(commune.contributor, commune.organization).status == "left"
    assert "choisissez votre organisation" in shown(client.get("/mon-espace"))


def test_an_administrator_removes_a_member_and_the_last_one_cannot_leave(
    client: Client, world: World
) -> None:
    commune = world.bagnolet
    client.sign_in(commune.org_admin)
    theirs = membership(commune.contributor, commune.organization)
    assert (
        client.post(f"/membres/{theirs.id}/quitter").location
        == f"/organisations/{commune.organization.id}/membres"
    )
    assert membership(commune.contributor, commune.organization).status == "left"
    client.post(f"/membres/{membership(commune.org_admin, commune.organization).id}/quitter")
    assert membership(commune.org_admin, commune.organization).status == "active"
    assert "Nommez d’abord" in shown(client.get("/mon-espace"))


def test_closing_waits_for_what_is_open_then_asks_once(client: Client, world: World) -> None:
    busy, idle = world.bagnolet, world.company("Tranquille")
    address = f"/organisations/{busy.organization.id}/archiver"
    client.sign_in(busy.org_admin)
    assert "encore en cours" in shown(client.get(address))
    client.post(address)
    assert of_commune("Bagnolet").status == "verified"
    client.sign_in(idle.org_admin)
    assert "revient pas en arrière" in shown(client.get(f"/organisations/{idle.organization.id}/archiver"))
    assert client.post(f"/organisations/{idle.organization.id}/archiver").location == "/mon-espace"
    assert db.session.get(Organization, idle.organization.id).status == "archived"
    assert owed(idle.validator, "organization_archived") == ["organization_archived"]
    assert client.get("/mon-espace").status_code == 200


def test_other_peoples_organisations_are_out_of_reach(client: Client, world: World) -> None:
    victim, outsider = world.startup, world.bagnolet
    client.sign_in(outsider.org_admin)
    for action in ("modifier", "charte", "archiver"):
        assert client.post(f"/organisations/{victim.organization.id}/{action}").status_code == 403, action
    assert client.get(f"/organisations/{victim.organization.id}/membres").status_code == 403
    theirs = membership(victim.contributor, victim.organization)
    for action in ("accepter", "refuser", "role", "quitter"):
        assert client.post(f"/membres/{theirs.id}/{action}").status_code == 404, action
    assert client.post("/organisations/999999/rejoindre").status_code == 404


def test_the_members_of_an_organisation_that_closed_are_told_though_they_act_for_it_no_more(
    client: Client, world: World
) -> None:
    company = world.startup
    client.sign_in(company.org_admin)
    client.post(f"/organisations/{company.organization.id}/archiver")
    deliver_notifications()
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Notification).where(Notification.kind == "organization_archived"))
    assert {row.status for row in rows} == {"sent"}


def test_a_public_body_opens_its_domains_to_colleagues_but_not_those_where_anybody_has_an_address(
    client: Client, world: World
) -> None:
    commune, number = world.bagnolet, world.bagnolet.organization.id
    world.member(commune.organization, "contributor", "Autre")
    colleague = world.user("Nadia", email="nadia@bagnolet.example")
    Membership.found(user=colleague, organization=commune.organization, role="contributor", by=None)
    stranger = world.user("Gratuite", email="quelqu.un@gmail.com")
    Membership.found(user=stranger, organization=commune.organization, role="contributor", by=None)
    client.sign_in(commune.org_admin)
    fields = {"display_name": "Ville de Bagnolet", "description": "", "website": "", "four_eyes": "y"}
    for wrong in ("gmail.com", "ailleurs.example", "pas un domaine", "bagnolet"):
        refused = client.post(f"/organisations/{number}/modifier", {**fields, "email_domains": wrong})
        assert refused.status_code == 422 and wrong in shown(refused), wrong
    done = client.post(f"/organisations/{number}/modifier", {**fields, "email_domains": "@Bagnolet.example"})
    assert done.status_code == 303
    assert commune.organization.email_domains == ["bagnolet.example"]
    newcomer = world.user("Zoé", email="zoe@bagnolet.example")
    client.sign_in(newcomer).post(f"/organisations/{number}/rejoindre")
    assert membership(newcomer, commune.organization).status == "active"
    assert "Domaines de messagerie" not in shown(
        client.sign_in(world.startup.org_admin).get(
            f"/organisations/{world.startup.organization.id}/modifier"
        )
    )


def test_a_company_says_its_activity_staff_and_labels_and_a_wrong_code_is_given_back(
    client: Client, world: World
) -> None:
    company = world.startup.organization
    client.sign_in(world.startup.org_admin)
    fields = {"display_name": "Ultrason", "description": "", "website": "", "size_band": "10-49"}
    wrong = client.post(f"/organisations/{company.id}/modifier", {**fields, "naf": "douze"})
    assert wrong.status_code == 422 and 'value="douze"' in wrong.text
    facts = {"naf": "6201z", "founded_on": "2019-05-02", "labels": ["jei", "esus"]}
    assert client.post(f"/organisations/{company.id}/modifier", {**fields, **facts}).status_code == 303
    page = shown(client.get(f"/organisations/{company.id}-ultrason"))
    assert "NAF 62.01Z" in page and "10 à 49 salariés" in page and "depuis 2019" in page
    assert "Jeune entreprise innovante" in page


def test_the_last_person_of_a_company_with_a_page_online_is_told_what_to_do_instead_of_leaving(
    client: Client, world: World
) -> None:
    founder = world.user("Naïma")
    company = Organization.create(kind="startup", name="Chaleur douce", siret=make_siret(4242), by=founder)
    company.sign_charter(by=founder)
    company.verify(by=world.curator)
    db.session.commit()
    alone = SimpleNamespace(organization=company, contributor=founder, validator=founder, org_admin=founder)
    solution = world.solution(alone)
    mine = membership(founder, company)
    client.sign_in(founder)
    page = shown(client.get(f"/membres/{mine.id}/quitter"))
    assert "Vous êtes la dernière personne" in page and "Non, revenir" not in page
    client.post(f"/membres/{mine.id}/quitter")
    assert membership(founder, company).status == "active"
    solution.archive(by=founder)
    db.session.commit()
    assert client.post(f"/membres/{mine.id}/quitter").location == "/mon-espace"
    assert membership(founder, company).status == "left"
    client.post(f"/organisations/{company.id}/rejoindre")
    client.sign_in(world.curator)
    client.post(f"/membres/{mine.id}/accepter")
    assert membership(founder, company).role == "org_admin", "nobody else is there to administer it"
