"""The few needs, responses and requests that show every state, so that each person has something that waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import update

from models import Membership, Need, NeedSupport, Organization, Response, ResponseVersion, Solution, db
from models.calendar import end_of_day, today_in_paris
from models.need_columns import usual_end_of_questions
from models.need_support import TAKEN_WHILE
from webapp.demonstration import accounts, needs
from webapp.demonstration.cast import Cast, backdate
from webapp.demonstration.companies import open_one

#: Needs that stay drafts beside the one written below.
_DRAFTS = ("N151", "N159")
#: Bondy's publishes at once, the new commune's goes to the team.
_AWAITING = ("N104", "N187")
_IN_REVIEW = ("N037", "N102")


def play_all(cast: Cast) -> None:
    """Play each scene on the drafts that ``needs.publish_all`` left, then add what waits on the published ones."""
    for number in _AWAITING:
        _submit(cast, cast.needs[number])
    for number in _IN_REVIEW:
        _send_to_team(cast, cast.needs[number])
    for number, scene in _SCENES.items():
        scene(cast, cast.needs[number])
    _begin_drafts(cast)
    _answer_open_needs(cast)
    _say_us_too(cast)
    _knock_at_doors(cast)


def _say_us_too(cast: Cast) -> None:
    """Two communes have the problem of Bondy too."""
    need = next(
        need
        for need in cast.needs.values()
        if need.status in TAKEN_WHILE and need.organization.territory.name == accounts.COMMUNE
    )
    words = (
        "Le même problème chez nous, surtout le soir.",
        "Nous cherchons depuis deux ans : achetons ensemble.",
    )
    for name, note, euros in zip(("Pantin", "Bobigny"), words, (18_000, 25_000), strict=True):
        body = cast.open_public_body(name)
        NeedSupport.join(need, organization=body, by=cast.author(body), note=note, amount_cents=euros * 100)


# ---------------------------------------------------------------------- needs before publication


def _submit(cast: Cast, need: Need) -> None:
    need.submit(by=cast.author(need.organization))
    submitted = cast.days_ago(1, 3)
    backdate(need, created_at=submitted - timedelta(days=4), submitted_at=submitted, updated_at=submitted)


def _send_to_team(cast: Cast, need: Need) -> None:
    need.submit(by=cast.author(need.organization))
    need.validate(by=cast.validator(need.organization))
    submitted = cast.days_ago(3, 8)
    validated = submitted + timedelta(days=1)
    backdate(
        need, created_at=submitted - timedelta(days=5), submitted_at=submitted, validated_at=validated,
        updated_at=validated,
    )  # fmt: skip


def _ask_for_changes(cast: Cast, need: Need) -> None:
    _send_to_team(cast, need)
    need.request_changes(
        by=cast.curator,
        reason="Le sujet est clair, mais une entreprise ne saura pas par où commencer : dites quelles rues, à quelles "
        "heures, et ce qui a déjà été essayé.",
    )


def _begin_drafts(cast: Cast) -> None:
    """Unfinished words, as drafts are."""
    commune = cast.open_public_body(accounts.COMMUNE)
    needs.write(
        cast, commune, title="Le parvis de la médiathèque devient une étuve dès le mois de mai",
        irritant="Tout est minéral. Les bancs sont en plein soleil, les parents n’attendent plus dehors",
        themes=["climate_nature"],
    )  # fmt: skip
    for author in cast.solutions["S001"].organization.administrators():
        Solution.draft(
            organization=cast.solutions["S001"].organization, by=author, themes=["citizen_services"],
            title="Un standard commun à plusieurs mairies voisines",
        )  # fmt: skip


# ---------------------------------------------------------------------- needs after their deadline


def _close_with(cast: Cast, need: Need, answers: Iterable[str]) -> list[Response]:
    """Published two months ago, answered, closed last week."""
    needs.publish(cast, need)
    needs.date_publication(cast, need, 50, 60)
    responses = [_respond(cast, need, number, days=(15, 40)) for number in answers]
    need.closes_on = today_in_paris() - timedelta(days=cast.chance.randint(3, 9))
    need.questions_close_on = usual_end_of_questions(need.closes_on)
    need.close()
    closed = end_of_day(need.closes_on) + timedelta(minutes=1)
    backdate(need, closed_at=closed, updated_at=closed)
    return responses


def _wait_to_be_read(*answers: str) -> Callable[[Cast, Need], None]:
    def scene(cast: Cast, need: Need) -> None:
        _close_with(cast, need, answers)

    return scene


def _open_dialogue(cast: Cast, need: Need) -> None:
    validator = cast.validator(need.organization)
    for response in _close_with(cast, need, ("S004", "S005")):
        response.read(by=validator)
        response.shortlist(by=validator)
    need.open_dialogue(by=validator)


def _experiment(cast: Cast, need: Need) -> None:
    chosen, other = _close_with(cast, need, ("S191", "S185"))
    _retain(cast, chosen)
    chosen.choose_naming(by=chosen.author, named=True)
    _decline(
        cast, other, "does_not_answer",
        "Votre inventaire porte sur les arbres ; nous cherchons à connaître aussi la faune et le reste de la flore.",
    )  # fmt: skip
    need.conclude(
        by=cast.validator(need.organization), outcome="experiment",
        reason="Une expérimentation d’une saison est décidée sur deux sites des berges.",
    )  # fmt: skip


def _buy(cast: Cast, need: Need) -> None:
    (chosen,) = _close_with(cast, need, ("S140",))
    _retain(cast, chosen)
    need.conclude(
        by=cast.validator(need.organization), outcome="direct_purchase",
        reason="La solution convient telle quelle et son prix reste sous le seuil de l’achat direct.",
    )  # fmt: skip


def _find_nothing(cast: Cast, need: Need) -> None:
    (only,) = _close_with(cast, need, ("S273",))
    _decline(
        cast, only, "does_not_answer",
        "Votre outil suit le budget, alors que nous voulons suivre des actions portées par vingt services.",
    )  # fmt: skip
    need.conclude(
        by=cast.validator(need.organization), outcome="unsuccessful",
        reason="Une seule réponse, qui ne couvre pas le suivi des actions.",
    )  # fmt: skip


def _withdraw(cast: Cast, need: Need) -> None:
    needs.publish(cast, need)
    needs.date_publication(cast, need, 20, 40)
    _respond(cast, need, "S244", days=(2, 10))
    need.withdraw(
        by=cast.validator(need.organization),
        reason="Le calendrier de l’aménageur a changé : le besoin sera réécrit au printemps avec lui.",
    )


def _retain(cast: Cast, response: Response) -> None:
    validator = cast.validator(response.need.organization)
    response.read(by=validator)
    response.shortlist(by=validator)
    response.retain(by=validator)


def _decline(cast: Cast, response: Response, reason_code: str, reason: str) -> None:
    validator = cast.validator(response.need.organization)
    response.read(by=validator)
    response.decline(by=validator, reason_code=reason_code, reason=reason)


# ---------------------------------------------------------------------- responses


def _respond(cast: Cast, need: Need, number: str, days: tuple[int, int] = (1, 6)) -> Response:
    """The company of a solution answers with the words of its page, so many days ago."""
    response = _begin_response(cast, need, number)
    response.submit(by=response.author)
    submitted = cast.days_ago(*days)
    if need.published_at and submitted < need.published_at:
        submitted = need.published_at + timedelta(days=1)
    backdate(response, created_at=submitted - timedelta(days=2), submitted_at=submitted, updated_at=submitted)
    # A version is never changed: this one is told its day behind the back of the rule, as all that is put in the past here.
    sent = update(ResponseVersion).where(ResponseVersion.response_id == response.id)
    db.session.execute(sent.values(submitted_at=submitted))
    return response


def _begin_response(cast: Cast, need: Need, number: str) -> Response:
    solution = cast.solutions[number]
    response = Response.draft(
        need=need, organization=solution.organization, by=solution.author, solution=solution
    )
    response.write(
        summary=solution.pitch,
        answer=f"Vous écrivez : «\u00a0{need.expected_outcome}\u00a0»\n\nVoici ce que nous proposons. {solution.how_it_works}",
        price_estimate_cents=solution.price_from_cents,
        experiment_terms="shared_cost",
        timeline_weeks=cast.chance.randint(4, 16),
        contact=solution.author.email,
    )
    return response


def _answer_open_needs(cast: Cast) -> None:
    """Responses in each state that an open need allows; the shown company has a draft and a question to answer."""
    asked = _respond(cast, cast.needs["N025"], "S012")
    owner = cast.validator(asked.need.organization)
    asked.read(by=owner)
    asked.ask_clarification(
        by=owner, question="Quelles langues sont comprises aujourd’hui sans relais humain, et où vont les enregistrements ?",
        until=today_in_paris() + timedelta(days=7),
    )  # fmt: skip
    _respond(cast, cast.needs["N025"], "S011")
    _begin_response(cast, cast.needs["N139"], "S012")
    read = _respond(cast, cast.needs["N092"], "S104")
    read.read(by=cast.validator(read.need.organization))
    _respond(cast, cast.needs["N092"], "S105")
    _respond(cast, cast.needs["N136"], "S143")
    taken_back = _respond(cast, cast.needs["N136"], "S145")
    taken_back.withdraw(by=taken_back.author)


# ---------------------------------------------------------------------- organisations


def _knock_at_doors(cast: Cast) -> None:
    """A company waits to be verified by the team, a person to be accepted by Bondy."""
    commune: Organization = cast.open_public_body(accounts.COMMUNE)
    founder = cast.somebody("colibri-theiere", "Fondatrice", "contact")
    open_one(cast, "startup", "Colibri & Théière", founder, 999, commune.territory, verified=False)
    Membership.request(
        user=cast.somebody("courrier", "Agent des espaces verts", "paul"), organization=commune
    )


_SCENES: dict[str, Callable[[Cast, Need], None]] = {
    "N005": _ask_for_changes,
    "N047": _wait_to_be_read("S257", "S259", "S255"),
    "N053": _wait_to_be_read("S004", "S005"),
    "N071": _open_dialogue,
    "N002": _experiment,
    "N147": _buy,
    "N168": _find_nothing,
    "N140": _withdraw,
}
#: Records that ``needs.publish_all`` must leave to this module.
KEPT = {*_DRAFTS, *_AWAITING, *_IN_REVIEW, *_SCENES}
