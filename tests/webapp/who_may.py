"""Who may do what, written a second time by hand and in other words than in webapp/permissions.py, on purpose: a change of
the rules must be made twice. test_permissions.py holds the two against each other.
"""

from __future__ import annotations

# Persons. "own": the organisation of the thing; "other": a foreign commune; "rival": a foreign company.
EVERYONE = (
    "visitor",
    "nobody",
    "own_contributor",
    "own_validator",
    "own_org_admin",
    "other_contributor",
    "other_validator",
    "other_org_admin",
    "supplier",
    "supplier_admin",
    "rival",
    "curator",
    "admin",
)
ALL = set(EVERYONE)
SIGNED_IN = ALL - {"visitor"}
TEAM = {"curator", "admin"}
OWN = {"own_contributor", "own_validator", "own_org_admin"}
OWN_DECIDES = {"own_validator", "own_org_admin"}
COMMUNES = OWN | {"other_contributor", "other_validator", "other_org_admin"}
SUPPLIER = {"supplier", "supplier_admin"}
# A commune may offer its own innovations too, so it stands on the supply side as well; the Métropole on the demand side.
SUPPLY = SUPPLIER | {"rival"} | COMMUNES

Rules = dict[str, set[str]]

EVERYWHERE: Rules = {
    "anyone": ALL,
    "visitor": ALL,
    "signed_in": SIGNED_IN,
    "curate": TEAM,
    "administer": {"admin"},
    "write_need": COMMUNES,
    "write_solution": SUPPLY,
}
NEEDS: Rules = {
    "need.view": OWN,
    "need.write": OWN,
    "need.submit": OWN,
    "need.recall": OWN,
    "need.discard": OWN,
    "need.resubmit": OWN,
    "need.ask_help": OWN,
    "need.send_back": OWN_DECIDES,
    "need.validate": OWN_DECIDES,
    "need.publish": OWN_DECIDES,
    "need.amend": OWN_DECIDES,
    "need.extend": OWN_DECIDES,
    "need.withdraw": OWN_DECIDES,
    "need.open_dialogue": OWN_DECIDES,
    "need.conclude": OWN_DECIDES,
    "need.answer_responses": OWN_DECIDES,
    "need.reopen": OWN_DECIDES,
    "need.copy": OWN,
    "need.give_feedback": OWN,
    "need.read_versions": ALL,
    "need.invite_assistant": OWN,
    "need.end_help": OWN,
    "need.support": COMMUNES - OWN,
    "review_point.view": OWN,
    "review_point.tick": OWN,
    "need.read_responses": OWN,
    "need.read_register": OWN | TEAM,
    "need.read_matches": OWN,
    "need.respond": SUPPLY - OWN,
    "need.review": TEAM,
}
SOLUTIONS: Rules = {
    "solution.view": SUPPLIER,
    "solution.write": SUPPLIER,
    "solution.submit": SUPPLIER,
    "solution.ask_to_send": SUPPLIER,
    "solution.recall": SUPPLIER,
    "solution.resubmit": SUPPLIER,
    "solution.revise": SUPPLIER,
    "solution.confirm": SUPPLIER,
    "solution.archive": SUPPLIER,
    "solution.review": TEAM,
    "statistics.view": SUPPLIER,
}
MATCHES: Rules = {
    "match.view": OWN | SUPPLIER | TEAM,
    "match.decline": OWN_DECIDES | SUPPLIER,
    "match.curate": TEAM,
}
RANKINGS: Rules = {
    "ranking.view": TEAM,
    "ranking.replay": TEAM,
    "ranker.view": TEAM,
    "ranker.decide": TEAM,
}
RESPONSES: Rules = {
    "response.view": OWN | SUPPLIER | TEAM,
    "response.write": SUPPLIER,
    "response.ask_clarification": OWN,
    "response.mark": OWN,
    "need.evaluate": OWN,
    "need.decide_evaluation": OWN_DECIDES,
    # Ultrason answers and invites Autre Piste
    "consortium_member.view": SUPPLIER | {"rival"},
    "consortium_member.answer": {"rival"},
    "consortium_member.remove": SUPPLIER,
    "response.propose_shortlist": OWN,
}
ORGANIZATIONS: Rules = {
    "organization.view": OWN | TEAM,
    "organization.join": SIGNED_IN,
    "organization.administer": {"own_org_admin"},
    "organization.see_members": OWN | TEAM,
    "organization.read_charter": OWN | TEAM,
    "organization.sign": OWN_DECIDES,
    "organization.ask_to_sign": OWN,
    "organization.review": TEAM,
    "membership.view": {"own_org_admin"},
    "membership.decide": {"own_org_admin"},
    "membership.change_role": {"own_org_admin", "admin"},
    "membership.leave": {"own_org_admin"},
    "organization.merge": {"admin"},
    "invitation.view": {"own_org_admin"},
    "invitation.accept": set(),
    "invitation.revoke": {"own_org_admin"},
    "charter.view": TEAM,
    "charter.decide": TEAM,
    "import_run.view": TEAM,
    "import_run.decide": TEAM,
    "campaign.view": TEAM,
    "campaign.decide": TEAM,
    "report.view": TEAM,
    "report.write": TEAM,
    "report.redo": TEAM,
    "identity.view": set(),
    "identity.unlink": set(),
    "sign_in.view": set(),
    "sign_in.end": set(),
}

