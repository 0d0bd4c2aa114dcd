"""The borders between the parts hold: breaking one makes `make check` fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Whoever imports these must be able to do without Synapse: they are everything but the homeserver's own module.
DOMAIN = ("core", "sealed", "sop", "ledger", "detect", "channels", "cases", "liaison", "transparency")
PROCESSES = (
    "jaga.app.wire",
    "jaga.app.web",
    "jaga.app.worker",
    "jaga.homeserver.accounts",
    "jaga.homeserver.configuration",
)


@pytest.fixture
def tree(tmp_path):
    """A copy of the sources that may be broken."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree):
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree / "src"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("web/problems.py", "from jaga.sealed.guard import guard"),
        ("detect/verdict.py", "from jaga.sealed.guard import Candidate"),
        ("store/database.py", "import jaga.sealed"),
        ("app/wire.py", "from jaga.sealed import rules"),
        ("channels/post.py", "import synapse"),
        ("sealed/guard.py", "from jaga.detect.verdict import Verdict"),
    ],
)
def test_an_import_across_the_border_of_the_sealed_side_fails_the_check(tree, module, line):
    path = tree / "src/jaga" / module
    path.write_text(path.read_text() + f"\n{line}\n")
    done = lint_imports(tree)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


def test_the_sources_as_they_are_keep_every_contract(tree):
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "modules", [tuple(f"jaga.{name}" for name in DOMAIN), PROCESSES], ids=["domain", "processes"]
)
def test_neither_the_domain_nor_our_processes_load_synapse(modules):
    """A process that never loads Synapse cannot reach into a private room by its means."""
    script = (
        "import importlib, pkgutil, sys\n"
        "for name in sys.argv[1:]:\n"
        "    module = importlib.import_module(name)\n"
        "    for found in pkgutil.walk_packages(getattr(module, '__path__', []), name + '.'):\n"
        "        importlib.import_module(found.name)\n"
        # structlog imports twisted wherever it is installed; Synapse nobody does for us.
        "print('synapse' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *modules],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_commands_and_the_worker_load_no_web_framework():
    modules = "jaga.app.wire_members, jaga.app.wire_cases, jaga.app.open_side, jaga.app.worker"
    question = f"import {modules}, sys; sys.exit('litestar' in sys.modules)"
    assert subprocess.run([sys.executable, "-P", "-c", question], check=False).returncode == 0
