"""What is read in a mail's head is what was written there."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from workers.headers import FAITHFUL

WORDS = [
    "À",
    "Élise",
    "l’accueil",
    "de",
    "la",
    "mairie",
    "on",
    "ne",
    "se",
    "comprend",
    "pas",
    ":",
    "«",
    "Publié",
    "»",
    "Haÿ-les-Roses",
    "?",
    "œuvre",
    "20",
    "%",
    "à",
    "où",
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)
NAMES = st.lists(st.sampled_from([word for word in WORDS if word.isalpha()]), min_size=1, max_size=7).map(
    " ".join
)


def _decoded(head: str) -> str:
    """As mail programs do (RFC 2047, 6.2): no space between two encoded words. Python's own reader of addresses adds one."""
    unfolded = "".join(head.splitlines())
    return str(make_header(decode_header(unfolded)))


@given(subject=SENTENCES, name=NAMES)
def test_a_subject_and_a_name_keep_every_space_and_accent(subject: str, name: str) -> None:
    mail = EmailMessage(policy=FAITHFUL)
    mail["Subject"] = subject
    mail["To"] = Address(display_name=name, addr_spec="a-rather-long.address@une-commune.example")
    mail.set_content("x")
    sent = mail.as_bytes()
    read = message_from_bytes(sent)
    assert _decoded(read["Subject"]) == subject
    assert parseaddr(_decoded(read["To"])) == (name, "a-rather-long.address@une-commune.example")
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 100
