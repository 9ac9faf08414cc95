"""The documents say what is there: the glossary is complete and its labels are those of the pages; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import models
from models import (
    Attachment,
    Campaign,
    ImportRun,
    Invitation,
    Match,
    Membership,
    Need,
    Organization,
    Question,
    Report,
    Response,
    Solution,
)
from models.consortium import ConsortiumMember
from models.database import Base
from models.evaluation import Shortlist
from models.event import Event
from models.interest import Interest
from models.membership import ROLES
from models.need_lifecycle import OUTCOMES
from models.open_call import OpenCall
from models.reference import Reference
from models.registration import Registration
from webapp.labels import LABELS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
LIVING = [
    ConsortiumMember,
    Shortlist,
    Need,
    Solution,
    Match,
    Response,
    Interest,
    Reference,
    Attachment,
    Organization,
    Membership,
    Invitation,
    ImportRun,
    Campaign,
    Question,
    Event,
    Registration,
    OpenCall,
    Report,
]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
_PATH = re.compile(
    r"`((?:models|matching|workers|webapp|launch|tests|benchmarks|data|docs|migrations)/[\w./*-]*)`"
)


def codes(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def chapter(kind: type) -> str:
    """The part of the glossary about the life of one kind of thing."""
    return GLOSSARY.partition(f"\n### {kind.__name__}\n")[2].partition("\n##")[0]


def test_every_thing_of_the_domain_is_in_the_glossary() -> None:
    classes = {name for name in models.__all__ if isinstance(getattr(models, name), type)}
    things = {name for name in classes if issubclass(getattr(models, name), Base)} - {"Base"}
    assert things - codes(GLOSSARY) == set()


@pytest.mark.parametrize("kind", LIVING)
def test_every_status_is_in_the_glossary_with_the_label_that_the_pages_show(kind: type) -> None:
    shown = {code: str(words) for code, words in LABELS[f"{kind.subject_type}.status"].items()}
    assert set(shown) == set(kind.lifecycle.statuses)  # type: ignore[attr-defined]
    rows = re.findall(r"^\| ([^|]+) \| `(\w+)` \|[^\n|]*\|$", chapter(kind), re.MULTILINE)
    assert {code: words for words, code in rows} == shown


@pytest.mark.parametrize("kind", LIVING)
def test_every_move_is_in_the_glossary_and_none_that_does_not_exist(kind: type) -> None:
    table = chapter(kind).partition("| move | code |")[2].partition("\n\n")[0]
    assert codes(table) == kind.lifecycle.actions  # type: ignore[attr-defined]


def test_every_role_and_every_outcome_is_in_the_glossary() -> None:
    assert set(ROLES) | set(OUTCOMES) <= codes(GLOSSARY)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_paths_of_a_document_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    lost = {link for link in _LINK.findall(text) if ":" not in link and not (document.parent / link).exists()}
    lost |= {path for path in _PATH.findall(text) if not list(ROOT.glob(path.rstrip("/")))}
    assert lost == set()
