"""For each form of the application: who sends it, about which thing, in which state it may be sent."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from models import (
    Charter,
    Identity,
    Membership,
    Organization,
    ReviewPoint,
    SignIn,
    Threshold,
    User,
    db,
)
from models.token import make_token
from tests.adoptions import make_interest, make_reference
from tests.arrivals import make_invitation, make_letter
from tests.evaluations import make_partner
from tests.factories import World, make_siret
from tests.procurement import make_guidance, make_purchase
from tests.webapp.bad_input_case import Case
from tests.webapp.bad_input_exchanges import exchange_cases
from tests.webapp.bad_input_gatherings import gathering_cases
from tests.webapp.bad_input_team import team_cases

_numbers = count(1)


def all_cases(world: World) -> dict[str, Case]:
    """Endpoint → its case. What is not here fails a test."""
    return {
        **_accounts(world),
        **_organizations(world),
        **_needs(world),
        **_solutions(world),
        **_responses(world),
        **_adoptions(world),
        **exchange_cases(world),
        **gathering_cases(world),
        **team_cases(world),
        **_procurement(world),
    }


def _accounts(world: World) -> dict[str, Case]:
    def somebody() -> User:
        return world.user("Quelqu")

    def newcomer() -> User:
        return world.user("Attend", confirmed=False)

    def visitor(thing: Any) -> None:
        return None

    def oneself(user: User) -> User:
        return user

    return {
        **dict.fromkeys(
            (
                "accounts.sign_in",
                "accounts.register",
                "accounts.check_mail",
                "accounts.forgot",
                "accounts.proconnect_link",  # not set here: test_proconnect.py has the rest
            ),
            Case(lambda: None, visitor),
        ),
        "accounts.confirm": Case(newcomer, visitor, lambda user: {"token": make_token("confirm", user)}),
        "accounts.reset": Case(somebody, visitor, lambda user: {"token": make_token("reset", user)}),
        **dict.fromkeys(
            (
                "accounts.profile",
                "accounts.change_password",
                "accounts.sign_out",
                "accounts.end_other_sessions",
            ),
            Case(somebody, oneself),
        ),
        "accounts.unlink_identity": Case(
            lambda: Identity.link(somebody(), issuer="https://exemple.fr", subject=f"s{next(_numbers)}"),
            lambda identity: db.session.get(User, identity.user_id),
            lambda identity: {"identity_id": identity.id},
        ),
        "accounts.end_session": Case(
            lambda: SignIn.start(somebody())[0], lambda sign_in: db.session.get(User, sign_in.user_id)
        ),
    }


def _organizations(world: World) -> dict[str, Case]:
    def request() -> Membership:
        return Membership.request(user=world.user("Candidat"), organization=world.bagnolet.organization)

    def company() -> Any:
        return world.company(f"Société {next(_numbers)}").organization

    def administrator(thing: Any) -> User:
        organization = getattr(thing, "organization", thing)
        return next(m.user for m in organization.memberships if m.role == "org_admin")

    def letter_token(letter: Any) -> dict[str, str]:
        return {"token": letter.token}

    decided = Case(request, administrator)

    def unsigned() -> Any:
        founder = world.user("Fonde")
        return Organization.create(
            kind="startup", name="Pas encore signée", siret=make_siret(next(_numbers) + 70_000), by=founder
        )

    administered = Case(company, administrator)
    signed = Case(unsigned, administrator)
    return {
        "organizations.create": Case(lambda: None, lambda thing: world.user("Fonde")),
        "organizations.join": Case(lambda: world.bondy.organization, lambda thing: world.user("Rejoint")),
        "organizations.accept_member": decided,
        "organizations.refuse_member": decided,
        "organizations.change_role": replace(decided, right=lambda: {"role": "validator"}),
        "organizations.leave": decided,
        "organizations.edit": administered,
        "organizations.sign_charter": signed,
        "organizations.ask_to_sign": signed,
        "organizations.archive": administered,
        "organizations.invite": administered,
        "organizations.revoke_invitation": Case(lambda: make_invitation(world), administrator),
        "organizations.accept_invitation": Case(
            lambda: make_invitation(world),
            lambda invitation: db.session.scalar(User.by_email(invitation.email)),
        ),
        "organizations.decline_invitation": Case(
            lambda: make_invitation(world), lambda invitation: None, letter_token
        ),
        "organizations.opt_out": Case(lambda: make_letter(world), lambda letter: None, letter_token),
        "spaces.act_for": Case(
            lambda: None,
            lambda thing: world.bagnolet.contributor,
            right=lambda: {"organization_id": str(world.bagnolet.organization.id)},
        ),
    }


def _needs(world: World) -> dict[str, Case]:
    def at(status: str, person: str, owner: str = "bagnolet", **arguments: Any) -> Case:
        return Case(
            lambda: world.need(getattr(world, owner), status),
            lambda need: getattr(getattr(world, owner), person),
            lambda need: arguments,
        )

    def heard() -> Any:
        need = world.need()
        world.response(need)
        need.close()
        return need

    def helped() -> Any:
        need = world.need(status="draft")
        need.ask_help(by=world.bagnolet.contributor)
        need.offer_help(by=world.curator)
        db.session.commit()
        return need

    return {
        "needs.create": Case(
            lambda: None, lambda thing: world.bagnolet.contributor, right=lambda: {"organization_id": "1"}
        ),
        "needs.edit": at("draft", "contributor"),
        "needs.autosave": at("draft", "contributor"),
        "needs.panels": at("draft", "contributor"),
        "needs.submit": at("draft", "contributor"),
        "needs.discard": at("draft", "contributor"),
        "needs.ask_help": at("draft", "contributor"),
        "needs.recall": at("awaiting_validation", "contributor"),
        "needs.resubmit": at("changes_requested", "contributor", "newcomer"),
        "needs.validate": at("awaiting_validation", "validator", "newcomer"),
        "needs.publish": at("awaiting_validation", "validator"),
        "needs.send_back": at("awaiting_validation", "validator"),
        "needs.amend": at("published", "validator"),
        "needs.extend": at("published", "validator"),
        "needs.withdraw": at("published", "validator"),
        "needs.conclude": at("closed", "validator"),
        "needs.answer_responses": Case(heard, lambda need: world.bagnolet.validator),
        "needs.propose_shortlist": Case(
            lambda: world.response(status="under_review"), lambda response: world.bagnolet.contributor
        ),
        "needs.reopen": at("closed", "validator"),
        "needs.copy": at("concluded", "contributor"),
        "needs.give_feedback": at("concluded", "contributor"),
        "needs.invite_assistant": Case(helped, lambda need: world.bagnolet.contributor),
        "needs.end_help": Case(helped, lambda need: world.bagnolet.contributor),
        "needs.tick_point": Case(
            lambda: db.session.scalar(ReviewPoint.of(world.need(world.newcomer, "changes_requested"))),
            lambda point: world.newcomer.contributor,
            lambda point: {"point_id": point.id},
        ),
        "needs.support": Case(world.need, lambda need: world.bondy.contributor),
        "needs.stop_supporting": Case(world.need, lambda need: world.bondy.contributor),
        "needs.open_dialogue": Case(heard, lambda need: world.bagnolet.validator),
    }


def _solutions(world: World) -> dict[str, Case]:
    def at(status: str) -> Case:
        return Case(lambda: world.solution(status=status), lambda solution: world.startup.contributor)

    return {
        "solutions.create": Case(lambda: None, lambda thing: world.startup.contributor),
        "solutions.edit": at("draft"),
        "solutions.autosave": at("draft"),
        "solutions.panels": at("draft"),
        "solutions.submit": at("draft"),
        "solutions.ask_to_send": at("draft"),
        "solutions.recall": at("in_review"),
        "solutions.resubmit": at("changes_requested"),
        "solutions.revise": at("published"),
        "solutions.confirm": at("published"),
        "solutions.archive": at("published"),
        "matches.decline": Case(
            lambda: world.match(status="introduced"), lambda match: world.startup.contributor
        ),
    }


def _responses(world: World) -> dict[str, Case]:
    def company(status: str) -> Case:
        return Case(lambda: world.response(status=status), lambda response: world.startup.contributor)

    def commune(status: str) -> Case:
        return Case(lambda: world.response(status=status), lambda response: world.bagnolet.validator)

    def partner(status: str) -> Case:
        return Case(lambda: make_partner(world, status), lambda member: world.rival.contributor)

    return {
        "responses.create": Case(
            lambda: world.need(), lambda need: world.startup.contributor, right=lambda: {"match": "1"}
        ),
        "responses.edit": company("draft"),
        "responses.autosave": company("draft"),
        "responses.submit": company("draft"),
        "responses.discard": company("draft"),
        "responses.modify": company("submitted"),
        "responses.withdraw": company("submitted"),
        "responses.resume": company("withdrawn"),
        "responses.clarify": company("clarification"),
        "responses.choose_naming": Case(
            lambda: world.response(status="retained"), lambda response: world.startup.contributor,
            right=lambda: {"named": "yes"},
        ),
        "responses.ask_clarification": commune("under_review"),
        "responses.consortium": Case(
            lambda: world.response(status="draft"), lambda response: world.startup.contributor,
            right=lambda: {"q": "Autre", "organization_id": str(world.rival.organization.id)},
        ),
        "responses.accept_invitation": partner("invited"),
        "responses.refuse_invitation": partner("invited"),
        "responses.leave_consortium": partner("accepted"),
        "responses.remove_partner": Case(lambda: make_partner(world), lambda member: world.startup.contributor),
    }  # fmt: skip


def _procurement(world: World) -> dict[str, Case]:
    buyer, decider = world.bagnolet.contributor, world.bagnolet.validator

    def asked(**fields: Any) -> Case:
        return Case(lambda: make_guidance(world, **fields), lambda guidance: buyer)

    def file(person: User) -> Case:
        return Case(lambda: world.solution(), lambda solution: person)

    def threshold(person: User) -> Case:
        return Case(lambda: db.session.scalars(Threshold.listed()).first(), lambda row: person)

    return {
        "procurement.begin": Case(lambda: None, lambda thing: buyer, right=lambda: {"need": "1"}),
        "procurement.begin_for_need": Case(lambda: world.need(), lambda need: buyer),
        "procurement.begin_for_interest": Case(lambda: make_interest(world, "sent"), lambda interest: buyer),
        "procurement.edit": asked(made=False),
        "procurement.autosave": asked(made=False),
        "procurement.again": asked(),
        "procurement.write_clues": file(world.startup.contributor),
        "procurement.autosave_clues": file(world.startup.contributor),
        "procurement.take_up_clues": replace(file(buyer), right=lambda: {"need": "1"}),
        "procurement.declare": Case(lambda: None, lambda thing: decider),
        "procurement.correct": Case(lambda: make_purchase(world), lambda purchase: decider),
        "curation.check_threshold": threshold(world.curator),
        "curation.revise_threshold": threshold(world.admin),
        "curation.new_charter": Case(lambda: None, lambda thing: world.curator),
        "curation.withdraw_charter": Case(
            lambda: db.session.scalars(Charter.kept()).first(), lambda charter: world.curator
        ),
    }


def _adoptions(world: World) -> dict[str, Case]:
    supplier, buyer, decider = world.startup.contributor, world.bagnolet.contributor, world.bagnolet.validator

    def at(status: str, person: User) -> Case:
        return Case(lambda: make_interest(world, status), lambda interest: person)

    def asked(person: User) -> Case:
        return Case(lambda: make_reference(world), lambda reference: person)

    return {
        "interests.create": replace(
            Case(lambda: world.solution(), lambda solution: buyer),
            right=lambda: {"need": "1", "wish": "demo"},
        ),
        "interests.acknowledge": at("sent", supplier),
        "interests.decline": at("sent", supplier),
        "interests.plan": at("acknowledged", buyer),
        "interests.meet": at("meeting_over", buyer),
        "interests.convert": at("acknowledged", decider),
        "interests.stop": at("sent", buyer),
        "references.index": Case(lambda: world.solution(), lambda solution: supplier),
        "references.confirm": asked(buyer),
        "references.contest": asked(buyer),
        "references.withdraw": asked(supplier),
    }
