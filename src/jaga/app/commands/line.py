"""`jaga line`: the officer's own client. It needs a key and the service's address, and no data directory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from jaga.app.commands.common import JsonOption, emit, fail
from jaga.app.config import language_of_environment
from jaga.core.errors import JagaError, MalformedInput
from jaga.core.text import LANGUAGES, Language, Text

if TYPE_CHECKING:  # so that --help stays quick
    from jaga.app.line_client import LineClient

_KEY_FILE = "jaga-ledger.vkey"
_LARGEST_FILE = 20_000_000

SENDING = Text(id="Mengirim ke {url} …", en="Sending to {url} …")
STATES = {
    "queued": Text(
        id="Diterima dan masuk antrean. Kami memeriksa, memutuskan, lalu mengirim jawaban resmi.",
        en="Accepted and queued. We review it, decide, and send the formal answer.",
    ),
    "clarification": Text(
        id="Tercatat, tetapi belum lengkap; tenggat belum berjalan. Kirim yang kurang dengan: jaga line reply {id} BERKAS",
        en="Recorded, but incomplete; no clock runs yet. Send what is missing with: jaga line reply {id} FILE",
    ),
    "refused": Text(id="Tercatat dan ditolak.", en="Recorded and refused."),
    "in_review": Text(id="Sedang diperiksa.", en="Under review."),
    "actioned": Text(id="Tindakan dijalankan.", en="Action was taken."),
    "no_action": Text(id="Selesai tanpa tindakan.", en="Concluded without action."),
    "impossible": Text(id="Tidak dapat dijalankan.", en="Could not be carried out."),
    "feedback_sent": Text(
        id="Selesai. Ambil jawaban resmi dengan: jaga line feedback {id}",
        en="Concluded. Fetch the formal answer with: jaga line feedback {id}",
    ),
}
CASE = Text(id="Berkas {id}, kasus {case}.", en="Submission {id}, case {case}.")
CLOCK = Text(id="  Tenggat {name}: {due}", en="  Clock {name}: due {due}")
MISSING = Text(id="  Kurang ({item}): {text}", en="  Missing ({item}): {text}")
SAVED = Text(id="Resi disimpan di {path}.", en="The receipt is saved in {path}.")
CHECK = Text(
    id="Periksa kapan saja dengan: jaga verify {path}", en="Check it at any time with: jaga verify {path}"
)
EXPOSED = Text(
    id="Peringatan: {path} dapat dibaca orang lain. Jalankan: chmod 600 {path}",
    en="Warning: others can read {path}. Run: chmod 600 {path}",
)
OPENS = Text(
    id="Buka di peramban, sekali saja, dalam lima menit:\n{url}",
    en="Open this in a browser, once, within five minutes:\n{url}",
)
KEYS_MADE = Text(
    id="{private} adalah kunci rahasia Anda: jangan pernah diberikan. Serahkan {public} kepada perwakilan kami.",
    en="{private} is your private key: never hand it out. Give {public} to our representative.",
)


class FileUnusable(MalformedInput):
    code = "file_unusable"
    text = Text(id="{path}: {problem.id}", en="{path}: {problem.en}")


P = ParamSpec("P")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The direct line, from an officer's side.", no_args_is_help=True)
    for name, run in (
        ("keygen", keygen),
        ("sign", sign),
        ("submit", submit),
        ("status", status),
        ("reply", reply),
        ("feedback", feedback),
        ("open", open_pages),
    ):
        group.command(name)(_in_language(run))
    app.add_typer(group, name="line")


OfficerOption = Annotated[str, typer.Option(help="Your officer id (off_…).")]
KeyOption = Annotated[Path, typer.Option(help="Your private key, PREFIX.key.")]
UrlOption = Annotated[str, typer.Option(help="The service's address, such as https://chat.example.")]
# Every command of ours takes --data; these read and write nothing there.
UnusedData = Annotated[Path | None, typer.Option("--data", hidden=True)]
LangOption = Annotated[str | None, typer.Option(help="id or en; otherwise as LANG says.")]
ReceiptOption = Annotated[Path | None, typer.Option(help="Where to save the receipt.")]
AttachOption = Annotated[
    list[str] | None,
    typer.Option(help="CLASS=PATH, such as official_letter=surat.pdf; may be given several times."),
]
FileArgument = Annotated[Path, typer.Argument(help="The submission as JSON; - reads standard input.")]


def _in_language(run: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A command that answers, also when it fails, in the officer's language."""
    import asyncio

    @wraps(run)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        language = _language(kwargs.get("lang"))
        try:
            asyncio.run(run(*args, **kwargs))
        except JagaError as error:
            fail(error.message(language))

    return wrapper


