"""Finds what there is to translate in Python: the calls of gettext, and the plain sentences that rules and forms say.

Rules know no page, so their sentences are plain French (``yield "themes", "Choisissez de un à trois thèmes."``); pages
translate them through ``languages.said``. A sentence is known by its shape: several words and a full stop, the pattern
of a ``Sentence``, or an end of « Ce n’est plus possible : … » in a table of refusals. Named in babel.cfg; nothing of the
application needs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, BinaryIO

from babel.messages.extract import extract_python

_GETTEXT = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}
Found = tuple[int, Any, Any, Any]


def extract_sentences(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """(line, name of the call or None, sentence or what it was called with, comments), as Babel asks of a method."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    tree = ast.parse(file.read())
    for line, sentence in sorted(set(_plain_sentences(tree))):
        yield line, None, sentence, []


def _plain_sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    called = {id(part) for call in _calls(tree, _GETTEXT) for part in ast.walk(call)}
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pieces = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if _is_sentence(node) and id(node) not in called | documentation | pieces:
            yield node.lineno, node.value  # type: ignore[attr-defined]
    for call in _calls(tree, {"Sentence"}):
        pattern = call.args[0]
        if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
            yield call.lineno, pattern.value
    for call in _calls(tree, {"Lifecycle"}):
        refusals = call.args[2] if len(call.args) > 2 else ast.Dict([], [])
        for node in ast.walk(refusals):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield node.lineno, node.value


def _calls(tree: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _is_sentence(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value[:1].isupper()
        and node.value.rstrip()[-1:] in {".", "?"}
        and " " in node.value
    )
