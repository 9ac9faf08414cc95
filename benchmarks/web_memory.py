"""What the web process weighs once every page was visited, and that it never loaded what belongs to the workers.

    python -m benchmarks.web_memory [--url http://127.0.0.1:8000]        (on the machine that serves it: reads /proc)

Resident memory (RSS) and what it shares with nobody (PSS, private) of gunicorn's arbiter and of its worker, before and after
the walk. Exit code 1 above the target, or when a library of torch, FAISS or sentence-transformers is mapped in the process, or
when importing the application in a fresh interpreter loads one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from benchmarks.stack import ROOT, Stack, argument_parser, running_stack, table
from benchmarks.visitor import everybody, walk

TARGET = 150.0  # MB resident a process
HEAVY = ("torch", "faiss", "sentence_transformers", "transformers", "matching")
#: Compiled parts of the heavy libraries, as they show in the list of what a process has mapped.
_MAPPED = re.compile(
    r"/(?:lib)?(?:torch|faiss|_swigfaiss|sentence_transformers|transformers|tokenizers)[\w.+-]*(?:/|\.so)"
)
_IMPORT = """
import json, sys
from settings import Settings
from webapp import create_app
create_app(Settings.from_environment({"VAR_DIR": sys.argv[1], "SECRET_KEY": "k" * 40}))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def weigh(pid: int) -> dict[str, float]:
    """MB of one process: rss, pss, private."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {name: value / 1024 for name, value in
            {"rss": kilobytes["Rss"], "pss": kilobytes["Pss"], "private": private}.items()}  # fmt: skip


def heavy_files(pid: int) -> list[str]:
    """Files of heavy libraries that the process has mapped (a library without compiled part leaves none)."""
    mapped = {
        line.split(None, 5)[5] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/" in line
    }
    return sorted(path for path in mapped if _MAPPED.search(path))


def heavy_modules(folder: str) -> list[str]:
    """Heavy packages in ``sys.modules`` of a fresh interpreter that made the application."""
    asked = [sys.executable, "-c", _IMPORT, folder]
    printed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in json.loads(printed.splitlines()[-1]) if name in HEAVY]


def visit_everything(stack: Stack, only: str | None) -> int:
    """Every page reachable by each person, three of each shape. Gives the number of pages read."""
    return sum(len(walk(visitor, each=3)) for visitor in everybody(stack.url, only))


def main() -> int:
    asked = argument_parser(__doc__).parse_args()
    with running_stack(asked.url) as stack:
        before = {pid: weigh(pid) for pid in stack.web_pids()}
        pages = visit_everything(stack, asked.person)
        after = {pid: weigh(pid) for pid in stack.web_pids()}
        files = {pid: heavy_files(pid) for pid in after}
        imported = heavy_modules(str(stack.var_dir or "/tmp"))
    arbiter = min(after)
    rows = [
        ["arbiter" if pid == arbiter and len(after) > 1 else "worker", before[pid]["rss"], kept["rss"], kept["pss"], kept["private"]]
        for pid, kept in after.items() if pid in before
    ]  # fmt: skip
    print(table(["web process", "RSS at start, MB", f"RSS after {pages} pages", "PSS", "private"], rows))
    print("heavy libraries mapped:", sorted({path for paths in files.values() for path in paths}) or "none")
    print("heavy packages imported by create_app in a fresh interpreter:", imported or "none")
    heaviest = max(kept["rss"] for kept in after.values())
    print(f"heaviest {heaviest:.1f} MB for a target of {TARGET:.0f}: ratio {heaviest / TARGET:.2f}")
    return 1 if heaviest > TARGET or imported or any(files.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
