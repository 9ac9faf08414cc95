"""Every illegal move of every lifecycle is refused, every legal one leaves a line in the journal."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import time_machine

from models import (
    Activity,
    IllegalMove,
    Match,
    Need,
    Notification,
    NotReady,
    Organization,
    RuleViolation,
    db,
)
from models.activity import broken_seals
from tests.factories import World, owed
from tests.models.lifecycle_calls import (
    CALLS,
    HARMLESS,
    INNER,
    LIFECYCLES,
    LONG,
    do_move,
    later,
    make_subject,
)

CASES = [(kind, status) for kind, lifecycle in LIFECYCLES.items() for status in lifecycle.statuses]


@pytest.mark.parametrize(("kind", "status"), CASES)
def test_every_illegal_move_from_a_status_is_refused_and_changes_nothing(
    world: World, kind: str, status: str
) -> None:
    subject = make_subject(world, kind, status)
    db.session.commit()
    acts = len(list(db.session.scalars(Activity.of(subject))))
    lifecycle = LIFECYCLES[kind]
    illegal = [
        a
        for a in sorted(lifecycle.actions)
        if not lifecycle.find(a, status) and (kind, a) not in HARMLESS | INNER
    ]
    for action in illegal:
        with pytest.raises(RuleViolation) as refusal:
            do_move(world, subject, kind, action)
        db.session.rollback()
        assert str(refusal.value), action
        assert subject.status == status, action
        assert len(list(db.session.scalars(Activity.of(subject)))) == acts, action


def test_every_move_is_tried_by_these_tests() -> None:
    for kind, lifecycle in LIFECYCLES.items():
        inner = {action for owner, action in INNER if owner == kind}
        assert lifecycle.actions - inner == set(CALLS[kind]), kind


def test_a_refusal_says_in_french_what_the_thing_is_now(world: World) -> None:
    need = world.need(status="published")
    with pytest.raises(IllegalMove, match="Ce n’est plus possible : ce besoin est déjà publié"):
        need.submit(by=world.bagnolet.contributor)


def test_the_journal_keeps_each_act_with_its_reason_and_its_seal(world: World) -> None:
    need = world.need(status="withdrawn")
    acts = list(db.session.scalars(Activity.of(need)))
    assert [act.action for act in acts] == ["create", "submit", "publish", "withdraw"]
    assert acts[-1].details["reason"] == "Le projet change de périmètre."
    assert acts[-1].actor_id == world.bagnolet.validator.id and (acts[-1].before, acts[-1].after) == (
        "published",
        "withdrawn",
    )
    assert broken_seals(db.session) == []


def test_the_journal_refuses_to_be_rewritten_by_the_application_and_by_the_database(world: World) -> None:
    need = world.need(status="published")
    act = db.session.scalars(Activity.of(need)).first()
    assert act is not None
    act.action = "autre chose"
    with pytest.raises(RuleViolation):
        db.session.flush()
    db.session.rollback()
    for statement in ("UPDATE activity SET action = 'x'", "DELETE FROM activity"):
        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_the_first_need_of_a_commune_is_read_by_the_team_and_the_next_one_is_not(world: World) -> None:
    people = world.commune("Sceaux")
    first = world.need(people, "awaiting_validation")
    with pytest.raises(NotReady, match="première publication"):
        first.publish(by=people.validator)
    first.validate(by=people.validator)
    assert owed(world.curator, "need_in_review")
    first.publish(by=world.curator)
    second = world.need(people, "awaiting_validation")
    second.publish(by=people.validator)
    assert second.status == "published" and second.matched_at is None


def test_nobody_validates_their_own_need_where_four_eyes_are_asked(world: World) -> None:
    people = world.bagnolet
    need = Need.draft(
        organization=people.organization,
        by=people.validator,
        title="Un besoin du validateur",
        irritant="x" * 80,
        expected_outcome="y" * 40,
        themes=["mobility"],
        closes_on=later(),
    )
    need.submit(by=people.validator)
    with pytest.raises(RuleViolation, match="deux regards"):
        need.publish(by=people.validator)
    need.publish(by=people.org_admin)


def test_whoever_wrote_last_does_not_validate_and_the_author_may_validate_what_another_rewrote(
    world: World,
) -> None:
    people = world.bagnolet
    need = world.need(status="draft")
    need.write(by=people.validator, title="Un titre écrit par le validateur")
    need.submit(by=people.contributor)
    told = sa.select(Notification.recipient_id).where(Notification.subject_id == need.id)
    assert list(db.session.scalars(told)) == [people.org_admin.id]
    with pytest.raises(RuleViolation, match=f"cette version. Qui peut décider : {people.org_admin.name}"):
        need.publish(by=people.validator)
    need.recall(by=people.contributor)
    need.write(by=people.contributor, title="Un titre que son auteur a repris")
    need.submit(by=people.contributor)
    need.publish(by=people.validator)

    own = world.need(SimpleNamespace(organization=people.organization, contributor=people.org_admin), "draft")
    own.write(by=people.validator, title="Un autre titre écrit par le validateur")
    own.submit(by=people.validator)
    own.publish(by=people.org_admin)
    assert own.status == "published"


def test_a_validator_who_rewrites_what_the_team_asked_to_change_leaves_it_to_another_to_decide(
    world: World,
) -> None:
    people = world.commune("Sceaux")
    need = world.need(people, "changes_requested")
    need.write(by=people.validator, title="Un titre bien différent du premier")
    need.resubmit(by=people.validator)
    with pytest.raises(RuleViolation, match="deux regards"):
        need.validate(by=people.validator)
    need.validate(by=people.org_admin)
    assert need.status == "in_review"


def test_the_only_validator_decides_on_what_they_rewrote_and_the_journal_says_so(world: World) -> None:
    people = world.bagnolet
    people.validator.memberships[0].change_role("contributor", by=people.org_admin)
    need = world.need(status="draft")
    need.write(by=people.org_admin, title="Un titre écrit par qui valide")
    need.write(by=people.org_admin, title="Un titre écrit encore par qui valide")
    need.submit(by=people.contributor)
    need.publish(by=people.org_admin)
    acts = db.session.scalars(Activity.of(need)).all()
    assert [act.action for act in acts] == ["create", "rewrite", "submit", "publish"]
    assert acts[-1].details["sole_validator"] is True


def test_a_need_changed_after_validation_goes_back_to_the_validator(world: World) -> None:
    people = world.commune("Sceaux")
    need = world.need(people, "changes_requested")
    need.resubmit(by=people.contributor)
    assert need.status == "in_review"
    need.request_changes(by=world.curator, reason=LONG)
    need.write(title="Un titre bien différent du premier")
    need.resubmit(by=people.contributor)
    assert need.status == "awaiting_validation"


def test_withdrawing_tells_everyone_concerned_once_and_voids_what_was_open(world: World) -> None:
    need = world.need()
    match = world.match(need, status="introduced")
    response = world.response(need, world.rival, "submitted")
    need.withdraw(by=world.bagnolet.validator, reason=LONG)
    db.session.commit()
    assert match.status == "void" and response.status == "void"
    assert owed(world.startup.contributor, "need_withdrawn") == ["need_withdrawn"]
    assert owed(world.rival.contributor, "need_withdrawn") == ["need_withdrawn"]


def test_a_need_concludes_only_when_every_company_has_its_answer(world: World) -> None:
    need = world.need()
    response = world.response(need, status="under_review")
    need.close()
    with pytest.raises(NotReady, match="Chaque entreprise mérite une réponse"):
        need.conclude(by=world.bagnolet.validator, outcome="unsuccessful", reason=LONG)
    response.decline(by=world.bagnolet.validator, reason_code="not_mature", reason=LONG)
    need.conclude(by=world.bagnolet.validator, outcome="unsuccessful", reason=LONG)
    assert (need.status, need.outcome) == ("concluded", "unsuccessful")


def test_a_retained_match_can_be_undone_within_the_minute_and_its_message_never_leaves(world: World) -> None:
    match = world.match(status="approved")
    assert owed(world.startup.contributor, "match_for_supplier")
    match.undo(by=world.curator)
    db.session.commit()
    assert match.status == "suggested" and not owed(world.startup.contributor, "match_for_supplier")


def test_the_commune_gets_one_message_for_what_is_retained_together_and_another_for_what_comes_later(
    world: World,
) -> None:
    need = world.need()
    first, second, third = (
        world.match(need, world.solution(title=f"Solution numéro {n}")) for n in (1, 2, 3)
    )
    first.approve(by=world.curator)
    second.approve(by=world.curator)
    assert owed(world.bagnolet.validator, "match_for_buyer") == ["match_for_buyer"]
    for message in db.session.scalars(sa.select(Notification).where(Notification.kind == "match_for_buyer")):
        message.mark_sent()
    third.approve(by=world.curator)
    assert owed(world.bagnolet.validator, "match_for_buyer") == ["match_for_buyer"]


def test_a_dismissed_pair_does_not_return_for_the_same_versions_and_returns_for_others(world: World) -> None:
    from tests.factories import suggest

    match = world.match(status="dismissed")
    need, solution = match.need, match.solution
    assert Match.propose(need, [suggest(solution)], need_hash="n1", solution_hashes={solution.id: "s1"}) == []
    assert match.status == "dismissed"
    assert Match.propose(
        need, [suggest(solution, ranking="r2")], need_hash="n1", solution_hashes={solution.id: "s1"}
    ) == [match]
    assert match.status == "suggested"


def test_proposing_twice_makes_one_match(world: World) -> None:
    from tests.factories import suggest

    need, solution = world.need(), world.solution()
    for expected in (1, 0):
        assert (
            len(Match.propose(need, [suggest(solution)], need_hash="n", solution_hashes={solution.id: "s"}))
            == expected
        )
        db.session.commit()


def test_a_response_turns_the_introduction_of_the_same_pair_into_converted(world: World) -> None:
    match = world.match(status="introduced")
    response = world.response(match.need, world.startup, "submitted", solution=match.solution)
    db.session.commit()
    assert match.status == "converted" and match.response_id == response.id


def test_a_false_siret_is_refused_with_a_sentence_and_a_known_one_asks_to_join(world: World) -> None:
    person = world.user()
    with pytest.raises(NotReady, match="un chiffre est sans doute faux"):
        Organization.create(kind="startup", name="Fausse", siret="732 829 320 00075", by=person)
    known = world.startup.organization.siret
    with pytest.raises(RuleViolation, match="demandez à la rejoindre"):
        Organization.create(kind="startup", name="Double", siret=known, by=person)


def test_a_deadline_that_is_past_is_not_moved_even_before_the_errand_that_closes(world: World) -> None:
    need = world.need()
    later = need.closes_on + timedelta(days=30)
    with time_machine.travel(need.closes_at + timedelta(seconds=1)):
        assert not need.may("extend") and not need.may("amend")
        with pytest.raises(NotReady, match="rouvrez-le ensuite"):
            need.extend(by=world.bagnolet.validator, closes_on=later)
        with pytest.raises(NotReady, match="rouvrez-le ensuite"):
            need.amend(by=world.bagnolet.validator, title="Un autre titre pour le même besoin")
        db.session.rollback()
        need.close()
        need.reopen(by=world.bagnolet.validator, reason="Une entreprise n’a rien reçu.", closes_on=later)
    assert need.status == "published"


def test_a_sealed_response_is_not_read_before_the_deadline(world: World) -> None:
    need = world.need(sealed=True)
    response = world.response(need, status="submitted")
    response.read(by=world.bagnolet.validator)
    assert response.status == "submitted"
    need.close()
    response.read(by=world.bagnolet.validator)
    assert response.status == "under_review"


def test_a_company_with_an_introduction_to_answer_is_not_closed(world: World) -> None:
    match = world.match(status="introduced")
    with pytest.raises(NotReady, match="mises en relation"):
        world.startup.organization.archive(by=world.startup.org_admin)
    match.decline(by=world.startup.contributor, organization=world.startup.organization, reason_code="timing")
    world.startup.organization.archive(by=world.startup.org_admin)
    assert world.startup.organization.status == "archived"


def test_a_status_is_dated_by_the_move_that_led_to_it_or_not_at_all(world: World) -> None:
    match = world.match(status="introduced")
    assert match.status_since == match.introduced_at
    company = world.startup.organization
    match.decline(by=world.startup.contributor, organization=company, reason_code="timing")
    assert match.status_since is None  # not the day when the team decided
    assert company.status_since == company.verified_at
    company.suspend(by=world.curator, reason="Une vérification est en cours depuis ce matin.")
    assert company.status_since is None
