"""The domain: what exists and what is allowed. Imports nothing of ours.

A scenario, from the first word to the answer::

    need = Need.draft(organization=bagnolet, by=agent, title="Tournées de corbeilles faites à l'aveugle")
    need.submit(by=agent)                # the validators of Bagnolet are owed a message
    need.publish(by=validator)           # status, date, Activity; ``matched_at`` stays empty: that is the debt
    Match.propose(need, suggestions)     # a worker, later
    match.approve(by=curator)            # the company is owed a message, a minute from now
    response = Response.draft(need=need, organization=company, by=supplier)
    response.submit(by=supplier)         # Bagnolet is owed a message

A verb checks that the move is legal now, changes the state, records an Activity, writes what is owed. It takes ``by=``,
never reads a request, never commits.
"""

from models.activity import Activity
from models.choices import NeedChoices, SolutionChoices
from models.database import Base, db
from models.embedding import Embedding
from models.errors import Conflict, IllegalMove, NotReady, RuleViolation
from models.exposure import Exposure
from models.match import Match
from models.membership import Membership
from models.need import Need
from models.notification import Notification
from models.organization import Organization
from models.ranker import RankerVersion
from models.ranking import Ranking
from models.response import Response
from models.sign_in import SignIn, SignInAttempt
from models.snapshot import CatalogueState, DocumentVersion
from models.solution import Solution
from models.territory import Territory
from models.theme import Theme
from models.user import User

__all__ = [
    "Activity",
    "Base",
    "CatalogueState",
    "Conflict",
    "DocumentVersion",
    "Embedding",
    "Exposure",
    "IllegalMove",
    "Match",
    "Membership",
    "Need",
    "NeedChoices",
    "NotReady",
    "Notification",
    "Organization",
    "RankerVersion",
    "Ranking",
    "Response",
    "RuleViolation",
    "SignIn",
    "SignInAttempt",
    "Solution",
    "SolutionChoices",
    "Territory",
    "Theme",
    "User",
    "db",
]
