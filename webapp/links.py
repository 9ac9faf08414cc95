"""Where a thing is shown: one place for the addresses that more than one area needs."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from models import (
    Attachment,
    Charter,
    ConsortiumMember,
    Conversation,
    ConversationMessage,
    Event,
    Interest,
    Match,
    Membership,
    Need,
    OpenCall,
    Organization,
    Question,
    Ranking,
    Reference,
    Registration,
    Response,
    Shortlist,
    Solution,
)


def address_of(thing: Any) -> str:
    """The page of a need, solution, match, ranking, response or organisation; « Mon espace » or the home page for nothing."""
    match thing:
        case Need():
            return url_for("needs.show", need_id=thing.id, slug=thing.slug)
        case Solution():
            return url_for("solutions.show", solution_id=thing.id, slug=thing.slug)
        case Match():
            return url_for("curation.show" if current_user.is_curator else "matches.show", match_id=thing.id)
        case Ranking():
            return url_for("curation.ranking", ranking_id=thing.id)
        case Response():
            return url_for("responses.show", response_id=thing.id)
        case ConsortiumMember():
            return url_for("responses.invitation", consortium_member_id=thing.id)
        case Shortlist():
            return url_for("evaluation.show", need_id=thing.need_id)
        case Question():
            return url_for("questions.show", question_id=thing.id)
        case Interest():
            return url_for("interests.show", interest_id=thing.id)
        case Reference():
            return url_for("references.show", reference_id=thing.id)
        case Charter():
            return url_for("curation.charters")
        case Event():
            return url_for("events.show", event_id=thing.id, slug=thing.slug)
        case Registration():
            return address_of(thing.event)
        case OpenCall():
            return url_for("open_calls.show", open_call_id=thing.id, slug=thing.slug)
        case Organization():
            return url_for("organizations.show", organization_id=thing.id, slug=thing.slug)
        case Conversation():
            return url_for("conversations.show", conversation_id=thing.id)
        case ConversationMessage():
            return url_for("conversations.show", conversation_id=thing.conversation_id)
        case Attachment() if thing.owner_type != "message":
            return address_of(thing.owner)
        case Membership():
            return url_for("organizations.members", organization_id=thing.organization_id)
    return url_for("spaces.home") if current_user.is_authenticated else url_for("pages.home")


def safe_next(address: str | None) -> str | None:
    """``address`` when it is a page of ours that answers to GET, else None (an allow-list beats parsing)."""
    if not address or not address.startswith("/") or "\\" in address or any(ord(c) < 33 for c in address):
        return None
    path, _, query = address.partition("?")
    from flask import current_app

    adapter = current_app.url_map.bind(request.host)
    try:
        endpoint, _values = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return (
        None
        if path.startswith("//") or endpoint.endswith("static")
        else path + (f"?{query}" if query else "")
    )
