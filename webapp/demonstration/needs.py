"""The needs of communes: written, submitted, published by whoever the rules say, open for ten to sixty days more."""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta
from typing import Any

from models import Need, Organization
from models.calendar import today_in_paris
from webapp.demonstration.cast import Cast, backdate
from webapp.demonstration.records import NEEDS, Record, budget_band, cents, defis_of, read

#: The name that its inhabitants give to a commune → its official one (Code officiel géographique).
_OFFICIAL = {"Périgny-sur-Yerres": "Périgny"}
#: What the commune lends and wants, for needs to which the catalogue holds nothing close: the records have no such field.
_OFFERED: dict[str, dict[str, Any]] = {
    "N009": {"resources": ["local_partners", "test_users"]},
    "N066": {"intent": "experiment", "resources": ["test_users"]},
    "N087": {"intent": "experiment", "resources": ["premises", "technical_staff"], "beneficiaries": 4000},
    "N148": {"resources": ["premises"], "beneficiaries": 60},
}


def publish_all(cast: Cast, except_for: Container[str]) -> None:
    """Publish every record but some, which are only drafted: ``cast.needs`` has them all."""
    for record in read(NEEDS):
        need = draft(cast, record)
        cast.needs[record["id"]] = need
        if record["id"] not in except_for:
            publish(cast, need)
            date_publication(cast, need)
        cast.tick()


def draft(cast: Cast, record: Record) -> Need:
    """The words of the record, in the hands of an agent of its commune."""
    commune: str = record["commune"]
    organization = cast.open_public_body(_OFFICIAL.get(commune, commune))
    return write(
        cast,
        organization,
        title=record["title"],
        irritant=record["context"],
        expected_outcome=record["expected"],
        themes=record["themes"],
        budget=budget_band(record["budget_eur_max"]),
        budget_max_cents=cents(record["budget_eur_max"]),
        source="Démonstration",
        **_OFFERED.get(record["id"], {}),
    )


def write(cast: Cast, organization: Organization, **fields: Any) -> Need:
    """A draft of ``organization`` with a deadline in ten days to two months, and the challenges that its themes serve."""
    fields.setdefault("defis", defis_of(fields.get("themes", [])))
    closes_on = today_in_paris() + timedelta(days=cast.chance.randint(10, 60))
    return Need.draft(organization=organization, by=cast.author(organization), closes_on=closes_on, **fields)


def publish(cast: Cast, need: Need) -> None:
    """By the commune's validator, or by the team when it is the first one (R019)."""
    validator = cast.validator(need.organization)
    need.submit(by=cast.author(need.organization))
    if need.is_first_publication:
        need.validate(by=validator)
        need.publish(by=cast.curator)
    else:
        need.publish(by=validator)


def date_publication(cast: Cast, need: Need, least: int = 2, most: int = 45) -> None:
    """Published so many days ago, after a few days with the author and the validator."""
    published = cast.days_ago(least, most)
    submitted = published - timedelta(days=cast.chance.randint(1, 4), hours=2)
    backdate(
        need,
        created_at=submitted - timedelta(days=cast.chance.randint(1, 9)),
        submitted_at=submitted,
        validated_at=published - timedelta(hours=1),
        published_at=published,
        updated_at=published,
    )
