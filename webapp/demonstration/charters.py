"""A second version of the charter, a fortnight old: most companies have signed it, a few have not yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Charter, CharterSignature, Organization, db
from models.calendar import today_in_paris
from models.database import utc_now
from webapp.demonstration.cast import Cast, backdate

DAYS_OLD = 14
#: One company in so many lets it wait. The first, whose accounts are shown, has signed.
LATE_EVERY = 23
_BEFORE = (
    "Ce qu’une expérimentation menée grâce à la plateforme apprend (résultats, difficultés, conditions de réussite) est partagé avec les "
    "communes de la Métropole."
)
_AFTER = (
    "Les innovations produites dans la communauté, et ce qu’une expérimentation menée grâce à la plateforme apprend (résultats, difficultés, "
    "conditions de réussite), sont partagées avec ses membres."
)


def renew(cast: Cast) -> None:
    first = Charter.in_force()
    assert _BEFORE in first.text
    charter = Charter.publish(
        text=first.text.replace(_BEFORE, _AFTER),
        change_note="L’article « Ce qui se partage » dit que les innovations produites dans la communauté le sont.",
        valid_from=today_in_paris(),
        by=cast.curator,
    )
    day = today_in_paris() - timedelta(days=DAYS_OLD)
    backdate(charter, valid_from=day, announced_at=utc_now() - timedelta(days=DAYS_OLD))
    signed = select(CharterSignature.organization_id)
    companies = select(Organization).where(Organization.id.in_(signed)).order_by(Organization.id)
    for number, company in enumerate(db.session.scalars(companies).all(), start=1):
        backdate(company.signatures[0], signed_at=cast.days_ago(60, 300))
        if number % LATE_EVERY and company.may("sign_charter"):
            company.sign_charter(by=company.administrators()[0])
            backdate(company.signatures[-1], signed_at=cast.days_ago(1, DAYS_OLD - 3))
