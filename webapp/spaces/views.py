"""What a person sees first after signing in."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Invitation, Membership, Notification
from webapp.acting import me
from webapp.needs.stages import stages, what_next
from webapp.search.queries import paginate
from webapp.spaces.area import blueprint
from webapp.spaces.commune import STEPS_SHOWN, CommuneSpace
from webapp.spaces.company import CompanySpace, reason_words
from webapp.spaces.gatherings import gatherings
from webapp.spaces.interests import demands
from webapp.spaces.messages import changed_in, sentence_of, subjects_of
from webapp.spaces.tasks import Task, first_steps, join_requests, my_memberships
from webapp.spaces.team import team_queues


@blueprint.get("/mon-espace")
def home() -> str:
    """One page for the three; who is on several sides gets each part."""
    memberships = my_memberships()
    active = [m for m in memberships if m.status == "active"]
    commune, company = CommuneSpace.of(active), CompanySpace.of(active)
    seen: dict[str, Any] = {
        "active": active,
        "waiting": [m for m in memberships if m.status == "requested"],
        "commune": commune,
        "company": company,
        "queues": team_queues() if current_user.is_curator else [],
        "invitations": Invitation.waiting_for(me()),
        **gatherings(active),
    }
    tasks = _tasks(active, commune, company)
    return render_template("spaces/home.html", tasks=tasks, steps_shown=STEPS_SHOWN, **seen)


def _tasks(
    active: list[Membership], commune: CommuneSpace | None, company: CompanySpace | None
) -> list[Task]:
    """What waits for this person, on whichever side."""
    parts = [part for part in (commune, company) if part is not None]
    own = (task for part in parts for task in part.tasks)
    return [*first_steps(active), *join_requests(active), *demands(active), *own]


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What these pages say of things, worked out by functions."""
    return {
        "stages": stages,
        "what_next": what_next,
        "reason_words": reason_words,
        "sentence_of": sentence_of,
        "changed_in": changed_in,
    }


@blueprint.get("/mon-espace/messages")
def notifications() -> str:
    query = (
        select(Notification)
        .where(Notification.recipient_id == current_user.id, Notification.status == "sent")
        .options(joinedload(Notification.activity))
        .order_by(Notification.sent_at.desc(), Notification.id.desc())
    )
    page = paginate(query)
    return render_template("spaces/notifications.html", page=page, subjects=subjects_of(page.items))
