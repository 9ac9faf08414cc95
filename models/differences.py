"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

#: (kind, words): kept, removed or added, in the order of reading.
Piece = tuple[str, str]
_WORDS = re.compile(r"\s+|[^\s]+")
#: Comparing longer texts word by word takes too long for a page: they are shown whole.
LONGEST = 1_500


def word_changes(before: str, after: str) -> list[Piece]:
    """The pieces of the two texts; joined, those kept and removed give ``before``, those kept and added ``after``."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) > LONGEST or len(new) > LONGEST:
        return [("removed", before), ("added", after)]
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("kept", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(("added", "".join(new[c:d])))
    return pieces
