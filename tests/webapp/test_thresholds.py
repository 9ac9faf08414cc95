"""The team's page of thresholds: read again, change with a reason, see what was before."""

from __future__ import annotations

import re
from datetime import date

from models import Threshold, db
from models.procurement import at
from tests.client import Client, shown
from tests.factories import World


def innovation() -> Threshold:
    found = at(db.session.scalars(Threshold.listed()), "INNOVATION", date(2026, 6, 1))
    assert isinstance(found, Threshold)
    return found


def stale_in(page: str) -> int:
    found = re.search(r"(\d+) lignes à relire", page)
    assert found is not None
    return int(found[1])


def test_the_team_sees_what_nobody_read_for_three_months_and_says_that_it_did(
    client: Client, world: World
) -> None:
    client.sign_in(world.curator)
    desk = shown(client.get("/curation"))
    assert "/curation/seuils" in desk and "lignes à relire" in desk
    page = shown(client.get("/curation/seuils"))
    for words in ("moins de 100 000 €", "à relire", "CCP R2122-9-1", "passée", "non lue"):
        assert words in page, words
    before = stale_in(page)
    assert before > 10, "nobody read any since January"
    client.post(f"/curation/seuils/{innovation().id}/relu")
    page = shown(client.get("/curation/seuils"))
    assert stale_in(page) == before - 1 and "Achat innovant : relu" in page and world.curator.name in page
    assert "Changer" not in page, "an administrator does"


def test_an_administrator_changes_a_figure_and_the_old_row_stays_to_be_read(
    client: Client, world: World
) -> None:
    client.sign_in(world.admin)
    address = f"/curation/seuils/{innovation().id}/changer"
    assert 'value="100000"' in client.get(address).text
    fields = {"amount_cents": "140 000", "valid_from": "01/01/2027", "legal_ref": "CCP R2122-9-1", "source": "Journal officiel",
              "confidence": "verified_text", "reason": "court"}  # fmt: skip
    refused = client.post(address, fields)
    assert (
        refused.status_code == 422
        and "dix caractères au moins" in refused.text
        and "140 000" in shown(refused)
    )
    assert (
        client.post(address, fields | {"reason": "Décret lu ce matin au Journal officiel."}).status_code
        == 303
    )
    page = shown(client.get("/curation/seuils"))
    assert "moins de 140 000 €" in page and "du 16 décembre 2021 au 31 décembre 2026" in page
    assert "Décret lu ce matin au Journal officiel." in page


def test_two_figures_for_one_day_are_refused_with_a_sentence(client: Client, world: World) -> None:
    client.sign_in(world.admin)
    past = at(db.session.scalars(Threshold.listed()), "DISPENSE_FS", date(2026, 3, 1))
    assert isinstance(past, Threshold)
    fields = {"amount_cents": "45 000", "valid_from": "2026-03-01", "valid_to": "2026-08-01", "legal_ref": "x", "source": "x",
              "confidence": "memory", "reason": "Une erreur de date, pour voir."}  # fmt: skip
    refused = client.post(f"/curation/seuils/{past.id}/changer", fields)
    assert refused.status_code == 422 and "Une autre ligne s’applique déjà" in refused.text


def test_how_sure_the_new_figure_is_has_to_be_said_and_is_not_taken_for_read(
    client: Client, world: World
) -> None:
    row = db.session.scalars(Threshold.listed()).first()
    assert row is not None
    client.sign_in(world.admin)
    page = client.get(f"/curation/seuils/{row.id}/changer").text
    assert '<option selected value="">À vous de dire' in page
    said = {
        "amount_cents": "70 000",
        "legal_ref": "Décret",
        "source": "Journal officiel",
        "reason": "Le décret relève le seuil.",
    }
    answer = client.post(f"/curation/seuils/{row.id}/changer", said)
    assert answer.status_code == 422 and 'href="#confidence"' in answer.text
