"""Which action each endpoint is: one dict for each area of the pages. A request to an endpoint which is not here finds no page.

What an action means, and who may do it, is in permissions.py.
"""

from __future__ import annotations

from webapp.team_routes import CURATION, REPORTS

STATIC = {
    "static": "anyone",
    "bootstrap.static": "anyone",
}
PAGES = {
    "pages.home": "anyone",
    "pages.how_it_works": "anyone",
    "pages.transparency": "anyone",
    "pages.accessibility": "anyone",
    "pages.charter": "anyone",
    "pages.privacy": "anyone",
    "pages.legal": "anyone",
    "pages.help": "anyone",
    "pages.site_map": "anyone",
    "pages.map": "anyone",
    "pages.components": "anyone",
    "pages.health": "anyone",
    "pages.mailbox": "anyone",
    "pages.message": "anyone",
}
ACCOUNTS = {
    "accounts.sign_in": "visitor",
    "accounts.proconnect": "visitor",
    "accounts.proconnect_return": "visitor",
    "accounts.proconnect_link": "visitor",
    "accounts.unlink_identity": "identity.unlink",
    "accounts.sign_out": "signed_in",
    "accounts.register": "visitor",
    "accounts.check_mail": "visitor",
    "accounts.confirm": "anyone",
    "accounts.forgot": "visitor",
    "accounts.reset": "anyone",
    "accounts.profile": "signed_in",
    "accounts.change_password": "signed_in",
    "accounts.preferences": "signed_in",
    "accounts.end_session": "sign_in.end",
    "accounts.end_other_sessions": "signed_in",
}
ORGANIZATIONS = {
    "organizations.choose": "signed_in",
    "organizations.create": "signed_in",
    "organizations.join": "organization.join",
    "organizations.show": "organization.view",
    "organizations.edit": "organization.administer",
    "organizations.members": "organization.see_members",
    "organizations.accept_member": "membership.decide",
    "organizations.refuse_member": "membership.decide",
    "organizations.change_role": "membership.change_role",
    "organizations.leave": "membership.leave",
    "organizations.charter": "organization.read_charter",
    "organizations.sign_charter": "organization.sign",
    "organizations.ask_to_sign": "organization.ask_to_sign",
    "organizations.signed_charter": "organization.read_charter",
    "organizations.archive": "organization.administer",
    "organizations.invite": "organization.administer",
    "organizations.invitation": "anyone",
    "organizations.decline_invitation": "anyone",
    "organizations.accept_invitation": "invitation.accept",
    "organizations.revoke_invitation": "invitation.revoke",
    "organizations.opt_out": "anyone",
}
SPACES = {
    "spaces.home": "signed_in",
    "spaces.notifications": "signed_in",
    "spaces.act_for": "signed_in",
    "spaces.standing": "signed_in",
    "spaces.statistics": "signed_in",
    "spaces.statistics_csv": "signed_in",
    "spaces.solution_statistics": "statistics.view",
    "spaces.solution_statistics_csv": "statistics.view",
}
NEEDS = {
    "needs.index": "anyone",
    "needs.show": "need.view",
    "needs.unmet": "anyone",
    "needs.found": "anyone",
    "needs.create": "write_need",
    "needs.edit": "need.write",
    "needs.autosave": "need.write",
    "needs.panels": "need.write",
    "needs.submit": "need.submit",
    "needs.recall": "need.recall",
    "needs.discard": "need.discard",
    "needs.send_back": "need.send_back",
    "needs.validate": "need.validate",
    "needs.publish": "need.publish",
    "needs.resubmit": "need.resubmit",
    "needs.ask_help": "need.ask_help",
    "needs.amend": "need.amend",
    "needs.extend": "need.extend",
    "needs.withdraw": "need.withdraw",
    "needs.open_dialogue": "need.open_dialogue",
    "needs.conclude": "need.conclude",
    "needs.answer_responses": "need.answer_responses",
    "needs.propose_shortlist": "response.propose_shortlist",
    "needs.reopen": "need.reopen",
    "needs.copy": "need.copy",
    "needs.give_feedback": "need.give_feedback",
    "needs.version": "need.read_versions",
    "needs.invite_assistant": "need.invite_assistant",
    "needs.end_help": "need.end_help",
    "needs.tick_point": "review_point.tick",
    "needs.support": "need.support",
    "needs.stop_supporting": "need.support",
    "needs.matches": "need.read_matches",
    "needs.responses": "need.read_responses",
    "register.show": "need.read_register",
    "register.as_pdf": "need.read_register",
    "register.as_csv": "need.read_register",
}
SOLUTIONS = {
    "solutions.index": "anyone",
    "solutions.show": "solution.view",
    "solutions.create": "write_solution",
    "solutions.edit": "solution.write",
    "solutions.autosave": "solution.write",
    "solutions.panels": "solution.write",
    "solutions.submit": "solution.submit",
    "solutions.ask_to_send": "solution.ask_to_send",
    "solutions.recall": "solution.recall",
    "solutions.resubmit": "solution.resubmit",
    "solutions.revise": "solution.revise",
    "solutions.confirm": "solution.confirm",
    "solutions.archive": "solution.archive",
}
#: Introductions, seen by the two sides.
MATCHES = {
    "matches.index": "signed_in",
    "matches.show": "match.view",
    "matches.decline": "match.decline",
}
RESPONSES = {
    "responses.create": "need.respond",
    "responses.edit": "response.write",
    "responses.autosave": "response.write",
    "responses.show": "response.view",
    "responses.versions": "response.write",
    "responses.submit": "response.write",
    "responses.modify": "response.write",
    "responses.withdraw": "response.write",
    "responses.discard": "response.write",
    "responses.resume": "response.write",
    "responses.clarify": "response.write",
    "responses.choose_naming": "response.write",
    "responses.ask_clarification": "response.ask_clarification",
    "responses.compare": "need.read_responses",
    "responses.consortium": "response.write",
    "responses.invitation": "consortium_member.view",
    "responses.accept_invitation": "consortium_member.answer",
    "responses.refuse_invitation": "consortium_member.answer",
    "responses.leave_consortium": "consortium_member.answer",
    "responses.remove_partner": "consortium_member.remove",
}
#: The commune marks responses; only its own people do.
EVALUATION = {
    "evaluation.show": "need.evaluate",
    "evaluation.criteria": "need.evaluate",
    "evaluation.declare": "need.evaluate",
    "evaluation.sheet": "response.mark",
    "evaluation.autosave": "response.mark",
    "evaluation.lock": "need.decide_evaluation",
    "evaluation.share": "need.decide_evaluation",
    "evaluation.report_pdf": "need.evaluate",
    "evaluation.report_xlsx": "need.evaluate",
    "evaluation.report_csv": "need.evaluate",
}
#: The legal route assistant, files of clues, declared purchases.
PROCUREMENT = {
    "procurement.index": "guide_purchases",
    "procurement.begin": "guide_purchases",
    "procurement.begin_for_need": "need.guide",
    "procurement.begin_for_interest": "interest.follow",
    "procurement.edit": "guidance.write",
    "procurement.autosave": "guidance.write",
    "procurement.show": "guidance.view",
    "procurement.again": "guidance.view",
    "procurement.clue_file": "solution.read_clues",
    "procurement.write_clues": "solution.write_clues",
    "procurement.autosave_clues": "solution.write_clues",
    "procurement.take_up_clues": "solution.take_up_clues",
    "procurement.purchases": "guide_purchases",
    "procurement.declare": "declare_purchase",
    "procurement.correct": "declared_purchase.correct",
}
#: « J'adopte » : what communes ask of companies.
INTERESTS = {
    "interests.index": "signed_in",
    "interests.create": "solution.adopt",
    "interests.show": "interest.view",
    "interests.acknowledge": "interest.answer",
    "interests.decline": "interest.answer",
    "interests.plan": "interest.view",
    "interests.calendar": "interest.view",
    "interests.meet": "interest.follow",
    "interests.convert": "interest.convert",
    "interests.stop": "interest.follow",
}
#: Where solutions serve already.
REFERENCES = {
    "references.index": "solution.refer",
    "references.show": "reference.view",
    "references.confirm": "reference.decide",
    "references.contest": "reference.decide",
    "references.withdraw": "reference.withdraw",
}
#: Joined documents.
ATTACHMENTS = {
    "attachments.of_need": "need.attach",
    "attachments.of_solution": "solution.attach",
    "attachments.of_response": "response.attach",
    "attachments.download": "attachment.view",
    "attachments.remove": "attachment.remove",
}
#: What two sides write to each other.
CONVERSATIONS = {
    "conversations.index": "signed_in",
    "conversations.show": "conversation.view",
    "conversations.about_response": "response.converse",
    "conversations.about_match": "match.converse",
    "conversations.about_help": "need.converse",
    "conversations.about_interest": "interest.view",
    "conversations.report": "message.report",
    "conversations.redact": "message.redact",
}
QUESTIONS = {
    "questions.of_need": "need.view",
    "questions.ask": "need.ask",
    "questions.show": "question.view",
    "questions.answer": "question.answer",
    "questions.answer_privately": "question.answer",
    "questions.merge": "question.answer",
    "questions.reject": "question.answer",
}
#: What a person follows.
FOLLOWING = {
    "following.index": "signed_in",
    "following.need": "need.follow",
    "following.solution": "solution.follow",
    "following.organization": "organization.follow",
    "following.open_call": "open_call.follow",
    "following.theme": "signed_in",
    "following.themes": "signed_in",
    "following.stop": "follow.stop",
    "following.interests": "curate",
}
#: Searches that a person keeps.
ALERTS = {
    "alerts.index": "signed_in",
    "alerts.keep": "signed_in",
    "alerts.edit": "alert.change",
    "alerts.stop": "alert.change",
    "alerts.resume": "alert.change",
    "alerts.end": "alert.change",
    "alerts.unsubscribe": "anyone",
}
DIRECTORY = {
    "directory.index": "anyone",
    "directory.places": "anyone",
}
#: What the marketplace brings, in figures.
FIGURES = {
    "figures.index": "anyone",
    "figures.show": "anyone",
    "figures.as_csv": "anyone",
    "figures.all_csv": "anyone",
}
#: Events: who comes is the team's business alone.
EVENTS = {
    "events.index": "anyone",
    "events.show": "event.view",
    "events.register": "event.register",
    "events.unregister": "event.leave",
    "events.calendar": "event.take_file",
    "events.desk": "curate",
    "events.create": "curate",
    "events.manage": "event.manage",
    "events.edit": "event.manage",
    "events.publish": "event.manage",
    "events.discard": "event.manage",
    "events.cancel": "event.manage",
    "events.attendance": "event.manage",
    "events.people_csv": "event.manage",
}
#: Calls.
OPEN_CALLS = {
    "open_calls.index": "anyone",
    "open_calls.show": "open_call.view",
    "open_calls.desk": "curate",
    "open_calls.create": "curate",
    "open_calls.manage": "open_call.manage",
    "open_calls.edit": "open_call.manage",
    "open_calls.announce": "open_call.manage",
    "open_calls.take_back": "open_call.manage",
    "open_calls.extend": "open_call.manage",
    "open_calls.withdraw": "open_call.manage",
    "open_calls.archive": "open_call.manage",
    "open_calls.discard": "open_call.manage",
}
SEARCH = {
    "search.results": "anyone",
}

ROUTES: dict[str, str] = {
    **STATIC,
    **PAGES,
    **ACCOUNTS,
    **ORGANIZATIONS,
    **SPACES,
    **NEEDS,
    **SOLUTIONS,
    **MATCHES,
    **RESPONSES,
    **EVALUATION,
    **CURATION,
    **PROCUREMENT,
    **INTERESTS,
    **REFERENCES,
    **ATTACHMENTS,
    **CONVERSATIONS,
    **QUESTIONS,
    **FOLLOWING,
    **ALERTS,
    **DIRECTORY,
    **FIGURES,
    **REPORTS,
    **SEARCH,
    **EVENTS,
    **OPEN_CALLS,
}
