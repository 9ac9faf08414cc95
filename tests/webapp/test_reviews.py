"""What the team reads before it shows (needs, solutions, organisations), and who is of the team."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from models import Activity, Membership, Notification, Organization, ReviewPoint, db
from models.errors import NotReady
from models.wording import contract_signs, personal_signs
from tests.client import Client, shown
from tests.factories import HOW, World, owed

WHY = "Point par point : le lieu, les horaires, et ce qui a déjà été essayé."


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    return client.sign_in(world.curator)


# ------------------------------------------------------------------ reviews


def test_reviews_list_what_waits_with_what_is_special_about_it(desk: Client, world: World) -> None:
    world.need(status="in_review", title="Un premier besoin de Vanves à relire")
    helped = world.need(status="draft", title="Un brouillon qui demande de l’aide")
    helped.ask_help(by=world.bagnolet.contributor)
    world.solution(status="in_review", title="Une fiche toute neuve à relire")
    changed = world.solution(title="Une fiche en ligne qui change")
    changed.revise(by=changed.author, title="Une fiche en ligne qui a changé")
    unsigned = Organization.create(kind="startup", name="Sans charte encore", by=world.user("Max"))
    db.session.commit()
    page = desk.get("/curation/relectures").text
    for words in (
        "Un premier besoin de Vanves",
        "Un brouillon qui demande",
        "Une fiche toute neuve",
        "changements proposés",
        unsigned.display_name,
        "charte à signer",
    ):
        assert words in page, words
    assert "Rien à relire" not in page


def test_a_need_is_published_once_the_checklist_was_read(desk: Client, world: World) -> None:
    need = world.need(
        status="in_review",
        irritant="Appelez M. Durand au 06 12 34 56 78 : il faut un logiciel selon le cahier des charges.",
    )
    address = f"/curation/besoins/{need.id}"
    page = desk.get(address).text
    assert "06 12 34 56 78" in page and "cahier des charges" in page and "Mot pour mot" in page
    answer = desk.post(f"{address}/publier")
    assert answer.status_code == 422 and need.status == "in_review"
    answer = desk.post(f"{address}/publier", {"has_read": "y"})
    assert answer.location == "/curation/relectures" and need.status == "published"
    assert "need_published" in owed(need.author)


def test_a_request_for_changes_keeps_what_was_typed_until_it_passes(desk: Client, world: World) -> None:
    need = world.need(status="in_review")
    address = f"/curation/besoins/{need.id}/demander-des-changements"
    answer = desk.post(address, {"reason": "Court"})
    assert answer.status_code == 422 and "Court</textarea>" in answer.text.replace("\r\n", "")
    assert desk.post(address, {"reason": WHY}).status_code == 303 and need.status == "changes_requested"
    assert "need_changes_requested" in owed(need.author)
    late = desk.post(address, {"reason": WHY})
    assert late.status_code == 409 and WHY in late.text


def test_help_is_offered_once_by_name(desk: Client, world: World) -> None:
    need = world.need(status="draft")
    need.ask_help(by=world.bagnolet.contributor)
    db.session.commit()
    assert "Proposer mon aide" in desk.get(f"/curation/besoins/{need.id}").text
    desk.post(f"/curation/besoins/{need.id}/proposer-de-l-aide")
    assert need.assistant == world.curator and "need_help_offered" in owed(need.author)


def test_a_draft_that_asked_nothing_is_not_for_the_team(desk: Client, world: World) -> None:
    assert desk.get(f"/curation/besoins/{world.need(status='draft').id}").status_code == 404


def test_a_solution_is_read_with_a_list_of_points_as_a_need_is(desk: Client, world: World) -> None:
    boasting = world.solution(
        status="in_review",
        pitch="Le leader des corbeilles qui parlent, et 40 % de tournées en moins.",
        how_it_works=f"{HOW} Appelez Mme Martin au 06 12 34 56 78.",
        evidence=[],
        references_note="",
        data_hosting=None,
    )
    page = shown(desk.get(f"/curation/solutions/{boasting.id}"))
    assert "À relire de près" in page
    for words in (
        "« leader »",
        "40 % de tournées en moins",
        "pas encore dit : l’hébergement",
        "06 12 34 56 78",
    ):
        assert words in page, words
    boasting.references_note = "Bondy, 2025 : 40 % mesurés par la ville."
    db.session.commit()
    page = shown(desk.get(f"/curation/solutions/{boasting.id}"))
    assert "aucun pourcentage sans preuve ni référence" in page
    assert "À relire de près" not in desk.get(f"/curation/solutions/{world.solution().id}").text


def test_what_the_team_asks_of_a_solution_is_ticked_off_point_by_point(client: Client, world: World) -> None:
    solution = world.solution(status="in_review")
    client.sign_in(world.curator)
    client.post(
        f"/curation/solutions/{solution.id}/demander-des-changements",
        {"request_changes-reason": "- Dites le prix d’une école.\n\nNommez une commune qui s’en sert."},
    )
    assert solution.status == "changes_requested"
    points = db.session.scalars(ReviewPoint.of(solution)).all()
    assert [point.text for point in points] == [
        "Dites le prix d’une école.",
        "Nommez une commune qui s’en sert.",
    ]
    author = solution.author
    client.sign_in(author)
    assert "Dites le prix d’une école." in client.get(f"/solutions/{solution.id}-{solution.slug}").text
    answer = client.post(f"/points/{points[0].id}/cocher", {"from": "practical"})
    assert answer.location == f"/solutions/{solution.id}/rediger/practical#points"
    page = client.get(f"/solutions/{solution.id}/rediger/review").text
    assert "<s>Dites le prix d’une école.</s>" in page and "ne sont pas cochés" in page
    client.sign_in(world.bondy.contributor)
    assert client.post(f"/points/{points[1].id}/cocher").status_code == 404
    client.sign_in(author)
    client.post(f"/solutions/{solution.id}/renvoyer")
    assert solution.status == "in_review"
    client.sign_in(world.curator)
    again = client.get(f"/curation/solutions/{solution.id}").text
    assert "Ce que l’équipe avait demandé" in again and "<s>Dites le prix d’une école.</s>" in again
    assert "C’est fait" not in again, "the team reads them, the author ticks them"


def test_a_solution_is_published_or_sent_back_with_reasons(desk: Client, world: World) -> None:
    good, weak = world.solution(status="in_review"), world.solution(status="in_review")
    assert (
        desk.post(f"/curation/solutions/{good.id}/publier").status_code == 303 and good.status == "published"
    )
    answer = desk.post(
        f"/curation/solutions/{weak.id}/demander-des-changements", {"request_changes-reason": "Bof"}
    )
    assert answer.status_code == 422 and "Bof" in answer.text
    desk.post(f"/curation/solutions/{weak.id}/demander-des-changements", {"request_changes-reason": WHY})
    assert weak.status == "changes_requested" and owed(weak.author, "solution_changes_requested")
    answer = desk.post(f"/curation/solutions/{good.id}/publier")  # pressed twice
    assert answer.status_code == 303


def test_changes_of_a_page_online_are_read_side_by_side(desk: Client, world: World) -> None:
    solution = world.solution()
    solution.revise(by=solution.author, title="Sondes pour toutes les corbeilles de la ville")
    db.session.commit()
    page = desk.get(f"/curation/solutions/{solution.id}").text
    assert "Sondes à ultrasons pour corbeilles de rue" in page and "Sondes pour toutes les corbeilles" in page
    desk.post(f"/curation/solutions/{solution.id}/accepter-les-changements")
    assert (
        solution.title == "Sondes pour toutes les corbeilles de la ville"
        and solution.proposed_changes is None
    )


def test_refused_changes_leave_the_page_as_it_is(desk: Client, world: World) -> None:
    solution = world.solution()
    before = solution.title
    solution.revise(by=solution.author, title="La meilleure solution du monde entier")
    db.session.commit()
    desk.post(f"/curation/solutions/{solution.id}/refuser-les-changements", {"refuse_changes-reason": WHY})
    assert solution.title == before and solution.proposed_changes is None


def test_a_suspension_gives_its_reasons_and_can_be_lifted(desk: Client, world: World) -> None:
    solution = world.solution()
    match = world.match(solution=solution)
    address = f"/curation/solutions/{solution.id}"
    assert desk.post(f"{address}/suspendre", {"suspend-reason": "Panne"}).status_code == 422
    desk.post(f"{address}/suspendre", {"suspend-reason": WHY})
    assert solution.status == "suspended" and match.status == "void"
    desk.post(f"{address}/retablir")
    assert solution.status == "published"


def test_an_organization_is_verified_once_its_charter_is_signed(desk: Client, world: World) -> None:
    founder = world.user("Max")
    organization = Organization.create(kind="startup", name="Jeune Pousse", by=founder)
    db.session.commit()
    address = f"/curation/organisations/{organization.id}"
    page = desk.get(address).text
    assert (
        "La charte doit d’abord être signée" in page
        and founder.email in page
        and "Vérifier l’organisation" not in page
    )
    assert desk.post(f"{address}/verifier").status_code == 303 and organization.status == "pending"
    organization.sign_charter(by=founder)
    db.session.commit()
    assert "Vérifier l’organisation" in desk.get(address).text
    desk.post(f"{address}/verifier")
    assert organization.status == "verified" and owed(founder, "organization_verified")
    assert desk.post(f"{address}/suspendre", {"reason": "non"}).status_code == 422
    desk.post(f"{address}/suspendre", {"reason": WHY})
    assert organization.status == "suspended"
    desk.post(f"{address}/retablir")
    assert organization.status == "verified"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Écrivez à jean.dupont@ville.fr", ["jean.dupont@ville.fr"]),
        ("au 01 44 55 66 77", ["01 44 55 66 77"]), ("au +33 6 12 34 56 78.", ["+33 6 12 34 56 78"]),
        ("NIR 1 85 05 78 006 084 91", ["1 85 05 78 006 084 91"]), ("code 185057800608490", []),
        ("640 corbeilles, 93170 Bagnolet, le 12 11 2026", []), ("un budget de 01 234 euros", []),
    ],
)  # fmt: skip
def test_personal_data_in_a_text_is_seen(text: str, seen: list[str]) -> None:
    assert [sign.excerpt for sign in personal_signs(text)] == seen


def test_words_of_a_contract_are_seen_and_plain_words_are_not() -> None:
    kinds = {
        sign.kind
        for sign in contract_signs("Fournir un logiciel de marque Zephyr ou équivalent, avec devis.")
    }
    assert kinds == {"brand", "contract"}
    assert not list(
        contract_signs("Les corbeilles débordent au marché du dimanche, et personne ne sait lesquelles.")
    )


# ------------------------------------------------------------------ people


def test_an_administrator_chooses_who_is_of_the_team(client: Client, world: World) -> None:
    person = world.user("Zoé")
    client.sign_in(world.admin)
    assert person.email in client.get("/curation/personnes?q=zoe").text
    client.post("/curation/personnes/role", {"user_id": person.id, "role": "curator"})
    assert person.is_curator and not person.is_admin
    client.post("/curation/personnes/role", {"user_id": person.id, "role": "admin"})
    assert person.is_admin
    client.post("/curation/personnes/role", {"user_id": person.id, "role": "none"})
    assert not person.is_curator
    client.post("/curation/personnes/role", {"user_id": person.id, "role": "curator"})
    assert person.is_curator
    acts = db.session.scalars(
        sa.select(Activity.action).where(
            Activity.actor_id == world.admin.id, Activity.subject_type == "membership"
        )
    )
    assert {"create", "change_role", "leave"} <= set(acts)


def test_nobody_changes_their_own_role_so_an_administrator_remains(client: Client, world: World) -> None:
    client.sign_in(world.admin)
    for role in ("none", "curator"):
        client.post("/curation/personnes/role", {"user_id": world.admin.id, "role": role})
    assert world.admin.is_admin


def test_an_address_never_confirmed_gets_no_role_and_nonsense_is_refused(
    client: Client, world: World
) -> None:
    person = world.user("Zoé", confirmed=False)
    client.sign_in(world.admin)
    client.post("/curation/personnes/role", {"user_id": person.id, "role": "curator"})
    assert db.session.scalar(sa.select(Membership).where(Membership.user_id == person.id)) is None
    assert client.post("/curation/personnes/role", {"user_id": person.id, "role": "king"}).status_code == 400
    assert (
        client.post("/curation/personnes/role", {"user_id": "999999", "role": "curator"}).status_code == 404
    )


def test_a_curator_does_not_choose_the_team(desk: Client) -> None:
    assert desk.get("/curation/personnes").status_code == 403
    assert desk.post("/curation/personnes/role", {"user_id": "1", "role": "admin"}).status_code == 403


def test_the_solutions_of_a_suspended_company_are_neither_shown_nor_introduced_until_it_is_back(
    client: Client, world: World
) -> None:
    company, curator = world.startup.organization, world.curator
    online, faulty = world.solution(title="Des sondes dans les corbeilles"), world.solution()
    faulty.suspend(by=curator, reason="Plusieurs communes signalent une panne de cet appareil.")
    page = f"/solutions/{online.id}-{online.slug}"
    match = world.match(world.need(), online, "introduced")
    company.suspend(by=curator, reason="Des plaintes répétées de communes, nous vérifions.")
    db.session.commit()
    assert online.title not in shown(client.get("/solutions"))
    assert client.get(page).status_code == 303  # « sign in »: its company alone reads it
    assert match.status == "void"
    client.sign_in(world.startup.contributor)
    own = shown(client.get(page))
    assert "Des plaintes répétées" in own and "depuis le" not in own
    with pytest.raises(NotReady, match="suspendue"):
        online.reinstate(by=curator)
    company.reinstate(by=curator)
    db.session.commit()
    assert (online.status, faulty.status) == ("published", "suspended")
    told = db.session.scalars(
        sa.select(Notification.kind).where(Notification.recipient_id == world.startup.contributor.id)
    ).all()
    assert Counter(told)["solution_suspended"] == 1 and "solution_reinstated" not in told
