"""The plain composer: a member publishes from the page, without script, and loses nothing that was typed."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

OURS = {"Sec-Fetch-Site": "same-origin"}


def picture():
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(content, "PNG")
    return content.getvalue()


async def page(site, path, member):
    return await site.get(path, headers={"Cookie": f"session={await site.token(member)}"})


async def send(site, path, member, headers=None, files=None, **fields):
    cookie = {"Cookie": f"session={await site.token(member)}"}
    # As browsers do it: always multipart, with an empty file when none was chosen.
    files = files or {"files": ("", b"", "application/octet-stream")}
    return await site.ask("POST", path, data=fields, files=files, headers=cookie | (headers or OURS))


@pytest.fixture(scope="module", autouse=True)
async def kabar(site):
    await site.channel("kabar")


async def test_only_who_may_post_sees_the_composer_and_their_page_is_not_stored(site):
    own = await page(site, "/c/kabar", "ayu")
    assert 'class="composer"' in own.text
    assert own.headers["cache-control"] == "private, no-store"
    for member in ("budi", None):
        seen = await (page(site, "/c/kabar", member) if member else site.get("/c/kabar"))
        assert 'class="composer"' not in seen.text
    post = await site.post("kabar", "boleh dikomentari")
    assert 'class="composer"' in (await page(site, f"/c/kabar/{post['id']}", "budi")).text


async def test_text_and_a_picture_are_published_and_the_reader_is_sent_to_the_post(site):
    files = {"files": ("kerja bakti.png", picture(), "image/png")}
    answer = await send(site, "/c/kabar", "ayu", files=files, text="Foto kerja bakti")
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/c/kabar#post-\d+", answer.headers["location"])
    newest = (await site.get("/api/v1/channels/kabar/posts?limit=1")).json()["items"][0]
    assert newest["text"] == "Foto kerja bakti"
    assert newest["media"][0]["file_name"] == "kerja bakti.png"
    assert newest["media"][0]["kind"] == "photo"
    large = {"files": ("data.bin", bytes(range(256)) * 8_000, "application/octet-stream")}
    assert (await send(site, "/c/kabar", "ayu", files=large, text="dua megabita")).status_code == 303
    below = await send(site, "/c/kabar", "budi", text="Terima kasih", comment_on=newest["id"])
    assert below.headers["location"].startswith(f"/c/kabar/{newest['id']}#post-")
    assert "Terima kasih" in (await site.get(f"/c/kabar/{newest['id']}")).text


async def test_a_refusal_shows_the_reasons_and_what_was_typed(site):
    answer = await send(site, "/c/kabar", "ayu", text="panjang lebar tentang zqkabo")
    assert answer.status_code == 403
    assert "panjang lebar tentang zqkabo</textarea>" in answer.text
    assert 'role="alert"' in answer.text
    assert "/s/sor_" in answer.text
    empty = await send(site, "/c/kabar", "ayu", text=" ")
    assert empty.status_code == 400
    assert 'role="alert"' in empty.text


async def test_who_must_wait_for_a_person_is_told_so(site):
    answer = await send(site, "/c/kabar", "ayu", text="tentang zqraba")
    assert answer.status_code == 202
    assert "Akan dilihat dahulu" in answer.text


async def test_a_form_on_another_site_and_a_stranger_publish_nothing(site):
    foreign = await send(site, "/c/kabar", "ayu", headers={"Sec-Fetch-Site": "cross-site"}, text="palsu")
    assert foreign.status_code == 403
    reader = await send(site, "/c/kabar", "budi", text="bukan editor")
    assert reader.status_code == 403
    nobody = await site.ask("POST", "/c/kabar", data={"text": "tanpa nama"}, headers=OURS)
    assert nobody.status_code == 401
    texts = [post["text"] for post in (await site.get("/api/v1/channels/kabar/posts")).json()["items"]]
    assert not {"palsu", "bukan editor", "tanpa nama"} & set(texts)
