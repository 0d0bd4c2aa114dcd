"""Nothing is held longer than it serves: keys, events, what authors deleted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from jaga.core.clock import utc_now


async def rows(site, question):
    async with site.database.reading() as connection:
        return (await connection.execute(text(question))).all()


async def test_what_has_served_its_time_goes_and_nothing_else(site):
    await site.channel("kabar")
    kept = await site.post("kabar", "tinggal", key="satu")
    gone = await site.post("kabar", "pergi")
    await site.ask("PATCH", f"/api/v1/posts/{gone['id']}", by="ayu", json={"text": "pergi juga"})
    await site.ask("DELETE", f"/api/v1/posts/{gone['id']}", by="ayu")
    words = "SELECT text FROM posts UNION ALL SELECT text FROM post_versions ORDER BY 1"

    await site.services.open_side.tidy(utc_now() + timedelta(days=1))
    assert [row.text for row in await rows(site, words)] == ["pergi", "pergi juga", "tinggal"]
    assert await rows(site, "SELECT 1 FROM idempotency_keys")

    await site.services.open_side.tidy(utc_now() + timedelta(days=8))
    assert [row.text for row in await rows(site, words)] == ["", "tinggal"]
    assert await rows(site, "SELECT 1 FROM idempotency_keys") == []
    assert await rows(site, "SELECT 1 FROM feed_events")
    assert (await site.get(f"/api/v1/posts/{kept['id']}")).status_code == 200

    await site.services.open_side.tidy(utc_now() + timedelta(days=31))
    assert await rows(site, "SELECT 1 FROM feed_events") == []
