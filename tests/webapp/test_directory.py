"""The directory of members, the page of each, needs that wait for a solution, needs that found: what is public, and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from models import Match, Need, Organization, Territory, db
from models.database import utc_now
from tests.adoptions import make_interest, make_reference
from tests.client import Client, shown
from tests.factories import World

_MEMBER = re.compile(r'<h3 class="name"><a href="/organisations/(\d+)-')


def members(client: Client, **choices: Any) -> list[str]:
    """Names in the list, in its order."""
    page = client.get("/annuaire", query_string=choices)
    assert page.status_code == 200
    numbers = [int(number) for number in _MEMBER.findall(page.text)]
    return [db.session.get_one(Organization, number).display_name for number in numbers]


def seated(organization: Organization, place: str) -> Organization:
    organization.territory = db.session.scalars(
        sa.select(Territory).where(Territory.name == place, Territory.kind == "commune")
    ).one()
    db.session.commit()
    return organization


def concluded(world: World, *, named: bool, solution: Any = None, **fields: Any) -> Need:
    """A need whose commune retained the response of Ultrason and declared a trial."""
    need = world.need(**fields)
    if solution is not None:
        db.session.refresh(solution)
    response = world.response(need, status="shortlisted", solution=solution)
    response.retain(by=world.bagnolet.validator)
    response.choose_naming(by=world.startup.contributor, named=named)
    need.conclude(
        by=world.bagnolet.validator, outcome="experiment", reason="Un essai d’une saison est décidé."
    )
    db.session.commit()
    return need


def waiting(world: World, title: str = "Un besoin que rien ne rapproche", **fields: Any) -> Need:
    """A need that was compared and has one weak proposal."""
    need = world.need(title=title, **fields)
    world.match(
        need, world.solution(title=f"Une piste lointaine de {title}"), closeness="to_check", score=0.2
    )
    need.matched_at = utc_now()
    db.session.commit()
    return need


# ------------------------------------------------------------------ the list


def test_members_are_listed_by_name_with_what_they_offer_and_look_for(client: Client, world: World) -> None:
    world.solution()
    world.need()
    assert members(client) == sorted(members(client), key=str.lower)
    page = shown(client.get("/annuaire"))
    for words in (
        "Jeune entreprise",
        "Sondes à ultrasons",
        "2 besoins ouverts",
        "Le lieu informe ; il n’est jamais un critère",
    ):
        assert words in page, words
    assert "Set-Cookie" not in client.get("/annuaire").headers


def test_nobody_is_listed_who_is_not_here_not_checked_suspended_or_gone(client: Client, world: World) -> None:
    pending = world.company("Pas encore relue", verified=False).organization
    suspended = world.company("Suspendue depuis").organization
    suspended.suspend(by=world.curator, reason="Une réclamation grave est en cours d’examen.")
    closed = world.company("Fermée depuis").organization
    closed.archive(by=world.curator)
    prospect = Organization.prospect(kind="startup", name="Jamais venue", source="sirene_import")
    prospect.contact_email = "canari@jamais-venue.fr"
    db.session.commit()
    page = shown(client.get("/annuaire"))
    for one in (pending, suspended, closed, prospect):
        assert one.display_name not in page
        address = f"/organisations/{one.id}-{one.slug}"
        assert client.get(address).status_code in (303, 404), one.display_name
        client.sign_in(world.rival.contributor)
        assert client.get(address).status_code == 404, one.display_name
        client.forget()


def test_each_filter_keeps_exactly_those_it_names(client: Client, world: World) -> None:
    ultrason, rival = world.startup.organization, world.rival.organization
    world.solution(labels=["nr"], themes=["logistics"])
    world.solution(world.rival, "draft", themes=["mobility"], title="Un brouillon que personne ne lit")
    seated(ultrason, "Bagnolet")
    seated(rival, "Vanves")
    ultrason.description = "Des corbeilles qui préviennent."
    world.need(world.bondy, themes=["energy"])
    lab = world.company("Quinconce", kind="lab").organization
    fund = world.company("Un fonds", kind="investor").organization
    bodies = {"Métropole du Grand Paris", "Ville de Bondy"}
    db.session.commit()
    everybody = {*bodies, ultrason.display_name, rival.display_name, lab.display_name, fund.display_name}
    for choices, expected in (
        ({}, everybody),
        ({"who": "demand"}, bodies),
        ({"who": "supply"}, {ultrason.display_name, rival.display_name, lab.display_name}),
        ({"who": "holders"}, {ultrason.display_name}),
        ({"who": "ecosystem"}, {fund.display_name}),
        ({"who": "lab"}, {lab.display_name}),
        ({"who": "no_such_kind"}, everybody),
        ({"theme": "logistics"}, {ultrason.display_name}),
        ({"theme": "energy"}, {"Ville de Bondy"}),
        ({"theme": "mobility"}, set()),
        ({"commune": "Bagnolet"}, {ultrason.display_name}),
        ({"commune": "93006"}, {ultrason.display_name}),
        ({"commune": "T8", "who": "supply"}, {ultrason.display_name}),
        ({"commune": "Ploudalmézeau"}, set()),
        ({"maturity": "M8"}, {ultrason.display_name}),
        ({"maturity": "M9"}, set()),
        ({"label": "nr"}, {ultrason.display_name}),
        ({"label": "esus"}, set()),
        ({"q": "corbeilles previennent"}, {ultrason.display_name}),
        ({"q": "sondes ultrasons"}, {ultrason.display_name}),
        ({"q": "brouillon que personne"}, set()),
        ({"q": "%"}, everybody),
    ):
        assert set(members(client, **choices)) == expected, choices


def test_who_worked_with_the_public_sector_is_found_as_declared_or_as_confirmed(
    client: Client, world: World
) -> None:
    name = world.startup.organization.display_name
    reference = make_reference(world)
    world.solution(world.rival)
    assert members(client, references="declared") == [name]
    assert members(client, references="confirmed") == []
    assert "référence déclarée par l’entreprise" in shown(client.get("/annuaire"))
    reference.confirm(by=world.bagnolet.contributor)
    db.session.commit()
    assert members(client, references="confirmed") == members(client, references="declared") == [name]
    reference.contest(by=world.bagnolet.contributor, reason="Nous n’avons fait qu’une visite.")
    db.session.commit()
    assert members(client, references="declared") == []


@pytest.mark.parametrize("named", [True, False])
def test_a_retained_response_counts_as_a_reference_only_when_the_company_lets_itself_be_named(
    client: Client, world: World, named: bool
) -> None:
    solution = world.solution()
    concluded(world, named=named, solution=solution)
    assert (members(client, references="confirmed") == [world.startup.organization.display_name]) is named


def test_a_purchase_that_the_commune_lets_be_cited_counts_too(client: Client, world: World) -> None:
    make_interest(world, "converted")
    assert members(client, references="confirmed") == [world.startup.organization.display_name]


def test_twenty_members_a_page_and_the_filters_go_along(client: Client, world: World) -> None:
    for number in range(23):
        seated(world.company(f"Atelier {number:02}").organization, "Bagnolet")
    first = client.get("/annuaire?q=atelier&commune=Bagnolet")
    assert len(_MEMBER.findall(first.text)) == 20 and "23 membres" in shown(first)
    assert "q=atelier&commune=Bagnolet&page=2" in first.text
    assert members(client, q="atelier", commune="Bagnolet", page=2) == [
        "Atelier 20",
        "Atelier 21",
        "Atelier 22",
    ]
    assert "La liste est plus courte" in shown(client.get("/annuaire?page=99"))
    assert client.get("/annuaire?page=vingt").status_code == 200


def test_each_tile_counts_members_leads_to_them_and_keeps_the_other_filters(
    client: Client, world: World
) -> None:
    seated(world.startup.organization, "Bagnolet")
    world.solution()
    world.bagnolet  # noqa: B018 (the commune is a member too)
    page = shown(client.get("/annuaire"))
    assert "Bagnolet : 2 membres" in page and "Vanves : aucun membre" in page
    narrowed = shown(client.get("/annuaire?who=holders&commune=Vanves"))
    assert 'href="/annuaire?who=holders&amp;commune=93006"' in narrowed and "Bagnolet : un membre" in narrowed
    assert "Aucun membre ne correspond" in narrowed
    table = client.get("/annuaire/communes?who=holders")
    assert (
        table.status_code == 200
        and 'href="/annuaire?who=holders&amp;commune=93006">Bagnolet</a> 1' in table.text
    )


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "<script>alert(1)</script>", "x" * 5000, "\x00", "🙂", "de la"]
)
def test_strange_words_in_any_field_break_nothing_and_are_never_read_as_html(
    client: Client, world: World, typed: str
) -> None:
    fields = ("q", "who", "theme", "commune", "references", "maturity", "label", "page")
    for page in ("/annuaire", "/annuaire/communes", "/besoins/sans-solution", "/besoins/ils-ont-trouve"):
        answer = client.get(page, query_string=dict.fromkeys(fields, typed))
        assert answer.status_code == 200 and "<script>alert" not in answer.text, page


def test_an_agent_has_the_local_providers_in_one_click_and_may_widen(client: Client, world: World) -> None:
    client.sign_in(world.bagnolet.contributor)
    page = shown(client.get("/annuaire"))
    assert "who=holders&amp;commune=93006" in page and "who=holders&amp;commune=T8" in page
    assert "Élargir à" in shown(client.get("/annuaire?commune=vanves"))


def test_needs_kept_for_members_are_not_counted_for_visitors(client: Client, world: World) -> None:
    world.need(world.bondy, themes=["energy"], visible_to_members_only=True)
    assert members(client, theme="energy") == []
    client.sign_in(world.startup.contributor)
    assert members(client, theme="energy") == ["Ville de Bondy"]


# ------------------------------------------------------------------ privacy


def test_no_address_no_phone_and_no_persons_name_is_on_any_of_these_pages(
    client: Client, world: World
) -> None:
    solution = world.solution()
    need = concluded(world, named=True, solution=solution)
    waiting(world)
    people = (
        world.startup.contributor,
        world.startup.org_admin,
        world.bagnolet.contributor,
        world.bagnolet.validator,
    )
    for number, person in enumerate(people):
        person.phone = f"01 99 88 77 {number:02}"
        person.last_name = f"Canari{number}"
    world.startup.organization.contact_email = "canari@ultrason.example"
    db.session.commit()
    bodies = [world.startup.organization, world.bagnolet.organization]
    pages = ["/annuaire", "/annuaire/communes", "/besoins/sans-solution", "/besoins/ils-ont-trouve"]
    pages += [f"/organisations/{one.id}-{one.slug}" for one in bodies]
    assert need.title in client.get("/besoins/ils-ont-trouve").text
    emails = [person.email for person in people]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        for secret in (*emails, "99 88 77", "Canari", "canari@"):
            assert secret not in answer.text, (page, secret)


def test_the_page_of_a_company_says_where_its_solutions_serve_and_by_whose_word(
    client: Client, world: World
) -> None:
    solution = world.solution()
    draft = world.solution(status="draft", title="Un brouillon que personne ne lit")
    make_reference(world, "declared", solution=solution)
    make_reference(world, "confirmed", solution=solution)
    company = world.startup.organization
    company.labels = ["esus"]
    db.session.commit()
    page = shown(client.get(f"/organisations/{company.id}-{company.slug}"))
    for words in (
        "Où ces solutions servent déjà", "Ville de Bagnolet", "confirmé par la collectivité le", "Selon l’organisation seule",
        "Ville de Nulle-Part", "/annuaire?label=esus", "ne prouve pas",
    ):  # fmt: skip
        assert words in page, words
    assert draft.title not in page


# ------------------------------------------------------------------ needs that wait, needs that found


def test_a_need_without_a_close_solution_waits_in_public_with_what_helps_and_no_score(
    client: Client, world: World
) -> None:
    need = waiting(world, intent="experiment", resources=["data"], themes=["energy"])
    other = world.need(title="Un besoin qui a une solution proche")
    world.match(other, world.solution(), closeness="close")
    other.matched_at = utc_now()
    hidden = waiting(world, "Un besoin gardé pour les membres", visible_to_members_only=True)
    not_compared = world.need(title="Un besoin pas encore comparé")
    page = shown(client.get("/besoins/sans-solution"))
    for words in (
        need.title,
        "la collectivité veut essayer",
        "des données",
        f"/besoins/{need.id}/questions",
        "#answer",
    ):
        assert words in page, words
    for title in (other.title, hidden.title, not_compared.title, "Une piste lointaine", "sur 100"):
        assert title not in page, title
    assert need.title in client.get("/besoins/sans-solution?theme=energy").text
    assert "Rien n’attend dans ce thème" in shown(client.get("/besoins/sans-solution?theme=mobility"))
    client.sign_in(world.startup.contributor)
    assert hidden.title in client.get("/besoins/sans-solution").text


def test_a_need_neither_enters_nor_leaves_the_public_list_because_somebody_answered(
    client: Client, world: World
) -> None:
    """The number of responses is nobody's to know before the deadline (domain model §6)."""
    need = waiting(world)
    before = client.get("/besoins/sans-solution").text
    weak = db.session.scalars(Match.of_need(need)).one()
    response = world.response(need, status="draft", solution=weak.solution)
    response.submit(by=world.startup.contributor)
    db.session.commit()
    db.session.refresh(weak)
    assert weak.status == "converted"
    assert client.get("/besoins/sans-solution").text == before