#: What a buyer asks and buys is its own people's business: neither companies nor the team read it.
PROCUREMENT: Rules = {
    "guide_purchases": COMMUNES,
    "declare_purchase": {"own_validator", "own_org_admin", "other_validator", "other_org_admin"},
    "need.guide": OWN,
    "guidance.view": OWN,
    "guidance.write": OWN,
    "declared_purchase.view": OWN,
    "declared_purchase.correct": OWN_DECIDES,
    "solution.read_clues": SUPPLIER | COMMUNES | TEAM,
    "solution.write_clues": SUPPLIER,
    "solution.take_up_clues": COMMUNES,
    "threshold.view": TEAM,
    "threshold.check": TEAM,
    "threshold.revise": {"admin"},
}

CONVERSATIONS: Rules = {
    "conversation.view": OWN | SUPPLIER,
    "response.converse": OWN | SUPPLIER,
    "match.converse": OWN,
    "need.converse": OWN | TEAM,
    "message.view": OWN | SUPPLIER | {"admin"},
    "message.report": OWN | SUPPLIER,
    "message.redact": {"admin"},
}
#: Between the two sides: neither other communes, nor rivals, nor the team read what a commune asks of a company.
ADOPTIONS: Rules = {
    "solution.adopt": COMMUNES,
    "interest.view": OWN | SUPPLIER,
    "interest.answer": SUPPLIER,
    "interest.follow": OWN,
    "interest.convert": OWN_DECIDES,
    "solution.refer": SUPPLIER,
    "reference.view": ALL,
    "reference.decide": OWN,
    "reference.withdraw": SUPPLIER,
}

DOCUMENTS: Rules = {
    "need.attach": OWN_DECIDES,
    "solution.attach": SUPPLIER,
    "response.attach": SUPPLIER,
    "attachment.view": OWN | SUPPLIER | TEAM,
    "attachment.remove": SUPPLIER,
}

#: A question of Ultrason on a need of Bagnolet: the team does not read who asked, nor what waits.
QUESTIONS: Rules = {
    "need.ask": SUPPLY - OWN,
    "need.answer_questions": OWN,
    "question.view": OWN | SUPPLIER,
    "question.own": SUPPLIER,
    "question.answer": OWN,
}
FOLLOWING: Rules = {
    "need.follow": SIGNED_IN,
    "solution.follow": SIGNED_IN,
    "organization.follow": SIGNED_IN,
    "follow.view": set(),
    "follow.stop": set(),
    "alert.view": set(),
    "alert.change": set(),
}

#: An event open to all. Only the team reads who comes to it.
GATHERINGS: Rules = {
    "event.view": ALL,
    "event.register": SIGNED_IN,
    "event.leave": SIGNED_IN,
    "event.take_file": set(),
    "event.manage": TEAM,
    "registration.view": set(),
    "open_call.view": ALL,
    "open_call.follow": SIGNED_IN,
    "open_call.manage": TEAM,
}

#: action → who, on the thing made by ``_thing`` (a draft where the action is about drafts, else something public)
ALLOWED: Rules = {
    **EVERYWHERE,
    **NEEDS,
    **SOLUTIONS,
    **MATCHES,
    **RANKINGS,
    **RESPONSES,
    **ORGANIZATIONS,
    **ADOPTIONS,
    **DOCUMENTS,
    **CONVERSATIONS,
    **PROCUREMENT,
    **QUESTIONS,
    **FOLLOWING,
    **GATHERINGS,
}
#: Actions checked on something that is not public, so that seeing it is itself a question.
ON_DRAFTS = {
    "need.view",
    "need.write",
    "need.submit",
    "need.recall",
    "need.discard",
    "need.resubmit",
    "need.ask_help",
    "solution.view",
    "solution.write",
    "solution.submit",
    "solution.ask_to_send",
    "solution.recall",
    "solution.resubmit",
}
