"""`make mutants`: change `jaga.sealed` in one place at a time, and see whether its tests notice.

mutmut gives the changes. Its own runner makes them in functions only, and cosmic-ray makes none of texts, while
`jaga.sealed` is tables of texts, built when a module is imported. So each change is made here in a process of its own,
forked before anything of Jaga is imported. A change that no test notices must stand in docs/mutants.md with its reason.
"""

from __future__ import annotations

import argparse
import difflib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any

import emoji
import libcst as cst
import pytest
from hypothesis import settings
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, ParentNodeProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src/jaga/sealed"
PAGE = ROOT / "docs/mutants.md"
# One after the other until one fails; the first two notice nearly everything.
TESTS = [
    *(
        ROOT / f"tests/unit/test_sealed_{name}.py"
        for name in ("words", "guard", "creation", "residue_table", "docs")
    ),
    *sorted((ROOT / "tests/property").glob("test_sealed*.py")),
]
# Looked at by nobody but type checkers and readers, or, as the wording of a sentence, judged by readers alone.
_NOT_CHANGED = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator)
# As bare as it goes: one second more for each of fifteen hundred is half an hour.
_HOW = [
    *("-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "--noconftest", "--assert=plain"),
    *("--disable-plugin-autoload", "-p", "no:cacheprovider", "-p", "no:unraisableexception"),
]
_PATIENCE = 20  # how many times longer than the unchanged code a change may take before it counts as noticed


@dataclass(frozen=True)
class Mutant:
    module: str
    source: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}: `{self.before}` → `{self.after}`"


def mutants_of(path: Path) -> Iterator[Mutant]:
    source = path.read_bytes()
    wrapper = MetadataWrapper(cst.parse_module(source))
    parents, spans = wrapper.resolve(ParentNodeProvider), wrapper.resolve(ByteSpanPositionProvider)
    for node in _nodes(wrapper.module):
        if node not in spans or _is_left_alone(node, parents):
            continue
        start, end = spans[node].start, spans[node].start + spans[node].length
        for changed in _changes(node):
            mutated = (
                source[:start] + wrapper.module.code_for_node(changed).encode() + source[end:]
            ).decode()
            if mutated != source.decode() and _compiles(mutated):
                yield Mutant(path.stem, mutated, *_difference(source.decode(), mutated))


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _is_left_alone(node: cst.CSTNode, parents: Any) -> bool:
    above: cst.CSTNode | None = node
    while above is not None:
        if isinstance(above, _NOT_CHANGED):
            return True
        if isinstance(node, cst.Tuple) and isinstance(parents[node], cst.AssignTarget | cst.For):
            return True
        if isinstance(node, cst.BaseString) and isinstance(above, cst.Call) and _called(above) == "Text":
            return True
        above = parents.get(above)
    return False


def _called(call: cst.Call) -> str:
    return call.func.value if isinstance(call.func, cst.Name) else ""


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            changes = list(operator(node))
            # In other letters is another text, as with letters around it; in a pattern it is not the same.
            raw = isinstance(node, cst.SimpleString) and "r" in node.prefix
            yield from changes if operator is not operator_string or raw else changes[:1]
    if isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict):  # leave one out
        for at in range(len(node.elements)):
            yield node.with_changes(elements=[*node.elements[:at], *node.elements[at + 1 :]])


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _difference(source: str, mutated: str) -> tuple[str, str]:
    lines = list(difflib.unified_diff(source.splitlines(), mutated.splitlines(), n=0, lineterm=""))[3:]
    before, after = ([line[1:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
    return " ".join(before), " ".join(after)


class _InItsPlace(MetaPathFinder):
    """Gives the changed source for the one module."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = f"jaga.sealed.{mutant.module}".removesuffix(".__init__")
        self._path = str(SOURCES / f"{mutant.module}.py")
        self._code = compile(mutant.source, self._path, "exec")

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return spec_from_file_location(
            fullname, self._path, loader=_Compiled(fullname, self._path, self._code)
        )


class _Compiled(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return self._code


def _started(mutant: Mutant | None, limit: float) -> int:
    """The id of a process whose exit code is 0 if all tests pass."""
    if pid := os.fork():
        return pid
    signal.setitimer(signal.ITIMER_REAL, limit)  # nobody handles it, so it ends the process
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code: int = 1
    try:
        if mutant is not None:
            sys.meta_path.insert(0, _InItsPlace(mutant))
        code = int(any(pytest.main([*_HOW, str(path)]) for path in TESTS))
    finally:
        os._exit(code)


def judge(mutants: Sequence[Mutant], workers: int) -> list[Mutant]:
    """Those that no test notices."""
    began = time.monotonic()
    _, status = os.waitpid(_started(None, 600), 0)
    if status:
        sys.exit("The tests fail on the unchanged code; see to that first.")
    limit = (time.monotonic() - began) * _PATIENCE
    waiting, running, survivors = list(reversed(mutants)), dict[int, Mutant](), list[Mutant]()
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            running[_started(mutant, limit)] = mutant
        pid, status = os.wait()
        mutant = running.pop(pid)
        if status == 0:
            survivors.append(mutant)
            print(f"survived  {mutant}", flush=True)
        if not len(waiting) % 50:
            print(f"{len(waiting)} to go", file=sys.stderr, flush=True)
    return survivors


def main() -> None:
    options = argparse.ArgumentParser(prog="make mutants")
    options.add_argument("--only", default="", help="names of modules, with commas")
    options.add_argument("--workers", type=int, default=2)
    wanted = options.parse_args()
    only = set(filter(None, wanted.only.split(",")))
    # The same examples for each mutant, or a survivor would be chance; few, as the unit tests notice nearly all.
    settings.register_profile("mutants", derandomize=True, deadline=None, database=None, max_examples=10)
    settings.load_profile("mutants")
    emoji.is_emoji("")  # its list takes long to load, so it is loaded once
    sys.path.insert(0, str(ROOT))
    paths = [path for path in sorted(SOURCES.glob("*.py")) if not only or path.stem in only]
    mutants = [mutant for path in paths for mutant in mutants_of(path)]
    print(f"{len(mutants)} mutants", flush=True)
    began = time.monotonic()
    survivors = judge(mutants, wanted.workers)
    made, alive = (Counter(mutant.module for mutant in which) for which in (mutants, survivors))
    for module, count in made.items():
        print(f"| {module} | {count} | {count - alive[module]} | {alive[module]} |")
    print(f"{(time.monotonic() - began) / 60:.0f} minutes")
    if new := [str(mutant) for mutant in survivors if str(mutant) not in PAGE.read_text()]:
        sys.exit("\n".join(["No test notices, and docs/mutants.md gives no reason:", *new]))


if __name__ == "__main__":
    main()