def test_a_need_leaves_the_list_when_the_team_introduces_somebody(client: Client, world: World) -> None:
    need = waiting(world)
    db.session.scalars(Match.of_need(need)).one().approve(by=world.curator)
    db.session.commit()
    assert need.title not in client.get("/besoins/sans-solution").text
    assert "Aucun besoin n’est sans solution" in shown(client.get("/besoins/sans-solution"))


def test_who_answered_is_named_among_those_that_found_only_with_consent(client: Client, world: World) -> None:
    name = world.startup.organization.display_name
    assert "Rien à raconter" in shown(client.get("/besoins/ils-ont-trouve"))
    silent = concluded(world, named=False, title="Un besoin dont on ne dit pas qui a répondu")
    page = shown(client.get("/besoins/ils-ont-trouve"))
    assert silent.title in page and name not in page and "Un essai d’une saison" in page
    assert name not in client.get(f"/besoins/{silent.id}-{silent.slug}").text
    concluded(world, named=True, title="Un besoin dont on dit qui a répondu", solution=world.solution())
    page = shown(client.get("/besoins/ils-ont-trouve"))
    assert page.count(f">{name}</a>") == 1 and "Sondes à ultrasons" in page
    bare = concluded(world, named=True, title="Une réponse sans solution au catalogue")
    assert f">{name}</a>" in client.get(f"/besoins/{bare.id}-{bare.slug}").text
    world.startup.organization.suspend(
        by=world.curator, reason="Une réclamation grave est en cours d’examen."
    )
    db.session.commit()
    assert name not in client.get("/besoins/ils-ont-trouve").text


def test_a_need_that_found_nothing_is_no_success(client: Client, world: World) -> None:
    need = world.need(status="closed", title="Un besoin qui n’a rien trouvé")
    need.conclude(by=world.bagnolet.validator, outcome="unsuccessful", reason="Aucune réponse ne convenait.")
    db.session.commit()
    assert need.title not in client.get("/besoins/ils-ont-trouve").text


def test_a_place_that_nobody_knows_is_said_unknown_on_each_list(client: Client, world: World) -> None:
    for path in ("/annuaire", "/besoins", "/solutions"):
        unknown = shown(client.get(f"{path}?commune=Xanadu"))
        assert "« Xanadu » : nous ne connaissons pas de commune" in unknown, path
        for known in ("Bondy", "93010", "est ensemble", "Pierrefitte-sur-Seine"):
            assert "nous ne connaissons pas" not in shown(client.get(f"{path}?commune={known}")), (
                path,
                known,
            )
