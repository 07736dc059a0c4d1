"""The Holter station in Chromium: opening and gestures on 24, 48 and 72 h of three leads, beside fetching all samples.

Marks: opening <= 2 s, every gesture <= 200 ms. Needs a running platform with its demo county, or starts one of its own.
A gesture is timed inside the page, from the event to the frame that shows it. "Whole" is what a viewer without levels
does first: fetch every sample of the recording into the page and reduce it to what an overview draws.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import tempfile
import time
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.stories.conftest import ARGUMENTS
from tests.stories.platform import PASSWORD, running_platform
from tianmu.clinical.ecg.demo.holter_hearts import PIECES
from tianmu.clinical.ecg.synthesis.day import Day, write_day

HOURS = (24, 48, 72)
CHUNK = 4 << 20
REPEATS = 5
FROM_DESK = {"X-Tianmu-Client": "desk"}
OPEN_MS, GESTURE_MS = 2000.0, 200.0
HOUR = ("day", "pvc", "walk", "pac", "night", "day")

IN_PAGE = """
window.gesture = async (act, shown, limitMs = 20000) => {
  const begun = performance.now()
  act()
  for (;;) {
    await new Promise(requestAnimationFrame)
    if (shown()) break
    if (performance.now() - begun > limitMs) return NaN
  }
  await new Promise(requestAnimationFrame)
  return performance.now() - begun
}
window.key = (key, more = {}) => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }))
window.until = async (ready) => {
  while (!ready()) await new Promise((done) => setTimeout(done, 50))
}
window.one = (selector) => document.querySelector(selector)
window.strip = () => window.one('.strip canvas')?.dataset.place ?? ''
window.draw = (selector, points) => {
  const canvas = window.one(selector)
  const box = canvas.getBoundingClientRect()
  const fire = (kind, [x, y]) => canvas.dispatchEvent(new PointerEvent(kind, { bubbles: true, buttons: 1, pointerId: 1,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }))
  canvas.setPointerCapture = () => undefined
  fire('pointerdown', points[0])
  for (const point of points) fire('pointermove', point)
  fire('pointerup', points[points.length - 1])
}
undefined
"""
LASSO = "[[0.01,0.99],[0.01,0.3],[0.6,0.3],[0.6,0.99],[0.3,0.995]]"
LARGE = "'.lorenz:not(.small)'"
PRESSED = "document.querySelector('.card[aria-pressed=true] strong')?.textContent"
GESTURES = {
    "strip, by the overview": (
        "const box = one('.overview').getBoundingClientRect();"
        "one('.overview').dispatchEvent(new PointerEvent('pointerdown', {bubbles: true,"
        " clientX: box.left + box.width * (0.1 + 0.15 * N), clientY: box.top + 9})); was = strip()",
        "strip() !== was",
    ),
    "next beat": ("was = strip(); key('ArrowRight')", "strip() !== was"),
    "templates": ("key('1'); key('2')", "one('.cards canvas[data-frames]')"),
    "relabel a template": ("was = " + PRESSED + "; key(was === 'S' ? 'V' : 'S')", PRESSED + " !== was"),
    "undo": ("was = " + PRESSED + "; key('z', {ctrlKey: true})", PRESSED + " !== was"),
    "Lorenz plot": ("key('1'); key('3')", f"one({LARGE})?.dataset.frames"),
    "lasso": (f"key('Escape'); draw({LARGE}, {LASSO})", "one('.bar .what').textContent.includes('已选')"),
    "relabel the lasso": (
        f"was = one({LARGE}).dataset.frames; key(N % 2 ? 'N' : 'S')",
        f"one({LARGE}).dataset.frames !== was",
    ),
    "disclosure": ("key('1'); key('4')", "one('.full-disclosure canvas')?.dataset.place"),
    "disclosure, next page": (
        "was = one('.full-disclosure canvas').dataset.place; key('PageDown')",
        "one('.full-disclosure canvas').dataset.place !== was",
    ),
    "events": ("key('1'); key('5')", "one('.events tbody tr')"),
    "accept an event": (
        "one('.events tbody tr').click(); was = one('.events tbody tr').textContent;"
        "key(was.includes('已确认') ? 'r' : 'a')",
        "one('.events tbody tr').textContent !== was",
    ),
    "find the longest RR": ("key('1'); key('6')", "one('.hits li')"),
    "hourly table": ("key('1'); key('7')", "one('tfoot td')"),
    "ST and QT": ("key('1'); key('8')", "document.querySelectorAll('.trend path').length > 3"),
    "variability": ("key('1'); key('9')", "one('.hrv .plots canvas[data-frames]')"),
}  # fmt: skip
BEFORE = {
    "relabel a template": "key('2'); await until(() => one('.cards canvas[data-frames]'));"
    "if (!document.querySelector('.card[aria-pressed=true]')) document.querySelectorAll('.card')[1].click()",
    "undo": "key('2'); await until(() => one('.card[aria-pressed=true]'))",
    "lasso": f"key('3'); await until(() => one({LARGE})?.dataset.frames)",
    "relabel the lasso": f"key('3'); await until(() => one({LARGE})?.dataset.frames)",
    "disclosure, next page": "key('4'); await until(() => one('.full-disclosure canvas')?.dataset.place)",
    "accept an event": "key('5'); await until(() => one('.events tbody tr'))",
}


def written(hours: int, folder: Path) -> bytes:
    """Return an ISHNE recording of so many hours."""
    path = folder / f"{hours}.ecg"
    pieces = {name: PIECES[name] for name in set(HOUR)}
    write_day(Day(pieces, HOUR * hours, datetime(2026, 3, 1, 8, 30)), path, 100 + hours)  # noqa: DTZ001 - no zone
    return path.read_bytes()


def sent(page: Page, url: str, data: bytes) -> str:
    """Send a recording by the piece and return its order once it is analysed."""
    api, told = f"{url}/api/v1", FROM_DESK
    person = page.request.get(f"{api}/residents/people?limit=20", headers=FROM_DESK).json()["items"][5]["id"]
    files = [{"name": "b.ecg", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}]
    body = {"files": files, "patient_id": person}
    upload = page.request.post(f"{api}/ecg/holter/uploads", data=body, headers=told).json()
    binary = told | {"Content-Type": "application/octet-stream"}
    for offset in range(0, len(data), CHUNK):
        path = f"{api}/ecg/holter/uploads/{upload['id']}/chunks/{offset}"
        assert page.request.put(path, data=data[offset : offset + CHUNK], headers=binary).status == 200
    path = f"{api}/ecg/holter/uploads/{upload['id']}/finish"
    return str(page.request.post(path, data={}, headers=told, timeout=120_000).json()["id"])


def signed_in(page: Page, url: str, login: str) -> None:
    """Sign in on the desk."""
    page.goto(f"{url}/desk/")
    fields = page.locator("input:visible")
    fields.nth(0).fill(login)
    fields.nth(1).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def opening(page: Page, url: str, order: str) -> float:
    """Go to the worklist, open the order from there and return the milliseconds until its strip is painted."""
    page.goto(f"{url}/desk/ecg/worklist")
    page.locator("table tbody tr").first.wait_for()
    page.evaluate(IN_PAGE)
    go = (
        f"history.pushState(history.state, '', '/desk/ecg/orders/{order}');"
        "dispatchEvent(new PopStateEvent('popstate', {state: history.state}))"
    )
    return float(page.evaluate(f"gesture(() => {{ {go} }}, () => strip() !== '', 60000)"))


def gestures(page: Page) -> dict[str, list[float]]:
    """Make every gesture some times; return the milliseconds of each."""
    found: dict[str, list[float]] = {}
    for name, (act, shown) in GESTURES.items():
        times = []
        for number in range(REPEATS):
            page.evaluate(f"(async () => {{ {BEFORE.get(name, '')} }})()")
            page.wait_for_timeout(150)
            inner = f"let was; const N = {number}; return await gesture(() => {{ {act} }}, () => {shown})"
            script = f"(async () => {{ {inner} }})()"
            times.append(float(page.evaluate(script)))
            page.get_by_text("已保存").wait_for(timeout=60_000)
        found[name] = times
    return found


def whole(page: Page, order: str, url: str) -> dict[str, float]:
    """Fetch all samples into the page and reduce them to 1,200 columns, as a viewer without levels would."""
    recording = page.request.get(f"{url}/api/v1/ecg/orders/{order}", headers=FROM_DESK).json()["recordings"][0]["id"]
    script = f"""(async () => {{
      const begun = performance.now()
      const answer = await fetch('/api/v1/ecg/recordings/{recording}/original?client=desk')
      const data = new Int16Array((await answer.arrayBuffer()).slice(1024))
      const columns = new Float32Array(2400)
      const step = data.length / 1200
      for (let column = 0; column < 1200; column++) {{
        let low = 32767, high = -32768
        for (let i = Math.floor(column * step); i < (column + 1) * step; i++) {{
          if (data[i] < low) low = data[i]
          if (data[i] > high) high = data[i]
        }}
        columns[2 * column] = low; columns[2 * column + 1] = high
      }}
      return {{ ms: performance.now() - begun, mb: data.byteLength / 1e6 }}
    }})()"""
    answer: dict[str, float] = page.evaluate(script)
    return answer


def measure(url: str, hours: tuple[int, ...]) -> list[dict[str, Any]]:
    """Measure every length in one browser."""
    rows = []
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        nurse, reader = (browser.new_context(viewport={"width": 1440, "height": 900}).new_page() for _ in range(2))
        signed_in(nurse, url, "nurse1")
        signed_in(reader, url, "reader1")
        for each in hours:
            began = time.monotonic()
            order = sent(nurse, url, written(each, Path(folder)))
            sent_s = time.monotonic() - began
            path = f"{url}/api/v1/ecg/holter/orders/{order}"
            while reader.request.get(path, headers=FROM_DESK).json()["view"] is None:
                time.sleep(1)
            analysed_s = time.monotonic() - began - sent_s
            openings = [opening(reader, url, order) for _ in range(REPEATS)]
            beats = reader.request.get(path, headers=FROM_DESK).json()["view"]["totals"]["beats"]
            row = {"hours": each, "beats": beats, "sent_s": sent_s, "analysed_s": analysed_s, "open_ms": openings}
            rows.append({**row, "gestures": gestures(reader), "whole": whole(reader, order, url)})
        browser.close()
    return rows


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running platform; without it one is started")
    parser.add_argument("--hours", type=int, nargs="+", default=list(HOURS))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with nullcontext() if asked.url else running_platform() as platform:
        address = platform.url if platform else str(asked.url)
        rows = measure(address, tuple(asked.hours))
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; median (worst) of {REPEATS}, ms")
    print(f"{'':28s}" + "".join(f"{row['hours']:>10d} h    " for row in rows))
    lines = {"beats": [f"{row['beats']}" for row in rows], "open": [shown(row["open_ms"]) for row in rows]}
    lines |= {name: [shown(row["gestures"][name]) for row in rows] for name in GESTURES}
    lines["whole array, fetch + reduce"] = [f"{row['whole']['ms']:.0f} ({row['whole']['mb']:.0f} MB)" for row in rows]
    for name, values in lines.items():
        print(f"{name:28s}" + "".join(f"{value:>16s}" for value in values))
    late = [name for row in rows for name, times in row["gestures"].items() if statistics.median(times) > GESTURE_MS]
    late += ["open" for row in rows if statistics.median(row["open_ms"]) > OPEN_MS]
    print("over the marks: " + (", ".join(sorted(set(late))) or "none"))


def shown(times: list[float]) -> str:
    """Return median and worst."""
    return f"{statistics.median(times):.0f} ({max(times):.0f})"


if __name__ == "__main__":
    main()
