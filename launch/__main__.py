"""The command line: ``python -m launch …``."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (pip refuses it too, but this runs from a checkout)
    sys.stderr.write(
        "Python 3.11 ou plus récent est nécessaire ; celui-ci est " + sys.version.split()[0] + ".\n"
    )
    sys.exit(2)

import argparse
import os
import subprocess
from pathlib import Path

from launch import roles
from launch.checks import LaunchError, missing
from launch.decisions import write_decisions
from launch.journal import check_journal
from launch.replay import replay_rankings
from launch.stack import run_stack
from settings import Settings, SettingsError

HERE = Path(__file__).resolve().parent.parent
OURS = {"launch", "settings", "webapp", "workers", "models", "matching"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command of the list above.

    Returns the exit code: 0, 2 when it cannot start, 130 when interrupted; of ``replay`` and
    ``check-journal``, see their files.
    """
    parser = argparse.ArgumentParser(prog="python -m launch", description="Adopte une innovation")
    commands = parser.add_subparsers(dest="command", required=True, metavar="commande")
    commands.add_parser("run", help="prépare la base, puis lance tout")
    commands.add_parser("setup", help="prépare la base : migrations, tables, démonstration")
    commands.add_parser("stack", help="lance Redis, le site, deux ouvriers et l’horloge")
    commands.add_parser("web", help="le site seul")
    worker = commands.add_parser("worker", help="un ouvrier seul")
    worker.add_argument("queue", choices=("questions", "errands"))
    commands.add_parser("clock", help="l’horloge seule")
    admin = commands.add_parser("create-admin", help="nomme une personne administratrice de la plateforme")
    admin.add_argument("email", help="son adresse électronique")
    replay = commands.add_parser("replay", help="calcule de nouveau des classements passés, et les compare")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("ranking", nargs="?", type=int, help="le numéro d’un classement")
    which.add_argument("--all", action="store_true", help="tous")
    which.add_argument("--last", type=_count, metavar="N", help="les N derniers")
    decisions = commands.add_parser(
        "decisions", help="écrit les décisions, pour entraîner de nouveau le moteur"
    )
    decisions.add_argument("file", type=Path, help="le fichier à écrire")
    journal = commands.add_parser("check-journal", help="vérifie que le journal est entier")
    journal.add_argument("--register", type=Path, metavar="FILE", help="et le registre d’un besoin, en CSV")
    asked = parser.parse_args(arguments)
    if asked.command == "check-journal" and asked.register is not None:
        asked.register = asked.register.absolute()
    if asked.command == "decisions":
        asked.file = asked.file.absolute()  # before the folder changes
    os.chdir(HERE)
    os.umask(0o077)  # rows, mails, logs and keys are for the account that runs this
    try:
        return _obey(asked, Settings.from_environment())
    except (SettingsError, LaunchError) as error:
        return _refuse(str(error))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OURS:
            raise
        return _refuse(missing(error.name))
    except KeyboardInterrupt:
        return 130


def _obey(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.command == "setup":
        roles.set_up(settings)
    elif asked.command == "stack":
        run_stack(settings)
    elif asked.command == "run":
        # In a process of its own, which gives back the memory that migrations and demonstration records took.
        prepared = subprocess.run([sys.executable, "-m", "launch", "setup"], check=False)
        if prepared.returncode:
            return prepared.returncode
        run_stack(settings)
    elif asked.command == "web":
        roles.serve_pages(settings)
    elif asked.command == "worker":
        roles.work(settings, asked.queue)
    elif asked.command == "decisions":
        write_decisions(settings, asked.file)
    elif asked.command == "check-journal":
        return check_journal(settings, asked.register)
    elif asked.command == "create-admin":
        roles.name_administrator(settings, asked.email)
    elif asked.command == "replay":
        return replay_rankings(settings, number=asked.ranking, last=asked.last)
    else:
        roles.keep_the_clock(settings)
    return 0


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"« {word} » n’est pas un nombre à partir de 1")
    return int(word)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