async def keygen(
    *,
    out: Annotated[Path, typer.Option(help="PREFIX: writes PREFIX.key (mode 600) and PREFIX.pub.")],
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make your key. The private half never leaves this machine."""
    from jaga.app.line_client import make_key

    private, public = make_key(out)
    paths = {"private": str(private), "public": str(public)}
    emit({"key": str(private), "pub": str(public)}, as_json=as_json, human=_say(KEYS_MADE, lang, **paths))


async def sign(
    file: FileArgument,
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    attach: AttachOption = None,
    out: Annotated[
        Path | None, typer.Option(help="PREFIX: writes PREFIX.headers and PREFIX.body instead of printing.")
    ] = None,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign without sending, for software of your own; the signature is good for five minutes and for one request."""
    from jaga.app.line_client import SUBMISSIONS

    signed = _client(officer, key, url, lang).sign("POST", SUBMISSIONS, _body(file, attach))
    headers = "".join(f"{name}: {value}\n" for name, value in signed.headers.items())
    body = (signed.body or b"").decode()
    if out is not None:
        out.with_name(f"{out.name}.headers").write_text(headers, "utf-8")
        out.with_name(f"{out.name}.body").write_text(body, "utf-8")
    value = {"method": signed.method, "url": signed.url, "headers": signed.headers, "body": body}
    human = (
        f"curl -H @{out}.headers --data-binary @{out}.body {signed.url}"
        if out is not None
        else f"{signed.method} {signed.url}\n{headers}\n{body}"
    )
    emit(value, as_json=as_json, human=human)


async def submit(
    file: FileArgument,
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    receipt: ReceiptOption = None,
    attach: AttachOption = None,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign and send a submission, print the answer, save the receipt. Sending the same file twice is harmless."""
    from jaga.app.line_client import SUBMISSIONS

    client = _client(officer, key, url, lang)
    with _progress(url, lang):
        answer = await client.send("POST", SUBMISSIONS, _body(file, attach))
        await _save_receipt(client, answer, receipt)
    emit(answer, as_json=as_json, human=_in_words(answer, receipt, lang))


async def status(
    id: Annotated[str, typer.Argument(help="The submission's id (sub_…).")],
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    receipt: ReceiptOption = None,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """How a submission stands, and its clocks."""
    from jaga.app.line_client import SUBMISSIONS

    client = _client(officer, key, url, lang)
    with _progress(url, lang):
        answer = await client.send("GET", f"{SUBMISSIONS}/{_id(id)}")
        await _save_receipt(client, answer, receipt)
    emit(answer, as_json=as_json, human=_in_words(answer, receipt, lang))


async def reply(
    id: Annotated[str, typer.Argument(help="The submission's id (sub_…).")],
    file: FileArgument,
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    receipt: ReceiptOption = None,
    attach: AttachOption = None,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send what was missing; the clock starts with the reply that completes the submission."""
    from jaga.app.line_client import SUBMISSIONS

    client = _client(officer, key, url, lang)
    with _progress(url, lang):
        answer = await client.send("POST", f"{SUBMISSIONS}/{_id(id)}/replies", _body(file, attach))
        await _save_receipt(client, answer, receipt)
    emit(answer, as_json=as_json, human=_in_words(answer, receipt, lang))


async def feedback(
    id: Annotated[str, typer.Argument(help="The submission's id (sub_…).")],
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    receipt: ReceiptOption = None,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the formal answer."""
    from jaga.app.line_client import SUBMISSIONS

    client = _client(officer, key, url, lang)
    with _progress(url, lang):
        answer = await client.send("GET", f"{SUBMISSIONS}/{_id(id)}/feedback")
        await _save_receipt(client, answer, receipt)
    shown = {name: value for name, value in answer.items() if name != "receipt"}
    emit(answer, as_json=as_json, human=json.dumps(shown, ensure_ascii=False, indent=2))


async def open_pages(
    *,
    officer: OfficerOption,
    key: KeyOption,
    url: UrlOption,
    _data: UnusedData = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an address that opens your authority's pages in a browser; it works once, for five minutes."""
    from jaga.app.line_client import VISITS

    client = _client(officer, key, url, lang)
    with _progress(url, lang):
        answer = await client.send("POST", VISITS, b"{}")
    emit(answer, as_json=as_json, human=_say(OPENS, lang, url=answer["url"]))


# --- reading what the officer gives ---------------------------------------------------------------------------------


def _client(officer: str, key: Path, url: str, lang: str | None) -> LineClient:
    from jaga.app.line_client import LineClient, base_of, is_exposed, load_key

    client = LineClient(base_of(url), officer, load_key(key), _language(lang))
    if is_exposed(key):
        print(_say(EXPOSED, lang, path=key), file=sys.stderr)
    return client


def _id(text: str) -> str:
    from jaga.core.ids import SubmissionId

    return SubmissionId.parse(text)


def _body(file: Path, attach: list[str] | None) -> bytes:
    """The file as it stands, byte for byte, unless attachments are added to it."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
    if not attach:
        return raw
    try:
        fields = json.loads(raw)
        fields["attachments"] = [*fields.get("attachments", []), *map(_attachment, attach)]
    except (ValueError, TypeError, AttributeError):
        raise FileUnusable(
            path=str(file), problem=Text(id="bukan objek JSON.", en="is not a JSON object.")
        ) from None
    return json.dumps(fields, ensure_ascii=False).encode()


def _attachment(option: str) -> dict[str, str]:
    import base64
    import hashlib

    kind, _, path = option.partition("=")
    if not kind or not path:
        raise FileUnusable(path=option, problem=Text(id="tulis KELAS=BERKAS.", en="write CLASS=PATH."))
    content = _read(Path(path))
    return {
        "name": Path(path).name,
        "class": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_base64": base64.b64encode(content).decode(),
    }


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or ""
        raise FileUnusable(
            path=str(path),
            problem=Text(id=f"tidak dapat dibaca ({reason}).", en=f"cannot be read ({reason})."),
        ) from None
    if len(content) > _LARGEST_FILE:
        raise FileUnusable(path=str(path), problem=Text(id="terlalu besar.", en="is too large."))
    return content


# --- telling the officer ----------------------------------------------------------------------------------------------


async def _save_receipt(client: LineClient, answer: dict[str, Any], path: Path | None) -> None:
    """The receipt, and beside it, the first time, the public key to check it with."""
    from jaga.core.files import write_private

    if path is None:
        return
    write_private(path, str(answer["receipt"]).encode())
    if not _key_beside(path).exists() and (vkey := await client.ledger_key()):
        _key_beside(path).write_text(vkey, "utf-8")


def _key_beside(receipt: Path) -> Path:
    return receipt.absolute().parent / _KEY_FILE


def _in_words(answer: dict[str, Any], receipt: Path | None, lang: str | None) -> str:
    language = _language(lang)
    lines = [_say(CASE, lang, id=answer["id"], case=answer["case"])]
    if "refusal" in answer:
        lines.append(f"{STATES['refused'].in_(language)} {answer['refusal']['code']}")
        lines.append(f"  {answer['refusal']['text'][language]}")
    elif answer["state"] in STATES:
        lines.append(_say(STATES[answer["state"]], lang, id=answer["id"]))
    lines += [
        _say(
            MISSING,
            lang,
            item=missing["item"],
            text=f"{missing['text'][language]} {missing.get('uri', '')}".strip(),
        )
        for missing in answer.get("missing", [])
    ]
    lines += [_say(CLOCK, lang, name=clock["name"], due=clock["due_at"]) for clock in answer["clocks"]]
    if receipt is not None:
        lines += [_say(SAVED, lang, path=receipt), _say(CHECK, lang, path=receipt)]
    return "\n".join(lines)


@contextmanager
def _progress(url: str, lang: str | None) -> Iterator[None]:
    """A moving sign on a terminal, silence in a script."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(_say(SENDING, lang, url=url)):
        yield


def _say(text: Text, lang: str | None, /, **fields: object) -> str:
    return text.format(**fields).in_(_language(lang))


def _language(chosen: object) -> Language:
    return next((language for language in LANGUAGES if language == chosen), language_of_environment())
