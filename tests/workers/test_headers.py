"""What is read in a mail's head is what was written there."""

from __future__ import annotations

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

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


@given(subject=SENTENCES, name=NAMES)
def test_a_subject_and_a_name_keep_every_space_and_accent(subject: str, name: str) -> None:
    mail = EmailMessage(policy=FAITHFUL)
    mail["Subject"] = subject
    mail["To"] = Address(display_name=name, addr_spec="a-rather-long.address@une-commune.example")
    mail.set_content("x")
    sent = mail.as_bytes()
    read = message_from_bytes(sent, policy=default)
    assert read["Subject"] == subject
    assert read["To"].addresses[0].display_name == name
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 100
