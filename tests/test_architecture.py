"""Rules of the house that a machine can hold, each with its reason."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.listener import LAST, WARM_UP
from workers.schedule import ERRANDS

ROOT = Path(__file__).resolve().parent.parent
OURS = ("models", "matching", "workers", "webapp", "launch")
BANNED = {"utils", "helpers", "manager", "handler", "data", "info", "process", "services"}
LONGEST_FILE = 400
LONGEST_VIEW = 15


def tracked(*suffixes: str) -> list[Path]:
    """Our own files with these suffixes: known to git or about to be, migrations and tables apart."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    paths = [
        ROOT / name
        for name in listed
        if name.endswith(suffixes) and not name.startswith(("migrations/", "data/"))
    ]
    return sorted(path for path in paths if path.exists())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_of(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in tracked(".py"):
        name = name_of(path)
        if name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, ast.parse(path.read_text())


def test_floors_and_doors_are_respected() -> None:
    """The contracts, with their reasons, are in pyproject.toml."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_only_the_front_door_reads_the_environment() -> None:
    """Settings are handed over: a part that reads the environment by itself cannot be tested with other values."""
    readers = set()
    for name, tree in code_of(*OURS):
        for node in ast.walk(tree):
            imported = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            imported |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            reads = isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
            if "settings" in imported or reads:
                readers.add(name)
    # The encoder must say « offline » to its libraries by the environment, before they are imported.
    assert {name for name in readers if not name.startswith("launch/")} <= {"matching/encoder.py"}


def test_a_file_is_read_in_one_sitting() -> None:
    long = {
        name_of(path): len(path.read_text().splitlines()) for path in tracked(".py", ".html", ".css", ".js")
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def is_view(function: ast.FunctionDef) -> bool:
    """Whether a function is decorated as a route of an area: ``@area.get("/…")``."""
    routes = {"route", "get", "post", "put", "patch", "delete"}
    calls = [decorator.func for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in routes for call in calls)


def test_a_view_loads_checks_acts_and_answers_in_fifteen_lines() -> None:
    """Longer, it holds a rule that belongs in models/."""
    long = {}
    for name, tree in code_of("webapp"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and is_view(node):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines > LONGEST_VIEW:
                    long[f"{name}: {node.name}"] = lines
    assert long == {}


def names_given(tree: ast.Module) -> Iterator[str]:
    """Every name the code chooses: modules have theirs checked by the caller."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.arg):
            yield node.arg
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_a_name_says_what_the_thing_is() -> None:
    """These words fit anything, so they say nothing."""
    vague = set()
    for name, tree in code_of(*OURS):
        vague |= {f"{name}: {part}" for part in Path(name).with_suffix("").parts if part in BANNED}
        vague |= {
            f"{name}: {given}"
            for given in names_given(tree)
            if given.lower().strip("_") in BANNED - NAMES_OF_OTHERS
        }
    assert vague == set()


# WTForms calls the value of a field `data`, and passes it on by that name.
NAMES_OF_OTHERS = {"data"}


# A message has no moves that a person makes: owed, sent, dropped and failed are the stamps of its delivery.
STATUS_KEEPERS = {"models/lifecycle.py", "models/notification.py"}


def test_only_the_lifecycle_changes_a_status() -> None:
    """Elsewhere a move could skip its guard, its date, its record in the journal or the message it owes."""
    culprits = set()
    for name, tree in code_of(*OURS):
        for node in ast.walk(tree):
            stored = (
                isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "status"
            )
            written = (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith(".values")
                and any(word.arg == "status" for word in node.keywords)
            )
            if (stored or written) and name not in STATUS_KEEPERS:
                culprits.add(f"{name}: {ast.unparse(node)}")
    assert culprits == set()


def defines(path: str) -> bool:
    """Whether the function at this import path exists (read, not imported: workers load an encoder)."""
    module, _, function = path.rpartition(".")
    file = ROOT / Path(*module.split(".")).with_suffix(".py")
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)


@pytest.mark.parametrize(
    "path",
    [errand.path for errand in ERRANDS]
    + [f"{module}.warm_up" for module in WARM_UP.values()]
    + list(LAST.values()),
)
def test_every_bell_is_answered_by_a_function_that_exists(path: str) -> None:
    """Paths are text, since pages may not import workers: nothing else would see a wrong one."""
    assert defines(path)


@pytest.mark.parametrize("call", ["ring", "ask"])
def test_every_bell_rung_and_question_asked_has_somebody_to_answer(call: str) -> None:
    known = {errand.bell for errand in ERRANDS}
    wrong = set()
    for name, tree in code_of("webapp", "workers"):
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == call
                and node.args
            ):
                continue
            said = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if isinstance(said, str) and not (
                said in known if call == "ring" else defines(f"workers.answers.{said}")
            ):
                wrong.add(f"{name}: {said}")
    assert wrong == set()


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_package_that_is_imported_is_declared() -> None:
    """One that comes only because another brings it leaves without notice."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {normal(re.split(r"[\[<>=!~;\s]", requirement)[0]) for requirement in project["dependencies"]}
    declared |= {"torch"}  # installed apart, by the Makefile
    providers = importlib.metadata.packages_distributions()
    undeclared = set()
    for name, tree in code_of(*OURS):
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module in {module.partition(".")[0] for module in modules}:
                if module in sys.stdlib_module_names or module in OURS or module == "settings":
                    continue
                if not {normal(package) for package in providers.get(module, [])} & declared:
                    undeclared.add(f"{name}: {module}")
    assert undeclared == set()


def test_a_paragraph_holds_no_form_and_no_block() -> None:
    """A browser would close the paragraph before it: the buttons lose their spacing, and an empty paragraph follows."""
    blocks = re.compile(
        r"<(form|div|ul|ol|dl|table|section|details)\b|\b(one_button|follow_button|keep_button)\("
    )
    paragraphs = [
        (name_of(path), inside)
        for path in tracked(".html")
        for inside in re.findall(r"<p(?: [^>]*)?>(.*?)</p>", path.read_text(), re.DOTALL)
    ]
    assert len(paragraphs) > 500
    assert [(name, inside) for name, inside in paragraphs if blocks.search(inside)] == []
