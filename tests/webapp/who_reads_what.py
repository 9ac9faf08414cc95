"""Who may read which private words, written by hand: one line for each kind of thing that somebody keeps for themselves or for a
few. test_what_nobody_else_sees.py puts a word or an amount that exists once behind each line, opens every page as everybody, and
holds what it reads against this table. A lawyer should be able to check it without the code.
"""

from __future__ import annotations

# Readers. « its »: of the thing that the line is about.
WRITER = "writer"  # the person who wrote it
COMMUNE = "commune"  # the people of its commune: contributor, validator, administrator
COMPANY = "company"  # the people of its company
PARTNER = "partner"  # the people of a company that agreed to answer with it
INVITED = "invited"  # the people of a company that was asked to answer with it
TEAM = "team"  # the Métropole's team
ADMIN = "admin"  # the administrators of the platform
BUYERS = "buyers"  # the people of any commune
OWN = "own"  # the people of the same organisation
WRITTEN_TO = "written to"  # the people whom theirs write to, or meet
MEMBERS = "members"  # the people of any verified organisation
EVERYBODY = "everybody"

WHO_MAY_READ: dict[str, tuple[str, ...]] = {
    # --- a need, before it is public
    "need draft": (COMMUNE,),
    "need draft, help asked": (COMMUNE, TEAM),
    "need draft, discarded": (COMMUNE,),
    "need draft, document": (COMMUNE,),
    "need awaiting validation": (COMMUNE,),
    "need in review": (COMMUNE, TEAM),
    "need to change": (COMMUNE, TEAM),
    "why a validator sent a need back": (COMMUNE,),
    "what the team asks to change in a need": (COMMUNE, TEAM),
    # --- once it is
    "need for members": (MEMBERS,),
    "need published": (EVERYBODY,),
    "amount or ceiling of a need": (COMMUNE,),
    "amount of who says « nous aussi »": (COMMUNE,),
    "note of who says « nous aussi »": (EVERYBODY,),
    # --- a response: never a competitor, never before it is sent, under seal nobody
    "response draft": (COMPANY,),
    "response discarded": (COMPANY,),
    "response under seal": (COMPANY,),
    "company that answered under seal": (COMPANY,),
    "response withdrawn under seal": (COMPANY,),
    "response sent": (COMPANY, PARTNER, COMMUNE, TEAM),
    "price or contact in a response": (COMPANY, PARTNER, COMMUNE, TEAM),
    "business secret in a response": (COMPANY, COMMUNE),
    "words of a response that later ones replaced": (COMPANY, COMMUNE),
    "what a company writes after it sent": (COMPANY,),
    "clarification": (COMPANY, COMMUNE, TEAM),
    "why a response is not retained": (COMPANY, COMMUNE),
    "document of a response": (COMPANY, PARTNER, COMMUNE, TEAM),
    "confidential document of a response": (COMPANY, COMMUNE),
    "document of a draft response": (COMPANY,),
    "document of a sealed response": (COMPANY,),
    "part of a partner who was only asked": (COMPANY, INVITED),
    # --- comparing
    "comment of one mark before the lock": (WRITER,),
    "comment of one mark after the lock": (COMMUNE,),
    "tie with a company": (WRITER,),
    # --- questions
    "question that waits": (COMPANY, COMMUNE),
    "question answered to all, as asked": (COMPANY, COMMUNE),
    "question answered to its asker alone": (COMPANY, COMMUNE),
    "why a question is answered to its asker alone": (COMPANY, COMMUNE),
    "question put aside": (COMPANY, COMMUNE),
    "question answered to all, in its public words": (EVERYBODY,),
    "company that asked": (COMPANY,),
    # --- introductions
    "reasons of a proposal that waits": (TEAM,),
    "reasons of a proposal put aside": (TEAM,),
    "reasons of an introduction": (COMMUNE, COMPANY, TEAM),
    "words of an introduction": (COMMUNE, COMPANY, TEAM),
    "reasons of an introduction not yet sent": (COMMUNE, TEAM),
    "words of an introduction not yet sent": (COMMUNE, TEAM),
    "note of the team on a proposal": (TEAM,),
    "why a side declined an introduction": (TEAM,),
    # --- « J'adopte »
    "what a commune asks of a company": (COMMUNE, COMPANY),
    "amount a commune has in mind": (COMMUNE,),
    "notes of a commune after a meeting": (COMMUNE,),
    "why an interest goes no further": (COMMUNE, COMPANY),
    # --- conversations
    "message between a commune and a company": (COMMUNE, COMPANY),
    "document of a message": (COMMUNE, COMPANY),
    "message between a commune and the team": (COMMUNE, TEAM),
    "message that was reported": (COMMUNE, COMPANY, ADMIN),
    "why a message was reported": (ADMIN,),
    "message that was taken off": (),
    # --- solutions
    "solution draft": (COMPANY,),
    "solution in review": (COMPANY, TEAM),
    "solution to change": (COMPANY, TEAM),
    "what the team asks to change in a solution": (COMPANY, TEAM),
    "solution suspended": (COMPANY, TEAM),
    "why a solution is suspended": (COMPANY, TEAM),
    "solution archived": (COMPANY, TEAM),
    "new words of a solution that wait for the team": (COMPANY, TEAM),
    "clues of innovation": (COMPANY, BUYERS, TEAM),
    "document of a draft solution": (COMPANY,),
    "why a commune contests a reference": (COMMUNE, COMPANY, TEAM),
    # --- buying
    "amount put to the guide of purchases": (COMMUNE,),
    "amount of a declared purchase": (COMMUNE,),
    "supplier of a declared purchase": (COMMUNE,),
    # --- oneself
    "search that a person keeps": (WRITER,),
    "address of somebody invited": (COMMUNE,),
    "function of a person": (COMMUNE, COMPANY, TEAM),
    "name of a person": (OWN, TEAM, WRITTEN_TO),
    "name of somebody of the team": (MEMBERS,),
    "address of a person": (OWN, TEAM),
    # --- meetings
    "link of a meeting": (WRITER, TEAM),
    # --- the team's own
    "meeting or call that is being written": (TEAM,),
    "opinion of the team in a report": (TEAM,),
    "letter of a campaign that is being written": (TEAM,),
    "file of companies": (TEAM,),
    "why an organisation is suspended": (COMPANY, TEAM),
}

#: No page shows them to anybody, not even to those who might: a tie stays with its declaration.
SHOWN_NOWHERE = {"tie with a company"}
#: That an organisation is here is public; that it answered, or asked, is not. Where its name alone is read (endpoints begin so).
NAMES = ("company that answered under seal", "company that asked")
NAMES_ARE_PUBLIC = (
    "organizations.",
    "directory.",
    "curation.organization",
    "curation.merge",
    "curation.companies",
)
