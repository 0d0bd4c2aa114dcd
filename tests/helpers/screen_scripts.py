"""What tests run inside a page."""

from __future__ import annotations

# When the text appears, `window.seenAt` tells.
WATCH = """text => {
  window.seenAt = new Promise(seen => {
    const look = () => document.querySelector("main")?.textContent.includes(text) && (watch.disconnect(), seen(Date.now()));
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""

# The words in the composer are selected.
SELECT = """([words]) => {
  const box = document.querySelector(".composer.open textarea");
  const at = box.value.indexOf(words);
  box.focus();
  box.setSelectionRange(at, at + words.length);
}"""

# A film of a tenth of a second, recorded by the browser itself.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm;codecs=vp8" });
  const pieces = [];
  recorder.ondataavailable = event => pieces.push(event.data);
  const ended = new Promise(done => (recorder.onstop = done));
  recorder.start();
  for (let shade = 0; shade < 8; shade += 1) {
    brush.fillStyle = `rgb(${30 * shade}, 90, 60)`;
    brush.fillRect(0, 0, 64, 48);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  await ended;
  return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
}"""
