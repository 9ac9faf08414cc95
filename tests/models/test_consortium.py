"""Several suppliers behind one response: each agrees for itself, is named once it agreed, and may leave at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import Activity, ConsortiumMember, Notification, NotReady, db
from models.calendar import end_of_day
from tests.evaluations import make_partner
from tests.factories import World, owed
from workers.messages import why_drop
from workers.reminders import remind_people

PART = "Pose les capteurs et les entretient."


def test_an_organisation_is_a_partner_once_it_agreed_and_no_longer_once_it_left(
    app: object, world: World
) -> None:
    member = make_partner(world)
    response, partner = member.response, world.rival.contributor
    assert response.partners == [] and owed(partner, "consortium_invited") == ["consortium_invited"]
    member.accept(by=partner)
    assert response.partners == [world.rival.organization]
    assert owed(response.author, "consortium_accepted") == ["consortium_accepted"]
    member.leave(by=partner)
    assert response.partners == [] and owed(response.author, "consortium_left") == ["consortium_left"]


def test_who_refused_or_left_may_be_invited_again_and_nobody_twice_at_once(app: object, world: World) -> None:
    member = make_partner(world, "refused")
    invite = {
        "organization": world.rival.organization,
        "part": "Fournit le tableau de bord.",
        "by": member.response.author,
    }
    again = ConsortiumMember.invite(member.response, **invite)
    assert again is member and member.status == "invited" and member.part == "Fournit le tableau de bord."
    assert ConsortiumMember.invite(member.response, **invite) is member
    assert owed(world.rival.contributor, "consortium_invited") == ["consortium_invited"] * 2


def test_only_verified_suppliers_other_than_the_two_sides_are_invited(app: object, world: World) -> None:
    response = world.response(status="draft")
    lead = response.author
    pending = world.company("Pas encore vérifiée", verified=False).organization
    for organization in (pending, world.startup.organization, world.bagnolet.organization):
        with pytest.raises(NotReady):
            ConsortiumMember.invite(response, organization=organization, part=PART, by=lead)
    with pytest.raises(NotReady):
        ConsortiumMember.invite(response, organization=world.rival.organization, part="Pose", by=lead)
    assert response.consortium == []


def test_from_the_deadline_on_nobody_joins_and_one_may_still_leave(app: object, world: World) -> None:
    third = world.company("Zèbre")
    response = world.response(status="submitted")
    accepted, invited = make_partner(world, "accepted", response), None
    invited = ConsortiumMember.invite(
        response, organization=third.organization, part=PART, by=response.author
    )
    response.need.close()
    db.session.commit()
    for act in (lambda: invited.accept(by=third.contributor), lambda: accepted.remove(by=response.author)):
        with pytest.raises(NotReady):
            act()
    with pytest.raises(NotReady):
        ConsortiumMember.invite(
            response, organization=world.company("Yack").organization, part=PART, by=response.author
        )
    accepted.leave(by=world.rival.contributor)
    assert owed(world.bagnolet.validator, "consortium_changed") == ["consortium_changed"]


def test_the_commune_hears_of_no_group_that_it_may_not_read(app: object, world: World) -> None:
    draft = make_partner(world, "left")
    assert draft.response.status == "draft"
    sealed = make_partner(
        world, "accepted", world.response(world.need(sealed=True), world.startup, "submitted")
    )
    sealed.leave(by=world.rival.contributor)
    assert owed(world.bagnolet.validator, "consortium_changed") == []


def test_partners_are_told_of_changes_of_the_need_and_of_what_becomes_of_the_response(
    app: object, world: World
) -> None:
    response = world.response(status="submitted")
    make_partner(world, "accepted", response)
    validator, partner = world.bagnolet.validator, world.rival.contributor
    response.need.amend(by=validator, practical_notes="La voirie passe le mardi.")
    response.need.close()
    response.read(by=validator)
    response.shortlist(by=validator)
    assert owed(partner, "need_amended", "need_closed_respondent", "response_shortlisted") == [
        "need_amended", "need_closed_respondent", "response_shortlisted",
    ]  # fmt: skip


def test_the_journal_names_who_was_invited_and_never_the_part(app: object, world: World) -> None:
    member = make_partner(world, "accepted")
    acts = db.session.scalars(Activity.of(member)).all()
    assert [act.action for act in acts] == ["create", "accept"]
    assert acts[0].details == {"invited": world.rival.organization.id}
    assert all(act.need_id == member.response.need_id for act in acts)


def test_who_has_not_answered_is_reminded_once_three_days_before_the_need_closes(
    app: object, world: World
) -> None:
    member = make_partner(world)
    partner, need = world.rival.contributor, member.response.need
    with time_machine.travel(end_of_day(need.closes_on - timedelta(days=4)), tick=False):
        remind_people()
    assert owed(partner, "consortium_invited") == ["consortium_invited"]
    for _ in range(2):
        with time_machine.travel(end_of_day(need.closes_on - timedelta(days=2)), tick=False):
            remind_people()
    assert owed(partner, "consortium_invited") == ["consortium_invited"] * 2


def test_an_invitation_that_was_answered_or_withdrawn_is_told_no_more(app: object, world: World) -> None:
    member = make_partner(world)
    told = (
        db.session.query(Notification)
        .filter_by(kind="consortium_invited", recipient_id=world.rival.contributor.id)
        .one()
    )
    assert why_drop(told, member) is None
    member.remove(by=member.response.author)
    assert why_drop(told, member) is not None
