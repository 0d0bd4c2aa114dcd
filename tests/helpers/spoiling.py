"""What can befall the stores of a browser: damage, and no room left."""

from __future__ import annotations

from playwright.async_api import Page

# `keys` is the store of the library's crypto, `chats` its copy of what the server has.
_SPOIL = """async ([which, how]) => {
    const of = { keys: name => name.endsWith('matrix-sdk-crypto'), chats: name => name.startsWith('matrix-js-sdk:') };
    const { name, version } = (await indexedDB.databases()).find(one => of[which](one.name));
    const settled = asked => new Promise((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
        asked.onblocked = () => fail(new Error('open elsewhere'));
    });
    const open = (version, change) => {
        const asked = indexedDB.open(name, version);
        asked.onupgradeneeded = () => change?.(asked.result);
        return settled(asked);
    };
    const spoiled = (store, key) => {
        if (!store.keyPath) return store.put('rusak', key);
        const path = [store.keyPath].flat();
        const values = path.map((part, at) => [part, [key].flat()[at]]);
        return store.put({ ...Object.fromEntries(values), nextBatch: 7, roomsData: { join: 'rusak' } });
    };
    const ways = {
        async overwritten() {
            const database = await open();
            for (const one of database.objectStoreNames) {
                const store = database.transaction(one, 'readwrite').objectStore(one);
                for (const key of await settled(store.getAllKeys())) await settled(spoiled(store, key));
            }
            database.close();
        },
        async lost() {
            await settled(indexedDB.deleteDatabase(name));
        },
        async bare() {
            await settled(indexedDB.deleteDatabase(name));
            (await open(version, database => database.createObjectStore('lain'))).close();
        },
        async newer() {
            (await open(version + 1000)).close();
        },
    };
    await ways[how]();
}"""
_FILL = """async () => {
    const asked = indexedDB.open('pengisi', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('bytes', { autoIncrement: true });
    const database = await new Promise(done => (asked.onsuccess = () => done(asked.result)));
    const noise = size => {  // equal bytes would be packed
        const bytes = new Uint8Array(size);
        for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
        return bytes;
    };
    const put = size => new Promise(done => {
        const transaction = database.transaction('bytes', 'readwrite');
        transaction.objectStore('bytes').put(noise(size));
        transaction.oncomplete = () => done(true);
        transaction.onabort = () => done(false);
    });
    for (const size of [1_000_000, 60_000, 1_000, 100]) while (await put(size));
    database.close();
}"""
_EMPTY = """() => new Promise(done => (indexedDB.deleteDatabase('pengisi').onsuccess = done))"""
# Bytes.
_LITTLE, _PLENTY = 500_000, 1_000_000_000
_BACKED_UP = """async count => {
    const { accessToken } = JSON.parse(localStorage.getItem('jaga.session'));
    const ask = async path => {
        const headers = { Authorization: `Bearer ${accessToken}` };
        return (await fetch(`/_matrix/client/v3/room_keys/${path}`, { headers })).json();
    };
    const room = decodeURIComponent(location.hash).split('/')[2];
    const { version } = await ask('version');
    for (;;) {
        const { sessions } = await ask(`keys/${encodeURIComponent(room)}?version=${version}`);
        if (Object.keys(sessions ?? {}).length >= count) return;
        await new Promise(later => setTimeout(later, 50));
    }
}"""


async def spoil(page: Page, store: str, how: str) -> None:
    """Damages one of the two stores; no page may have it open."""
    await page.evaluate(_SPOIL, [store, how])


async def _limit(page: Page, size: int) -> None:
    """From here on the browser keeps so many bytes for the page's origin."""
    devices = await page.context.new_cdp_session(page)
    origin = await page.evaluate("() => location.origin")
    await devices.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": size})


async def fill(page: Page) -> None:
    """Takes all the room that is left, and more: what the browser tidies up by itself later makes none."""
    kept = await page.evaluate("async () => (await navigator.storage.estimate()).usage")
    await _limit(page, kept + _LITTLE)
    await page.evaluate(_FILL)  # else it would go by what it reckoned for some seconds
    await _limit(page, 1)


async def empty(page: Page) -> None:
    """Gives that room back."""
    await _limit(page, _PLENTY)
    await page.evaluate(_EMPTY)


async def backed_up(page: Page, count: int) -> None:
    """Waits until so many keys of the open conversation are in the backup that the recovery key opens."""
    await page.evaluate(_BACKED_UP, count)
