"""Existing bot libraries, unmodified but for the base URL, publish in a channel."""

from __future__ import annotations

import aiogram
import httpx
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramUnauthorizedError
from aiogram.types import BufferedInputFile
from aiogram.types import InputMediaPhoto as AiogramPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken
from tests.helpers.channels import json_of, new_place, picture


@pytest.fixture(scope="module")
def place(stack):
    return new_place(stack, "warta")


@pytest.fixture(scope="module")
def token(stack, place):
    return stack.cli("bot", "add", "kurir", "--channel", place.name)["token"]


@pytest.fixture
async def ptb(stack, token):
    async with telegram.Bot(token, base_url=f"{stack.url}/bot") as bot:
        yield bot


@pytest.fixture
async def aio(stack, token):
    session = AiohttpSession(api=TelegramAPIServer.from_base(stack.url))
    async with aiogram.Bot(token, session=session) as bot:
        yield bot


def read(place, path):
    """As any reader, without an account."""
    return httpx.get(f"{place.stack.url}{path}")


def posts(place):
    return json_of(read(place, f"/api/v1/channels/{place.name}/posts"), 200)["items"]


def newest(place):
    return posts(place)[0]


async def test_python_telegram_bot_publishes_formatted_text_and_reads_its_own_message_back(ptb, place):
    chat = f"@{place.name}"
    sent = await ptb.send_message(chat, "<b>Kerja bakti</b> &amp; <i>teh</i>", parse_mode=ParseMode.HTML)
    assert sent.text == "Kerja bakti & teh"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 11),
        ("italic", 14, 3),
    ]
    assert sent.chat.username == place.name
    assert newest(place)["text"] == "Kerja bakti & teh"
    answer = await ptb.send_message(
        sent.chat.id, "*Balasan* 😀", parse_mode=ParseMode.MARKDOWN_V2, reply_to_message_id=sent.message_id
    )
    assert answer.message_id > sent.message_id
    assert newest(place)["reply_to"] == posts(place)[1]["id"]


async def test_python_telegram_bot_publishes_a_photo_an_album_and_a_file(ptb, place):
    chat = f"@{place.name}"
    photo = await ptb.send_photo(chat, picture(), caption="Balai", filename="balai.png")
    assert (photo.photo[0].width, photo.caption) == (64, "Balai")
    assert newest(place)["media"][0]["kind"] == "photo"

    album = await ptb.send_media_group(
        chat,
        [telegram.InputMediaPhoto(picture("red")), telegram.InputMediaPhoto(picture("blue"))],
        caption="Dua gambar",
    )
    assert len(album) == 2
    assert album[0].media_group_id == album[1].media_group_id
    assert len(newest(place)["media"]) == 2

    file = await ptb.send_document(chat, b"jadwal ronda", filename="jadwal.txt")
    assert file.document.file_name == "jadwal.txt"
    stored = newest(place)["media"][0]
    assert read(place, f"/api/v1/media/{stored['id']}").content == b"jadwal ronda"


async def test_python_telegram_bot_edits_pins_and_deletes(ptb, place):
    chat = f"@{place.name}"
    sent = await ptb.send_message(chat, "Jam tujuh")
    edited = await ptb.edit_message_text("Jam delapan", chat, sent.message_id)
    assert (edited.text, edited.message_id) == ("Jam delapan", sent.message_id)
    assert newest(place)["text"] == "Jam delapan"
    with pytest.raises(BadRequest, match="not modified"):
        await ptb.edit_message_text("Jam delapan", chat, sent.message_id)

    assert await ptb.pin_chat_message(chat, sent.message_id)
    assert (await ptb.get_chat(chat)).pinned_message.message_id == sent.message_id

    assert await ptb.delete_message(chat, sent.message_id)
    assert all(post["text"] != "Jam delapan" for post in posts(place))


async def test_a_refused_text_is_the_librarys_own_error_and_no_reader_sees_it(ptb, aio, place, listed):
    chat = f"@{place.name}"
    with pytest.raises(Forbidden, match="post refused"):
        await ptb.send_message(chat, f"ajakan {listed}")
    with pytest.raises(TelegramForbiddenError, match="/s/"):
        await aio.send_message(chat, f"ajakan {listed}")
    innocent = await ptb.send_message(chat, "selamat pagi")
    with pytest.raises(Forbidden):
        await ptb.edit_message_text(f"selamat {listed}", chat, innocent.message_id)
    with pytest.raises(Forbidden):
        await ptb.send_photo(chat, picture("green"), caption=f"foto {listed}")
    with pytest.raises(Forbidden):
        await ptb.send_document(chat, b"isi", filename=f"{listed}.txt")
    assert newest(place)["text"] == "selamat pagi"
    assert listed not in read(place, f"/c/{place.name}").text


async def test_aiogram_publishes_edits_and_deletes(aio, place):
    chat = f"@{place.name}"
    assert (await aio.get_me()).is_bot
    sent = await aio.send_message(chat, "<u>Pengumuman</u>", parse_mode="HTML")
    assert sent.entities[0].type == "underline"
    edited = await aio.edit_message_text("Pengumuman baru", chat_id=chat, message_id=sent.message_id)
    assert edited.text == "Pengumuman baru"
    photo = await aio.send_photo(chat, BufferedInputFile(picture("navy"), "laut.png"), caption="Laut")
    assert photo.photo
    album = await aio.send_media_group(
        chat,
        [
            AiogramPhoto(media=BufferedInputFile(picture("pink"), "a.png"), caption="Album"),
            AiogramPhoto(media=BufferedInputFile(picture("gold"), "b.png")),
        ],
    )
    assert len(album) == 2
    document = await aio.send_document(chat, BufferedInputFile(b"isi", "surat.txt"))
    assert document.document.file_name == "surat.txt"
    assert await aio.pin_chat_message(chat, sent.message_id)
    assert await aio.delete_message(chat, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aio.edit_message_text("x", chat_id=chat, message_id=sent.message_id)


async def test_wrong_tokens_chats_and_calls_are_answered_as_telegram_answers(stack, ptb, place):
    async def invalid(token):
        async with telegram.Bot(token, base_url=f"{stack.url}/bot"):
            pass

    with pytest.raises(InvalidToken):
        await invalid("12345:" + "A" * 35)
    session = AiohttpSession(api=TelegramAPIServer.from_base(stack.url))
    async with aiogram.Bot("12345:" + "A" * 35, session=session) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await ptb.send_message("@kanal_orang_lain", "halo")
    with pytest.raises(BadRequest, match="empty"):
        await ptb.send_message(f"@{place.name}", " ")
    with pytest.raises(BadRequest, match="parse entities"):
        await ptb.send_message(f"@{place.name}", "<b>tak tertutup", parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="send the file itself"):
        await ptb.send_photo(f"@{place.name}", "https://kampung.example/foto.jpg")


@pytest.mark.parametrize(
    ("path", "status"),
    [("getNothing", 404), ("sendMessage?chat_id=", 400), ("getMe", 200), ("GETME", 200)],
)
def test_methods_are_known_by_name_without_case(stack, token, path, status):
    answer = httpx.get(f"{stack.url}/bot{token}/{path}")
    assert answer.status_code == status
    assert answer.json()["ok"] is (status == 200)


def test_a_body_that_is_no_form_and_no_json_is_refused_politely(stack, token):
    url = f"{stack.url}/bot{token}/sendMessage"
    broken = httpx.post(url, content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["ok"]) == (400, False)
    assert "Traceback" not in broken.text
