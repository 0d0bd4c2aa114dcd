"""People on their way through the pages: publish and be refused, appeal, decide by keyboard alone, all without a script."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from tests.e2e.conftest import HELD_WORD, REFUSED_WORD, visit
from tests.helpers.stack import eventually

OLDER_THAN_A_HELD_KEY = 700  # milliseconds: `CONFIRM_AFTER_MS` of web/console/desk-keys.ts, and some


def fresh(words: str) -> str:
    """Words that no other test publishes."""
    return f"{words} {time.monotonic_ns()}"


async def test_a_member_signs_in_publishes_and_loses_nothing_when_refused(browser, community):
    async with visit(browser, community) as page:
        await page.goto(f"{community.url}/sign-in?to=/c/{community.channel}")
        await page.get_by_label("Nama").fill("@e2e_sari")
        await page.get_by_label("Kata sandi").fill("salah")
        await page.get_by_role("main").get_by_role("button", name="Masuk").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.get_by_label("Kata sandi").fill("kopi tubruk pagi hari")
        await page.get_by_role("main").get_by_role("button", name="Masuk").click()
        await page.wait_for_url(f"**/c/{community.channel}")

        said = fresh("Kumpul di balai jam tujuh.")
        await page.get_by_label("Tulis untuk publik…").fill(said)
        await page.get_by_role("button", name="Terbitkan").click()
        await expect(page.get_by_role("article").filter(has_text=said)).to_be_visible()

        typed = fresh(f"Ini memuat {REFUSED_WORD}.")
        await page.get_by_label("Tulis untuk publik…").fill(typed)
        await page.get_by_role("button", name="Terbitkan").click()
        await expect(page.get_by_role("alert")).to_contain_text("Tidak diterbitkan")
        assert await page.get_by_label("Tulis untuk publik…").input_value() == typed

        await page.get_by_role("link", name="Alasan dan banding").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Apa yang diputuskan")
        assert "T-1" in await page.get_by_role("main").inner_text()
        await page.get_by_label("Mengapa seharusnya diputuskan lain?").fill("Itu nama sebuah resep kue.")
        await page.get_by_role("button", name="Ajukan banding").click()
        await expect(page.get_by_text("Banding Anda sudah kami terima.")).to_be_visible()

        await page.get_by_role("link", name="Kotak masuk").click()
        await expect(page.get_by_text("Tidak diterbitkan").first).to_be_visible()


async def test_anyone_reports_and_follows_it_with_nothing_but_the_address(browser, community):
    async with visit(browser, community, scripts=False) as page:
        await page.goto(f"{community.url}/c/{community.channel}/1")
        await page.get_by_role("link", name="Laporkan kiriman 1").click()
        await page.get_by_label("Pelecehan").check()
        await page.get_by_label("Mengapa?").fill("Menyebut nama tetangga saya dengan kasar.")
        await page.get_by_label("Saya yakin").check()
        await page.get_by_role("button", name="Kirim laporan").click()
        # Name and e-mail are missing: what was typed is still there.
        await page.locator(".wrong").first.wait_for()
        assert await page.get_by_label("Mengapa?").input_value() != ""
        await page.get_by_label("Nama Anda").fill("Tono Contoh")
        await page.get_by_label("Surel Anda").fill("tono@surat.example")
        await page.get_by_role("button", name="Kirim laporan").click()
        await page.get_by_role("link", name="Ikuti laporan ini").click()
        await expect(page.get_by_text("Seorang petugas akan memeriksanya.")).to_be_visible()
        address = page.url
        assert (await page.request.get(address.partition("?")[0])).status == 404


async def test_new_staff_enrol_once_and_come_back_with_password_and_code(browser, community):
    made = community.stack.cli(
        "staff", "add", "Eko E2E", "--email", "eko.e2e@jaga.example", "--role", "moderator"
    )
    async with visit(browser, community) as page:
        await page.goto(made["enrolment"])
        secret = await page.locator(".copy code").inner_text()
        await page.get_by_label("Kode yang ditampilkan").fill("000000")
        await page.get_by_role("textbox", name="Kata sandi").fill("pagar besi kopi tubruk")
        await page.get_by_role("button", name="Selesai").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.get_by_label("Kode yang ditampilkan").fill(pyotp.TOTP(secret).now())
        await page.get_by_role("textbox", name="Kata sandi").fill("pagar besi kopi tubruk")
        await page.get_by_role("button", name="Selesai").click()
        await page.wait_for_url("**/desk")
        await page.get_by_role("button", name="Eko E2E").click()
        await page.wait_for_url("**/desk/sign-in")
        await page.get_by_label("Surel").fill("eko.e2e@jaga.example")
        await page.get_by_role("textbox", name="Kata sandi").fill("pagar besi kopi tubruk")
        # The code of the next half minute is accepted too, so nobody has to wait for it here.
        await page.get_by_label("Kode dari aplikasi").fill(pyotp.TOTP(secret).at(time.time() + 30))
        await page.get_by_role("main").get_by_role("button", name="Masuk").click()
        await page.wait_for_url("**/desk")
        await page.goto(made["enrolment"])
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Tidak ada apa-apa")


async def decide_by_keyboard(page: Page, case: str) -> None:
    """Nothing but keys, from the queue to the confirmed decision."""
    await page.goto(f"{case.partition('/desk')[0]}/desk")
    while not page.url.endswith(case.rpartition("/")[2]):
        before = page.url
        await page.keyboard.press("j")
        await page.wait_for_url(lambda url, before=before: url != before)
        await page.wait_for_load_state()
    await page.keyboard.press("b")
    await page.keyboard.type("menilai perintah")
    await page.keyboard.press("Enter")
    await page.locator("#opened").wait_for()
    await page.wait_for_load_state()  # the keys are a script's
    await page.locator("body").click(position={"x": 1, "y": 1})
    await page.keyboard.press("2")
    await expect(page.get_by_role("radio", name="T-2")).to_be_checked()
    await page.get_by_label("Fakta").focus()
    await page.keyboard.type("Mengajak orang bergabung; bukan berita dan bukan penelitian.")
    await page.keyboard.press("Control+Enter")
    await page.locator("[data-confirm]").wait_for()


async def confirm_by_keyboard(page: Page) -> None:
    """As a press of its own: the page counts from the moment in which its script runs."""
    await page.wait_for_load_state()
    await page.wait_for_timeout(OLDER_THAN_A_HELD_KEY)
    await page.keyboard.press("Enter")


async def test_two_people_carry_out_an_order_by_keyboard_alone(browser, community):
    post = community.publish(fresh("Kiriman yang akan diperintahkan untuk dihapus."))
    address = f"{community.url}/c/{community.channel}/{post['number']}"
    filed = community.submit(f"B-{post['number']}-E2E", address)
    case = f"{community.url}/desk/cases/{filed['case']}"
    async with visit(browser, community, "ani") as page:
        await decide_by_keyboard(page, case)
        await expect(page.get_by_role("main")).to_contain_text("Hapus kiriman")
        await expect(page.get_by_role("main")).to_contain_text("1 orang lain harus menyetujui")
        await confirm_by_keyboard(page)
        await expect(page.get_by_text("1 orang lain harus menyetujui.")).to_be_visible()
        assert await page.get_by_role("button", name="Setujui").count() == 0
    assert (await asked(address)).status_code == 200
    async with visit(browser, community, "bagus", lang="en") as page:
        await page.goto(case)
        await page.get_by_role("button", name="Approve").focus()
        await page.keyboard.press("Enter")
        await page.locator("[data-confirm]").wait_for()
        await expect(page.get_by_role("main")).to_contain_text("Remove the post")
        await confirm_by_keyboard(page)
        await page.wait_for_url("**/desk/cases/*")
        await until(page, "The effect was confirmed on every read path")
    assert (await asked(address)).status_code == 410


async def test_an_appeal_is_answered_by_somebody_else_without_any_script(browser, community):
    text = fresh("Kiriman yang dihapus lalu dipulihkan.")
    post = community.publish(text)
    address = f"{community.url}/c/{community.channel}/{post['number']}"
    notice = {
        "category": "harassment",
        "target": address,
        "explanation": "Saya rasa ini menghina.",
        "name": "Tono",
        "email": "tono@surat.example",
        "good_faith": True,
    }
    async with httpx.AsyncClient(timeout=30) as anyone:
        filed = await anyone.post(f"{community.url}/api/v1/notices", json=notice)
    assert filed.status_code == 201
    async with visit(browser, community, "ani", scripts=False) as page:
        await page.goto(f"{community.url}/desk?category=harassment&target={post['id']}")
        await page.locator("a[data-case]").click()
        await page.get_by_role("radio", name="H-1").check()
        await page.get_by_label("Fakta").fill("Menghina tetangga.")
        await page.get_by_role("button", name="Ajukan putusan").click()
        await page.get_by_role("button", name="Kembali").click()
        assert await page.get_by_label("Fakta").input_value() == "Menghina tetangga."
        await page.get_by_role("button", name="Ajukan putusan").click()
        await page.get_by_role("button", name="Ya, ajukan").click()
        await until(page, "Penulis diberi alasan")
    assert (await asked(address)).status_code == 410
    async with visit(browser, community, "member", scripts=False) as page:
        await page.goto(f"{community.url}/inbox")
        await page.get_by_role(
            "button", name=re.compile("Alasan dan banding ?: Kiriman Anda dihapus")
        ).first.click()
        await page.get_by_label("Mengapa seharusnya diputuskan lain?").fill("Itu kutipan, bukan hinaan.")
        await page.get_by_role("button", name="Ajukan banding").click()
    async with visit(browser, community, "ani", scripts=False) as page:
        await page.goto(f"{community.url}/desk/appeals")
        await page.get_by_role("link", name="Itu kutipan").first.click()
        await expect(page.get_by_text("Anda ikut dalam putusan ini.")).to_be_visible()
        appeal = page.url
    async with visit(browser, community, "bagus", scripts=False) as page:
        await page.goto(appeal)
        await page.get_by_label("Putusan dibatalkan").check()
        await page.get_by_label("Alasan", exact=True).fill("Memang kutipan.")
        await page.get_by_role("button", name="Jawab banding").click()
        await expect(page.get_by_role("main")).to_contain_text("Pulihkan kiriman")
        await page.get_by_role("button", name="Ya, jawab").click()
        await expect(page.get_by_text("Putusan dibatalkan").first).to_be_visible()
    await asyncio.to_thread(eventually, lambda: text in httpx.get(address, timeout=30).text)


async def test_the_bank_is_kept_from_the_desk_and_holds_at_once(browser, community):
    word = f"zulfirano{time.monotonic_ns() % 10_000}"
    async with visit(browser, community, "ani") as page:
        await page.goto(f"{community.url}/desk/banks")
        await page.get_by_label("Yang dicari").fill(word)
        await page.get_by_label("Lalu").select_option("refuse")
        await page.get_by_role("button", name="Tambah").click()
        await expect(page.get_by_role("rowheader", name=word)).to_be_visible()
        await asyncio.to_thread(
            eventually, lambda: community.publish(fresh(f"Memuat {word}."))["code"] == "post_refused"
        )
        await page.get_by_role("button", name=f"Keluarkan {word}").click()
        await page.get_by_role("button", name="Ya, keluarkan").click()
        await page.wait_for_url("**/desk/banks")
        await expect(page.get_by_role("rowheader", name=word)).to_have_count(0)
        await asyncio.to_thread(
            eventually, lambda: community.publish(fresh(f"Memuat {word}."))["state"] == "published"
        )


async def test_an_auditor_reads_everything_and_changes_nothing(browser, community):
    community.publish(fresh(f"Memuat {HELD_WORD} lagi."))
    async with visit(browser, community, "citra") as page:
        await page.goto(f"{community.url}/desk")
        await page.locator("a[data-case]").first.click()
        await expect(page.get_by_text("Peran Anda membaca dan tidak memutuskan.")).to_be_visible()
        assert await page.get_by_role("button", name="Ajukan putusan").count() == 0
        await page.goto(f"{community.url}/desk/banks")
        assert await page.get_by_role("button", name="Tambah").count() == 0


@pytest.mark.parametrize("path", ["/desk", "/desk/cases/case_01", "/desk/appeals", "/desk/banks"])
async def test_the_desk_is_closed_to_everybody_else(browser, community, path):
    async with visit(browser, community, "member") as page:
        await page.goto(community.url + path)
        await page.wait_for_url(re.compile(r"/desk/sign-in\?to="))


def test_a_form_of_the_desk_needs_the_token_that_only_our_page_knows(community):
    cookies = {"staff_session": community.tokens["ani"]}
    sent = httpx.post(
        f"{community.url}/desk/banks",
        data={"kind": "term", "term": "palsu", "category": "terrorism", "outcome": "refuse"},
        cookies=cookies,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (sent.status_code, sent.json()["code"]) == (403, "form_expired")


async def asked(address: str) -> httpx.Response:
    """What somebody without an account gets there."""
    async with httpx.AsyncClient(timeout=30) as anyone:
        return await anyone.get(address)


async def until(page: Page, words: str) -> None:
    """Reload until the page says so."""
    for _ in range(40):
        if await page.get_by_text(words).count():
            return
        await page.wait_for_timeout(250)
        await page.reload()
    raise AssertionError(await page.get_by_role("main").inner_text())


@pytest.mark.parametrize(
    ("lang", "show", "picture"),
    [
        ("id", "Tampilkan gambar 1 dengan jelas", "Gambar 1 dari bukti"),
        ("en", "Show picture 1 clearly", "Picture 1 of the evidence"),
    ],
)
async def test_a_picture_of_the_evidence_is_blurred_until_somebody_asks_for_it(
    browser, community, lang, show, picture
):
    media = community.posts[0]["media"][0]["id"]
    held = community.publish(fresh(f"Gambar dengan {HELD_WORD}."), media=[media])
    async with visit(browser, community, "ani", lang=lang, width=390) as page:
        await page.goto(f"{community.url}/desk?category=harassment&target={held['id']}")
        await page.locator("a[data-case]").click()
        assert await page.locator("figure").count() == 0
        await page.locator("#purpose").fill("menilai gambar")
        await page.locator("button[name=piece]").last.click()
        shown = page.get_by_alt_text(picture)
        await expect(shown).to_have_css("filter", re.compile(r"blur.*grayscale\(1\)"))
        assert await shown.evaluate("async image => (await image.decode(), image.naturalWidth)") == 640
        await page.get_by_label(show).focus()
        await page.keyboard.press("Space")
        await expect(shown).to_have_css("filter", "none")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
