"""Letters of campaigns that a person of the team started: each is owed once, a few at a time; and invitations that end.

Nothing is sent here: what is owed leaves by workers/mail.py like every message, which looks again whether it is still wanted.
"""

from __future__ import annotations

import time

from sqlalchemy import select

from models import Campaign, CompanyInvitation, Invitation, db
from workers.queue import ring
from workers.rows import numbers, one_by_one, take

AT_ONCE = 100
RUN_FOR = 60.0


def write_campaigns() -> None:
    """Owe every letter of the campaigns that run. Run twice, nothing more is owed."""
    ends_at = time.monotonic() + RUN_FOR
    running = select(Campaign).where(Campaign.status == "running").order_by(Campaign.id)
    done = 0
    for number in numbers(running):
        while time.monotonic() < ends_at and one_by_one([number], _write_some):
            done += 1
            if number not in numbers(running):
                break
    if done:
        ring("deliver_notifications")
        db.session.commit()


def _write_some(number: int) -> None:
    """The next letters, or reminders; the end when there is none left."""
    campaign = take(Campaign, number)
    if campaign is None or campaign.status != "running":
        return
    if campaign.reminded_at is not None:
        letters = db.session.scalars(
            campaign.unreminded().order_by(CompanyInvitation.id).limit(AT_ONCE)
        ).all()
        for letter in letters:
            letter.remind()
        if not letters:
            campaign.finish()
        return
    companies = db.session.scalars(campaign.unwritten().limit(AT_ONCE)).all()
    if not companies:
        campaign.finish()
    campaign.write(companies)


def expire_invitations() -> None:
    """Invitations to join an organisation that nobody answered for thirty days."""
    one_by_one(
        numbers(Invitation.due_to_expire()), lambda number: db.session.get_one(Invitation, number).expire()
    )
