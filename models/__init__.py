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
from models.alert import Alert, AlertFind
from models.attachment import Attachment
from models.campaign import Campaign, CompanyInvitation
from models.charter import Charter, CharterSignature
from models.choices import NeedChoices, SolutionChoices
from models.consortium import ConsortiumMember
from models.conversation import Conversation
from models.conversation_message import ConversationMessage, MessageReading
from models.database import Base, db
from models.declared_purchase import DeclaredPurchase
from models.embedding import Embedding
from models.errors import Conflict, IllegalMove, NotReady, RuleViolation
from models.evaluation import Shortlist
from models.evaluation_sheet import ConflictDeclaration, Criterion, Score
from models.event import Event
from models.exposure import Exposure
from models.follow import Follow
from models.guidance import Guidance
from models.identity import Identity
from models.import_run import ImportRun
from models.interest import Interest
from models.invitation import Invitation
from models.match import Match
from models.membership import Membership
from models.need import Need
from models.need_support import NeedSupport
from models.need_version import NeedVersion
from models.notification import Notification
from models.open_call import OpenCall
from models.opt_out import OptOut
from models.organization import Organization
from models.question import Question
from models.ranker import RankerVersion
from models.ranking import Ranking
from models.reference import Reference
from models.registration import Registration
from models.report import Report
from models.response import Response
from models.response_reading import ResponseReading
from models.response_version import ResponseVersion
from models.review_point import ReviewPoint
from models.sign_in import SignIn, SignInAttempt
from models.snapshot import CatalogueState, DocumentVersion
from models.solution import Solution
from models.territory import Territory
from models.theme import Theme
from models.threshold import Threshold
from models.user import User
from models.visit_count import VisitCount

__all__ = [
    "Activity",
    "Alert",
    "AlertFind",
    "Attachment",
    "Base",
    "Campaign",
    "CatalogueState",
    "Charter",
    "CharterSignature",
    "CompanyInvitation",
    "Conflict",
    "ConflictDeclaration",
    "ConsortiumMember",
    "Conversation",
    "ConversationMessage",
    "Criterion",
    "DeclaredPurchase",
    "DocumentVersion",
    "Embedding",
    "Event",
    "Exposure",
    "Follow",
    "Guidance",
    "Identity",
    "IllegalMove",
    "ImportRun",
    "Interest",
    "Invitation",
    "Match",
    "Membership",
    "MessageReading",
    "Need",
    "NeedChoices",
    "NeedSupport",
    "NeedVersion",
    "NotReady",
    "Notification",
    "OpenCall",
    "OptOut",
    "Organization",
    "Question",
    "RankerVersion",
    "Ranking",
    "Reference",
    "Registration",
    "Report",
    "Response",
    "ResponseReading",
    "ResponseVersion",
    "ReviewPoint",
    "RuleViolation",
    "Score",
    "Shortlist",
    "SignIn",
    "SignInAttempt",
    "Solution",
    "SolutionChoices",
    "Territory",
    "Theme",
    "Threshold",
    "User",
    "VisitCount",
    "db",
]
