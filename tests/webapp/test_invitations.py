"""Inviting people into an organisation, and for whom one acts when one has several."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import Invitation, Membership, Need, NeedSupport, Notification, RuleViolation, db
from models.database import utc_now
from models.invitation import MOST_A_DAY
from tests.arrivals import make_invitation
from tests.client import Client, shown
from tests.factories import World, owed
from workers.campaigns import expire_invitations
from workers.mail import deliver_notifications


def invite(client: Client, world: World, email: str, role: str = "contributor") -> object:
    number = world.bagnolet.organization.id
    return client.post(f"/organisations/{number}/inviter", {"email": email, "role": role})


def the_one() -> Invitation:
    return db.session.scalars(sa.select(Invitation)).one()


def test_an_administrator_invites_an_address_and_its_confirmed_account_joins_with_the_role(
    client: Client, world: World
) -> None:
    client.sign_in(world.bagnolet.org_admin)
    assert invite(client, world, "Claire@Bagnolet.example", "validator").status_code == 303
    invitation = the_one()
    waiting = db.session.scalars(sa.select(Notification)).all()
    assert [(n.kind, n.address) for n in waiting if n.kind == "member_invited"] == [
        ("member_invited", "claire@bagnolet.example")
    ]
    claire = world.user("Claire", email="claire@bagnolet.example")
    client.sign_in(claire)
    for page in (
        "/organisations/choisir",
        "/mon-espace",
    ):  # the first is where an address that is confirmed arrives
        assert "vous invite à rejoindre la Ville de Bagnolet" in shown(client.get(page))
    assert "Rejoindre l’organisation" in shown(client.get(f"/invitations/{invitation.token}"))
    assert client.post(f"/invitations/{invitation.id}/accepter").status_code == 303
    membership = claire.membership_of(world.bagnolet.organization)
    assert membership is not None and membership.role == "validator"
    assert owed(world.bagnolet.org_admin, "invitation_accepted") == ["invitation_accepted"]


def test_the_page_says_the_same_whether_the_address_has_an_account(client: Client, world: World) -> None:
    known = world.user("Connue")
    client.sign_in(world.bagnolet.org_admin)
    pages = []
    for email in (known.email, "inconnue@exemple.fr"):
        answer = invite(client, world, email)
        assert answer.status_code == 303
        page = shown(client.get(answer.location)).replace(email, "…")
        pages.append(page[page.index("Invitation envoyée") :][:60])
    assert pages[0] == pages[1]
    kinds = db.session.scalars(sa.select(Notification.kind).where(Notification.kind == "member_invited"))
    assert len(list(kinds)) == 2


def test_nobody_accepts_the_invitation_of_another_address(client: Client, world: World) -> None:
    invitation = make_invitation(world, email="claire@bagnolet.example")
    client.sign_in(world.user("Autre"))
    assert "autre adresse" in shown(client.get(f"/invitations/{invitation.token}"))
    assert client.post(f"/invitations/{invitation.id}/accepter").status_code == 404
    unconfirmed = world.user("Claire", email="claire@bagnolet.example", confirmed=False)
    with pytest.raises(RuleViolation):
        invitation.accept(by=unconfirmed)


def test_whoever_holds_the_link_declines_without_an_account_and_the_inviter_is_told(
    client: Client, world: World
) -> None:
    invitation = make_invitation(world, email="claire@bagnolet.example")
    page = shown(client.get(f"/invitations/{invitation.token}"))
    assert "claire@bagnolet.example" in page and "Se connecter" in page
    client.post(f"/invitations/{invitation.token}/decliner")
    assert the_one().status == "declined"
    assert owed(world.bagnolet.org_admin, "invitation_declined") == ["invitation_declined"]
    assert "n’attend plus de réponse" in shown(client.get(f"/invitations/{invitation.token}"))
    assert client.get("/invitations/x").status_code == 404


def test_a_revoked_invitation_leaves_no_more_and_its_link_is_worth_nothing(
    client: Client, world: World
) -> None:
    claire = world.user("Claire", email="claire@bagnolet.example")
    invitation = make_invitation(world, email=claire.email)
    client.sign_in(world.bagnolet.org_admin).post(f"/invitations/{invitation.id}/annuler")
    assert the_one().status == "revoked"
    row = db.session.scalars(sa.select(Notification).where(Notification.kind == "member_invited")).one()
    assert row.status == "dropped"
    client.sign_in(claire).post(f"/invitations/{invitation.id}/accepter")
    assert claire.membership_of(world.bagnolet.organization) is None


def test_nobody_is_written_to_in_the_name_of_an_organisation_that_nobody_verified(
    client: Client, world: World
) -> None:
    company = world.company("Inventée ce matin", verified=False)
    client.sign_in(company.org_admin)
    number = company.organization.id
    assert "Inviter quelqu’un" not in shown(client.get(f"/organisations/{number}/membres"))
    refused = client.post(
        f"/organisations/{number}/inviter", {"email": "x@exemple.fr", "role": "contributor"}
    )
    assert refused.status_code == 422 and "vérifiée" in shown(refused)
    assert list(db.session.scalars(sa.select(Invitation))) == []


def test_an_invitation_ends_after_thirty_days(world: World) -> None:
    invitation = make_invitation(world)
    with time_machine.travel(utc_now() + timedelta(days=27)):
        expire_invitations()
        db.session.expire_all()
        assert invitation.status == "sent"
    with time_machine.travel(utc_now() + timedelta(days=29)):
        expire_invitations()
        expire_invitations()
    db.session.expire_all()
    assert invitation.status == "expired"


def test_an_invitation_of_somebody_who_left_is_worth_nothing(world: World) -> None:
    commune = world.bagnolet
    invitation = make_invitation(world, email="claire@bagnolet.example")
    claire = world.user("Claire", email="claire@bagnolet.example")
    other = world.member(commune.organization, "org_admin", "Autre")
    db.session.refresh(commune.organization, ["memberships"])
    membership = commune.org_admin.membership_of(commune.organization)
    membership.leave(by=other)
    db.session.commit()
    with pytest.raises(RuleViolation, match="n’administre plus"):
        invitation.accept(by=claire)
    db.session.rollback()
    assert Invitation.waiting_for(claire) == [], "nobody is led to an invitation that would be refused"


def test_who_left_comes_back_by_an_invitation_and_a_member_keeps_a_higher_role(world: World) -> None:
    commune = world.bagnolet
    nour = commune.contributor
    nour.membership_of(commune.organization).leave(by=nour)
    db.session.commit()
    make_invitation(world, email=nour.email).accept(by=nour)
    db.session.commit()
    assert nour.membership_of(commune.organization).role == "contributor"
    query = sa.select(Membership).where(Membership.user_id == nour.id)
    assert len(list(db.session.scalars(query))) == 1


def test_only_so_many_invitations_a_day_and_none_twice(client: Client, world: World) -> None:
    client.sign_in(world.bagnolet.org_admin)
    for number in range(MOST_A_DAY):
        assert invite(client, world, f"personne.{number}@exemple.fr").status_code == 303
    refused = invite(client, world, "encore@exemple.fr")
    assert refused.status_code == 422
    assert "Continuez demain" in shown(refused) and "encore@exemple.fr" in refused.text
    assert "déjà invitée" in shown(invite(client, world, "personne.1@exemple.fr"))
    assert "déjà membre" in shown(invite(client, world, world.bagnolet.contributor.email))
    assert invite(client, world, "x@exemple.fr", "curator").status_code == 422


def test_the_letter_leaves_for_the_address_with_its_link(world: World, app) -> None:
    from pathlib import Path

    from webapp.pages.letters import latest

    invitation = make_invitation(world, email="claire@bagnolet.example")
    deliver_notifications()
    mail_url = app.config["SETTINGS"].mail_url
    assert Path(mail_url.partition(":")[2]).is_dir()
    names = [letter.name for letter in latest(mail_url) if "claire@bagnolet.example" in letter.to]
    assert len(names) == 1
    from webapp.pages.letters import read

    letter = read(mail_url, names[0])
    assert letter is not None and f"/invitations/{invitation.token}" in letter.text
    assert "Alex" in letter.subject


# ------------------------------------------------------------------ for whom one acts


def test_who_belongs_to_several_organisations_sees_and_changes_for_whom_they_act(
    client: Client, world: World
) -> None:
    nour = world.bagnolet.contributor
    client.sign_in(nour)
    assert "Vous agissez pour" not in shown(client.get("/mon-espace"))
    Membership.found(user=nour, organization=world.bondy.organization, role="contributor", by=None)
    db.session.commit()
    page = shown(client.get("/mon-espace"))
    assert "Vous agissez pour la Ville de Bagnolet" in page and "Pour la Ville de Bagnolet" in page
    client.post("/mon-espace/agir-pour", {"organization_id": str(world.bondy.organization.id)})
    assert "Vous agissez pour la Ville de Bondy" in shown(client.get("/mon-espace"))
    assert "Pour la Ville de Bondy" in shown(client.get("/besoins"))
    made = client.post("/besoins/nouveau", {})
    assert made.status_code in (200, 303)
    foreign = client.post("/mon-espace/agir-pour", {"organization_id": str(world.startup.organization.id)})
    assert foreign.status_code == 404
    assert "Vous agissez pour la Ville de Bondy" in shown(client.get("/mon-espace"))


def test_whom_an_administrator_sent_away_does_not_come_back_by_their_address_alone(
    client: Client, world: World
) -> None:
    commune = world.bagnolet
    commune.organization.email_domains = ["bagnolet.example"]
    user = world.user("Dominique", email="dominique@bagnolet.example")
    membership = Membership.request(user=user, organization=commune.organization)
    assert membership.status == "active"
    db.session.commit()
    client.sign_in(commune.org_admin).post(f"/membres/{membership.id}/quitter")
    client.sign_in(user).post(f"/organisations/{commune.organization.id}/rejoindre")
    assert membership.status == "requested"
    assert owed(commune.org_admin, "membership_requested")


def test_an_invitation_past_its_day_is_over_before_the_errand_that_marks_it_comes_by(
    client: Client, world: World
) -> None:
    claire = world.user("Claire", email="claire@bagnolet.example")
    invitation = make_invitation(world, email=claire.email)
    with time_machine.travel(utc_now() + timedelta(days=30, minutes=1)):
        client.sign_in(claire)
        page = shown(client.get(f"/invitations/{invitation.token}"))
        assert "n’attend plus de réponse" in page and "Rejoindre l’organisation" not in page
        assert "vous invite" not in shown(client.get("/mon-espace"))
        client.post(f"/invitations/{invitation.id}/accepter")
        assert claire.membership_of(world.bagnolet.organization) is None
        client.sign_in(world.bagnolet.org_admin)
        assert invite(client, world, claire.email).status_code == 303, "another may be sent at once"


def test_one_of_the_team_who_also_works_for_a_commune_acts_for_the_commune(
    client: Client, world: World
) -> None:
    person, town = world.member(world.metropole, "curator"), world.bondy.organization
    Membership.found(user=person, organization=town, role="contributor", by=None)
    theirs = world.need()
    client.sign_in(person)
    begun = client.post("/besoins/nouveau").headers["Location"]
    assert client.get(begun).status_code == 200
    assert db.session.scalars(sa.select(Need).where(Need.author_id == person.id)).one().organization is town
    client.post(f"/besoins/{theirs.id}/nous-aussi", {"note": "Le même problème à Bondy."})
    assert db.session.scalars(sa.select(NeedSupport)).one().organization is town
