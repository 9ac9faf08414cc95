"""Invitations, files of companies and campaigns for tests, made through the verbs of the domain."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import time_machine

from models import Campaign, CompanyInvitation, ImportRun, Invitation, Organization, db
from models.database import utc_now
from models.prospects import Establishment, bring_prospects, prospects
from tests.factories import World, make_siret
from tests.sirene_extract import make_rows, write
from workers.campaigns import write_campaigns
from workers.mail import deliver_notifications

LETTER = (
    "Bonjour, des communes de la Métropole du Grand Paris cherchent des solutions comme les vôtres. "
    "Venez lire leurs besoins, c’est gratuit."
)
_numbers = count(1)


def make_invitation(world: World, status: str = "sent", *, email: str = "") -> Invitation:
    """To Bagnolet, as a contributor; Claire is the one invited."""
    guest = None if email else world.user("Claire", email=f"claire.{next(_numbers)}@exemple.fr")
    invitation = Invitation.send(
        organization=world.bagnolet.organization,
        email=email or (guest.email if guest else ""),
        role="contributor",
        by=world.bagnolet.org_admin,
    )
    walk = {
        "sent": lambda: None,
        "accepted": lambda: invitation.accept(by=guest),  # type: ignore[arg-type]
        "declined": lambda: invitation.decline(by=None),
        "revoked": lambda: invitation.revoke(by=world.bagnolet.org_admin),
        "expired": invitation.expire,
    }
    walk[status]()
    invitation.created_at = utc_now() - timedelta(days=2)  # not one of the twenty of today
    db.session.commit()
    return invitation


def make_prospects(world: World, number: int = 3, *, with_address: bool = True) -> list[Organization]:
    """Companies of Bagnolet that nobody has joined, in computing (62.01Z)."""
    territory = world.bagnolet.organization.territory_id
    rows = [
        Establishment(
            siret=make_siret(500_000 + next(_numbers)),
            name=f"Entreprise {number}",
            kind="sme",
            naf="62.01Z",
            size_band="1-9",
            territory_id=territory,
            email=f"contact@entreprise-{next(_numbers)}.example" if with_address else "",
        )
        for number in range(number)
    ]
    bring_prospects(rows)
    db.session.commit()
    wanted = [row.siret for row in rows]
    return list(
        db.session.scalars(prospects().where(Organization.siret.in_(wanted)).order_by(Organization.id))
    )


def make_import_run(world: World, status: str = "read") -> ImportRun:
    run = ImportRun.receive(
        write(make_rows(10, seed=next(_numbers))),
        file_name="extrait.csv",
        naf=[],
        places=[],
        by=world.curator,
    )
    preview = [lambda: run.preview({"new": 9, "known": 0, "refused": 1}, rows=10, report=[])]
    start = [*preview, lambda: run.start(by=world.curator)]
    walk = {
        "read": [],
        "previewed": preview,
        "running": start,
        "done": [*start, lambda: run.finish([])],
        "failed": [lambda: run.fail("Ce fichier est abîmé.")],
        "dropped": [lambda: run.drop(by=world.curator)],
    }
    for verb in walk[status]:
        verb()
    db.session.commit()
    return run


def make_campaign(world: World, status: str = "draft", *, count: int = 2) -> Campaign:
    """To ``count`` companies of Bagnolet."""
    if status != "stopped":
        make_prospects(world, count)
    campaign = Campaign.draft(
        by=world.curator, title="Entreprises du numérique", text=LETTER, naf=["62"], places=["93006"]
    )
    walk = {
        "draft": [],
        "running": [lambda: campaign.start(by=world.curator)],
        "done": [lambda: campaign.start(by=world.curator), campaign.finish],
        "stopped": [lambda: campaign.stop(by=world.curator)],
    }
    for verb in walk[status]:
        verb()
    db.session.commit()
    return campaign


def make_letter(world: World) -> CompanyInvitation:
    """One letter of a campaign, written and sent fifteen days ago."""
    with time_machine.travel(utc_now() - timedelta(days=15)):
        campaign = make_campaign(world, "running", count=1)
        write_campaigns()
        deliver_notifications()
    db.session.expire_all()
    return db.session.scalars(
        db.select(CompanyInvitation).where(CompanyInvitation.campaign_id == campaign.id)
    ).one()
