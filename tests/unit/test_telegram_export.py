"""Reading what Telegram Desktop exports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from jaga.channels.entities import Entity
from jaga.channels.telegram_export import (
    BadExport,
    ExportedFile,
    ExportedMessage,
    ServiceMessage,
    UnreadableMessage,
    parse_export,
)


def message(**fields):
    row = {
        "id": 7,
        "type": "message",
        "date": "2024-01-02T03:04:05",
        "date_unixtime": "1704164645",
        "text": "halo",
    }
    return row | fields


def only(**fields):
    return parse_export({"name": "Warta", "messages": [message(**fields)]}).messages[0]


def test_a_plain_message_keeps_its_number_its_instant_and_its_words():
    assert only() == ExportedMessage(
        number=7,
        at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
        edited_at=None,
        text="halo",
        entities=(),
        reply_to=None,
        files=(),
        missing_files=0,
    )


def test_styled_pieces_become_entities_counted_in_utf16():
    pieces = [
        {"type": "plain", "text": "😀 "},
        {"type": "bold", "text": "tebal"},
        {"type": "plain", "text": " "},
        {"type": "text_link", "text": "sini", "href": "https://a.example/"},
        {"type": "hashtag", "text": "#tag"},
    ]
    read = only(text_entities=pieces)
    assert read.text == "😀 tebal sini#tag"
    assert read.entities == (Entity("bold", 3, 5), Entity("text_link", 9, 4, url="https://a.example/"))


def test_an_older_export_without_text_entities_is_read_from_its_text():
    read = only(text=["a ", {"type": "italic", "text": "b"}])
    assert (read.text, read.entities) == ("a b", (Entity("italic", 2, 1),))


def test_replies_edits_photos_and_files_come_along():
    read = only(reply_to_message_id=3, edited_unixtime="1704164700", photo="photos/p.jpg")
    assert read.reply_to == 3
    assert read.edited_at == datetime.fromtimestamp(1704164700, UTC)
    assert read.files == (ExportedFile(PurePosixPath("photos/p.jpg"), "p.jpg", photo=True),)
    assert only(file="files/a.pdf", file_name="Surat.pdf").files[0].name == "Surat.pdf"


def test_what_was_left_out_is_counted():
    left_out = "(File not included. Change data exporting settings to download.)"
    assert only(photo=left_out, poll={"question": "?"}).missing_files == 2


def test_service_messages_are_told_apart():
    assert only(type="service", action="pin_message") == ServiceMessage(7)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "7"},
        {"id": True},
        {"date_unixtime": "soon"},
        {"text_entities": [{"type": "bold"}]},
        {"text_entities": [5]},
        {"photo": "../../secrets/key"},
        {"file": "/etc/passwd"},
        {"reply_to_message_id": "x"},
    ],
)
def test_a_message_that_cannot_be_read_is_counted_and_the_next_one_is_read(fields):
    broken, whole = parse_export({"messages": [message(**fields), message()]}).messages
    assert isinstance(broken, UnreadableMessage)
    assert isinstance(whole, ExportedMessage)


@pytest.mark.parametrize("document", [[], {}, {"messages": 5}, {"chats": {"list": []}}, "x"])
def test_anything_else_is_no_export(document):
    with pytest.raises(BadExport):
        parse_export(document)
