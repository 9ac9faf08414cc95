"""How each move of each lifecycle is called, and how a thing of each kind is made in each status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models import (
    Attachment,
    Campaign,
    ConsortiumMember,
    Event,
    ImportRun,
    Interest,
    Invitation,
    Match,
    Membership,
    Need,
    OpenCall,
    Organization,
    Question,
    RankerVersion,
    Reference,
    Registration,
    Report,
    Response,
    Shortlist,
    Solution,
    User,
    db,
)
from models.calendar import today_in_paris
from models.database import utc_now
from tests.adoptions import make_interest, make_reference
from tests.arrivals import make_campaign, make_import_run, make_invitation
from tests.documents import join
from tests.evaluations import make_evaluation, make_partner
from tests.events import make_event, make_registration
from tests.factories import World
from tests.open_calls import make_call
from tests.questions import make_question
from tests.rankings import make_ranker
from tests.reports import make_report

LONG = "Une raison assez longue pour être lue par tous."


def later() -> Any:
    return today_in_paris() + timedelta(days=60)


CALLS: dict[str, dict[str, Any]] = {
    "need": {
        "ask_help": {},
        "offer_help": {},
        "assign_help": {"to": lambda: db.session.scalar(sa.select(User))},
        "invite_assistant": {},
        "end_help": {},
        "warn_closing": None,
        "reopen": {"reason": LONG, "closes_on": later},
        "give_feedback": {"text": LONG},
        "submit": {},
        "recall": {},
        "discard": {},
        "send_back": {"reason": LONG},
        "validate": {},
        "resubmit": {},
        "request_changes": {"reason": LONG},
        "publish": {},
        "amend": {"title": "Un tout autre titre de besoin"},
        "change_ceiling": {"budget_max_cents": 2_000_000},
        "extend": {"closes_on": later},
        "close": None,
        "open_dialogue": {},
        "withdraw": {"reason": LONG},
        "conclude": {"outcome": "no_followup", "reason": LONG},
        "archive": None,
        "ask_feedback": None,
    },
    "solution": {
        "submit": {},
        "recall": {},
        "request_changes": {"reason": LONG},
        "resubmit": {},
        "publish": {},
        "revise": {"price_note": "sur devis"},
        "propose_changes": {"title": "Un tout autre titre de solution"},
        "accept_changes": {},
        "refuse_changes": {"reason": LONG},
        "warn_stale": None,
        "go_stale": None,
        "confirm": {},
        "suspend": {"reason": LONG},
        "suspend_with_organization": {"reason": LONG},
        "reinstate": {},
        "reinstate_with_organization": {},
        "archive": {},
    },
    "match": {
        "approve": {},
        "dismiss": {"reason_code": "off_topic"},
        "snooze": {"until": lambda: utc_now() + timedelta(days=7)},
        "wake": None,
        "undo": {},
        "introduce": None,
        "decline": {"reason_code": "timing", "organization": None},
        "remind": None,
        "expire": None,
        "void": None,
    },
    "response": {
        "submit": {},
        "modify": {"summary": "Un autre résumé, assez long."},
        "withdraw": {},
        "discard": {},
        "resume": {},
        "read": {},
        "ask_clarification": {"question": LONG, "until": later},
        "clarify": {"answer": LONG},
        "stop_waiting": None,
        "propose_shortlist": {},
        "shortlist": {},
        "decline": {"reason_code": "other", "reason": LONG},
        "retain": {},
        "void": None,
    },
    "organization": {
        "claim": {},
        "verify": {},
        "suspend": {"reason": LONG},
        "reinstate": {},
        "archive": {},
        "sign_charter": {},
        "merge": {"into": lambda: some_commune(), "on": today_in_paris, "reason": LONG},
    },
    "question": {
        "answer_publicly": {"public_text": LONG, "answer": LONG},
        "answer_privately": {"answer": LONG, "reason": LONG},
        "merge": {"into": None},
        "reject": {"reason": LONG},
        "remind": None,
        "void": None,
    },
    "attachment": {"accept": None, "refuse": None, "remove": {}},
    "interest": {
        "acknowledge": {},
        "decline": {"reason_code": "timing", "reason": LONG},
        "remind": None,
        "expire": None,
        "plan": {"organization": None, "meeting_at": lambda: utc_now() + timedelta(days=2)},
        "meet": {},
        "convert": {"conversion": "purchase"},
        "stop": {"reason": LONG},
        "void": None,
    },
    "reference": {"ask": None, "confirm": {}, "contest": {"reason": LONG}, "withdraw": {}},
    "membership": {"accept": {}, "refuse": {}, "leave": {}},
    "invitation": {"accept": {}, "decline": {}, "revoke": {}, "expire": None},
    "campaign": {"start": {}, "remind": {}, "stop": {}, "finish": None},
    "import_run": {"start": {}, "drop": {}},
    "shortlist": {"set_criteria": {"criteria": [("Pertinence", 60), ("Coût", 40)]}, "lock": {}, "share": {}},
    "consortium_member": {"accept": {}, "refuse": {}, "leave": {}, "remove": {}, "remind": None},
    "event": {"discard": {}, "publish": {}, "cancel": {"reason": LONG}, "end": None},
    "registration": {"come_back": {}, "cancel": {}, "promote": None, "attend": {}, "unattend": {}},
    "report": {"freeze": {"contents": list}, "discard": {}},
    "open_call": {
        "discard": {},
        "announce": {},
        "take_back": {},
        "open": None,
        "extend": {"closes_on": later},
        "withdraw": {"reason": LONG},
        "close": None,
        "archive": {},
    },
    "ranker": {"shadow": None, "enter_service": {}, "retire": {}},
}
#: Verbs that do nothing where they have nothing to do, on purpose.
HARMLESS = {("response", "read"), ("response", "void")}
#: Moves that another verb makes.
INNER = {("match", "convert"), ("membership", "ask_again"), ("consortium_member", "invite_again")}
#: What Event.write makes of a change, by what changed.
INNER |= {("event", "rewrite"), ("event", "correct"), ("event", "reschedule")}
INNER |= {("open_call", "rewrite"), ("open_call", "correct")}
#: Those of the worker, who hands over what it read (tests/workers/test_imports.py).
INNER |= {("import_run", "preview"), ("import_run", "finish"), ("import_run", "fail")}
LIFECYCLES = {
    kind.subject_type: kind.lifecycle
    for kind in (
        Need,
        Solution,
        Match,
        Response,
        Shortlist,
        ConsortiumMember,
        Interest,
        Reference,
        Attachment,
        Question,
        Organization,
        Membership,
        RankerVersion,
        Invitation,
        Campaign,
        ImportRun,
        Event,
        Registration,
        OpenCall,
        Report,
    )
}


MAKERS: dict[str, Any] = {
    "invitation": make_invitation,
    "shortlist": lambda world, status: make_evaluation(world, status=status),
    "consortium_member": make_partner,
    "question": make_question,
    "campaign": make_campaign,
    "interest": make_interest,
    "reference": make_reference,
    "import_run": make_import_run,
    "event": make_event,
    "registration": make_registration,
    "open_call": make_call,
    "report": make_report,
}


def some_commune() -> Any:
    return db.session.scalars(
        sa.select(Organization).where(Organization.kind == "commune", Organization.status == "prospect")
    ).first()


def make_subject(world: World, kind: str, status: str) -> Any:
    if kind == "organization":
        return make_organization(world, status)
    if kind == "attachment":
        return join(world, world.response(status="draft"), status)
    if kind == "ranker":
        return make_ranker(world, status)
    if kind in MAKERS:
        return MAKERS[kind](world, status)
    if kind == "membership":
        membership = Membership.request(user=world.user(), organization=world.bagnolet.organization)
        if status != "requested":
            {"active": membership.accept, "refused": membership.refuse, "left": membership.leave}[status](
                by=world.bagnolet.org_admin
            )
        return membership
    return getattr(world, kind)(status=status)


def make_organization(world: World, status: str) -> Organization:
    if status == "prospect":
        return db.session.scalars(sa.select(Organization).where(Organization.status == "prospect")).first()  # type: ignore[return-value]
    organization: Organization = world.company("Encore Une", verified=status != "pending").organization
    if status == "suspended":
        organization.suspend(by=world.curator, reason=LONG)
    if status == "archived":
        organization.archive(by=world.curator)
    return organization


def do_move(world: World, subject: Any, kind: str, action: str) -> None:
    arguments = CALLS[kind][action]
    verb = "revise" if action == "propose_changes" else action
    if arguments is None:
        getattr(subject, verb)()
        return
    given = {name: value() if callable(value) else value for name, value in arguments.items()}
    getattr(subject, verb)(by=world.user(), **given)
