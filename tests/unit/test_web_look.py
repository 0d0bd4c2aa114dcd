"""The look: every page dressed alike, in both languages, from one origin, readable in both themes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.app import walls
from jaga.app.sop_files import load_sop
from jaga.channels.sessions import NoSession
from jaga.web import words
from jaga.web.app import create_app
from jaga.web.assets import FOREVER, STATIC
from jaga.web.look import HERE
from jaga.web.tokens import SHARED

PAGE = "/transparency/sop"
ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 23, 2, 41, 7, tzinfo=UTC)


class NobodyIsSignedIn:
    async def member_of(self, token, *, now):
        raise NoSession


@pytest.fixture
async def client():
    services = services_with(sop=load_sop(("id", "eu")), member_sessions=NobodyIsSignedIn())
    async with AsyncTestClient(create_app(services)) as client:
        yield client


async def test_a_page_speaks_indonesian_unless_asked_otherwise_and_remembers_only_what_was_asked(client):
    plain = await client.get(PAGE)
    assert plain.headers["content-language"] == "id"
    assert '<html lang="id">' in plain.text
    assert "set-cookie" not in plain.headers
    assert (await client.get(PAGE, headers={"Accept-Language": "en"})).headers["content-language"] == "en"
    chosen = await client.get(f"{PAGE}?lang=en")
    assert "language=en" in chosen.headers["set-cookie"]
    assert (await client.get(PAGE)).headers["content-language"] == "en"


async def test_a_page_carries_the_strict_policy_and_asks_no_other_origin(client):
    answer = await client.get(PAGE)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)


async def test_a_page_the_reader_has_is_not_sent_again_and_somebodys_own_is_not_stored(client):
    first = await client.get(PAGE)
    again = await client.get(PAGE, headers={"If-None-Match": f"W/{first.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"].startswith("public")
    own = await client.get(PAGE, headers={"Cookie": "session=x"})
    assert own.headers["cache-control"] == "private, no-store"


async def test_styles_never_expire_because_their_address_names_their_content(client):
    address = re.search(r'href="(/static/[^"]+\.css)"', (await client.get(PAGE)).text)[1]
    style = await client.get(address)
    assert style.headers["cache-control"] == FOREVER
    assert style.headers["content-type"].startswith("text/css")
    assert style.headers["content-encoding"] == "gzip"
    assert "--sealed" in style.text
    older = await client.get(re.sub(r"/static/\w+", "/static/000000000000", address))
    assert older.headers["cache-control"] == "no-cache"
    assert (await client.get("/static/x/..%2F..%2Flook.py")).status_code == 404


async def test_a_browser_gets_a_page_for_a_refusal_and_a_program_the_problem_document(client):
    page = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Tidak ada apa-apa di sini" in page.text
    problem = await client.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert problem.json()["code"] == "not_found"


def test_every_sentence_of_the_templates_exists_in_indonesian_and_none_is_left_over():
    loader = SourceFileLoader("words_tool", str(ROOT / "tools" / "words"))
    tool = module_from_spec(spec_from_loader("words_tool", loader))
    loader.exec_module(tool)
    wanted = {message.id for message in tool.wanted() if message.id}
    written = {message.id: message.string for message in tool.written() if message.id}
    assert wanted - {text for text, said in written.items() if said and any(said)} == set()
    assert set(written) - wanted == set()


def test_a_translation_keeps_every_placeholder():
    for message in words.read_po((words.TRANSLATIONS / "id" / "LC_MESSAGES" / "jaga.po").open("rb")):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for said in strings if message.id else []:
            assert set(re.findall(r"%\(\w+\)s", said)) == set(re.findall(r"%\(\w+\)s", ids[-1])), ids


@pytest.mark.parametrize("path", sorted((HERE / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_needs_a_weaker_policy(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_dates_numbers_and_spans_are_written_as_each_language_does():
    assert words.moment(AT, "id") == "23 Nov 2026, 09.41 WIB"
    assert words.moment(AT, "en") == "23 Nov 2026, 02:41 UTC"
    assert words.exact_time(AT, "id") == "09.41.07 WIB"
    assert (words.number(18204, "id"), words.number(18204, "en")) == ("18.204", "18,204")
    assert words.percent(0.986, "id") == "98,6%"
    assert words.span(timedelta(hours=3, minutes=14, seconds=20), "id") == "3 jam 14 mnt"
    assert words.span(timedelta(minutes=-2), "en") == "−2 min"
    assert words.span(timedelta(hours=24), "id") == "24 jam"
    assert words.span(timedelta(days=30), "id") == "30 hari"
    assert words.span(timedelta(0), "id") == "0 dtk"
    assert words.size(2_400_000, "id") == "2,4 MB"


def _theme(css: str, opening: str) -> dict[str, str]:
    block = css[css.index(opening) :]
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", block[: block.index("}")]))


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    (ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "surface", "raised", "sunken")
]
TEXT += [(kind, ground) for kind in ("sealed", "open", "danger", "done") for ground in ("bg", "surface")]
TEXT += [(kind, f"{kind}-tint") for kind in ("sealed", "open", "danger", "done")]
TEXT += [("ink", f"{kind}-tint") for kind in ("sealed", "open", "danger", "done")]
TEXT += [("ink-2", f"{kind}-tint") for kind in ("sealed", "open", "danger", "done")]
TEXT += [("on-sealed", "sealed"), ("on-sealed", "sealed-strong"), ("on-danger", "danger")]
SHAPES = [("line-strong", "surface"), ("line-strong", "bg"), ("sealed", "bg"), ("sealed", "sunken")]


@pytest.mark.parametrize("opening", [":root {", ':root[data-theme="dark"] {'], ids=["light", "dark"])
def test_text_reaches_four_and_a_half_to_one_and_shapes_three_to_one(opening):
    theme = _theme((SHARED / "tokens.css").read_text(), opening)
    weak = [(a, b) for a, b in TEXT if _contrast(theme[f"--{a}"], theme[f"--{b}"]) < 4.5]
    weak += [(a, b) for a, b in SHAPES if _contrast(theme[f"--{a}"], theme[f"--{b}"]) < 3]
    assert weak == []


def test_the_dark_theme_is_the_same_by_system_and_by_choice():
    css = (SHARED / "tokens.css").read_text()
    assert _theme(css, ':root:not([data-theme="light"]) {') == _theme(css, ':root[data-theme="dark"] {')


def test_the_tokens_can_be_read_behind_the_wall_wherever_the_checkout_is():
    assert SHARED in walls.code()


def test_every_style_takes_its_colors_from_the_tokens():
    for path in (STATIC / "css").glob("*.css"):
        text = re.sub(r"\.hue-\d[^}]+}|@media print.*", "", path.read_text(), flags=re.DOTALL)
        assert set(re.findall(r"#[0-9a-f]{3,6}\b", text)) <= {"#fff"}, path.name
