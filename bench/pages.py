"""What a page of the messenger tells of itself while it is measured: when something was first on it, what kept it busy."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
from playwright.async_api import Browser, Page

# When each of these selectors was first on the page, and every task that kept the page busy for 50 ms or more.
WATCH = """selectors => {
    window.moments = {};
    window.tasks = [];
    new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(one => one.duration)))
        .observe({ type: 'longtask', buffered: true });
    const look = () => {
        for (const one of selectors)
            if (!(one in window.moments) && document.querySelector(one)) window.moments[one] = performance.now();
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true });
}"""
# When each text was first in a bubble or a post, as milliseconds since 1970; and the requests, as many as there may be.
SEE = """() => {
    window.seen = new Map();
    window.expected = new Map();
    performance.setResourceTimingBufferSize(10_000);
    new MutationObserver(() => {
        for (const { textContent } of [...document.querySelectorAll('.bubble .text, article.post .text')].slice(-3)) {
            if (window.seen.has(textContent)) continue;
            window.seen.set(textContent, performance.timeOrigin + performance.now());
            window.expected.get(textContent)?.();
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
_SEEN = """async text => {
    if (!window.seen.has(text)) await new Promise(come => window.expected.set(text, come));
    return window.seen.get(text);
}"""
_SEND = """text => {
    const box = document.querySelector('textarea');
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    const began = performance.timeOrigin + performance.now();
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    return began;
}"""
_REQUESTS = """part => {
    const found = performance.getEntriesByType('resource').filter(({ name }) => name.includes(part));
    performance.clearResourceTimings();
    return found.map(one => [performance.timeOrigin + one.startTime, performance.timeOrigin + one.responseEnd]);
}"""
_BYTES = """() => ['navigation', 'resource']
    .flatMap(kind => performance.getEntriesByType(kind))
    .filter(({ name }) => name.includes('/app/'))
    .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""
# A screenful each frame until `end` is on the page and the edge is reached; then how many lines were passed.
_SCROLL = """({ place, lines, end, step, patience }) => new Promise((done, fail) => {
    window.tasks = [];
    const passed = new Set();
    const until = performance.now() + patience;
    let still = 0;
    const go = () => {
        const flow = document.querySelector(place);
        for (const one of flow.querySelectorAll(lines)) passed.add(one.dataset.key ?? one.href);
        const before = flow.scrollTop;
        flow.scrollTop += step * flow.clientHeight;
        still = flow.scrollTop === before && (!end || document.querySelector(end)) ? still + 1 : 0;
        if (still > 10) done(passed.size);
        else if (performance.now() > until) fail(new Error(`no end after ${passed.size} lines`));
        else requestAnimationFrame(go);
    };
    go();
})"""
_UP, _DOWN = -0.8, 0.8
_PATIENCE = 180_000
"""Milliseconds for one way, of which most are spent waiting for earlier messages from the server."""


@dataclass(frozen=True)
class Scrolled:
    lines: int
    longest_ms: float
    """Of the tasks of the page meanwhile; 0 where none took 50 ms."""


async def watch(page: Page) -> None:
    """From now on; `page.add_init_script` watches from the first line on."""
    await page.evaluate(WATCH, [])


async def longest_task(page: Page) -> float:
    """Milliseconds."""
    return max(await page.evaluate("() => window.tasks"), default=0)


async def scrolled(page: Page, place: str, lines: str, *, towards: str = "") -> Scrolled:
    """All the way and back: up first where the conversation begins `towards` something, else down."""
    first, back = (_UP, _DOWN) if towards else (_DOWN, _UP)
    way = {"place": place, "lines": lines, "patience": _PATIENCE}
    passed = await page.evaluate(_SCROLL, {**way, "end": towards, "step": first})
    longest = await longest_task(page)
    await page.evaluate(_SCROLL, {**way, "end": "", "step": back})
    return Scrolled(passed, max(longest, await longest_task(page)))


async def send(page: Page, text: str) -> float:
    """Writes it and presses Enter; when that was, in milliseconds since 1970."""
    return float(await page.evaluate(_SEND, text))


async def seen(page: Page, text: str) -> float:
    """When it was first on the screen, in milliseconds since 1970; waits for it."""
    return float(await page.evaluate(_SEEN, text))


async def requests(page: Page, part: str) -> list[tuple[float, float]]:
    """Begin and end of those whose address has this part, since the last time anybody asked; as `seen` counts."""
    return [tuple(one) for one in await page.evaluate(_REQUESTS, part)]


async def heap(page: Page) -> float:
    """Megabytes of JavaScript objects after a collection."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 1e6


async def largest_process(browser: Browser) -> float:
    """Megabytes (PSS) of the largest of the browser's pages."""
    system = await browser.new_browser_cdp_session()
    processes = (await system.send("SystemInfo.getProcessInfo"))["processInfo"]
    renderers = [psutil.Process(one["id"]) for one in processes if one["type"] == "renderer"]
    return max(one.memory_full_info().pss for one in renderers) / 1e6


async def bytes_of(page: Page) -> dict[str, int]:
    """What each file below /app/ had over the wire so far, compressed, without the answer's head."""
    return dict(await page.evaluate(_BYTES))
