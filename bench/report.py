"""The results as a page for people, with the machine named."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bench.figures import Figure

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def machine() -> str:
    """Processor, cores and memory as the kernel names them."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor() or "unknown processor",
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def write(parts: Mapping[str, Iterable[Figure]], *, on: date) -> None:
    """The page anew, of these parts."""
    _save({name: _section(name, figures, on) for name, figures in parts.items()})


def renew(parts: Mapping[str, Iterable[Figure]], *, on: date) -> None:
    """These parts on the page; what stands there of others stays as it was measured."""
    _save({**_sections(), **{name: _section(name, figures, on) for name, figures in parts.items()}})


def _save(sections: Mapping[str, str]) -> None:
    head = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Every part runs its baseline in the same run, because machines are shared and noisy:",
        "the ratios say more than the numbers.",
        "",
        f"- Machine: {machine()}",
        "- Client, server and database share this machine.",
        "",
    ]
    PAGE.write_text("\n".join(head) + "\n" + "\n".join(sections.values()), "utf-8")


def _sections() -> dict[str, str]:
    page = PAGE.read_text("utf-8") if PAGE.exists() else ""
    return {text.partition("\n")[0]: f"## {text.rstrip()}\n" for text in page.split("\n## ")[1:]}


def _section(name: str, figures: Iterable[Figure], on: date) -> str:
    lines = [
        f"## {name}",
        "",
        f"Measured on {on.isoformat()}.",
        "",
        "| what | measured | baseline | ratio | budget | met |",
        "|---|---:|---:|---:|---|---|",
    ]
    return "\n".join([*lines, *map(_row, figures), ""])


def _row(figure: Figure) -> str:
    baseline = f"{_number(figure.baseline)} {figure.unit}" if figure.baseline is not None else ""
    ratio = f"{figure.value / figure.baseline:.2f}" if figure.baseline else ""
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    what = f"{figure.what}<br>{figure.note}" if figure.note else figure.what
    value = f"{_number(figure.value)} {figure.unit}" if figure.is_measured else "none"
    return f"| {what} | {value} | {baseline} | {ratio} | {figure.budget} | {met} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
