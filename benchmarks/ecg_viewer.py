"""Time the ECG viewer in Chromium without a GPU at 1600 x 900: draw, opening and frames while panning.

Marks: draw p95 <= 16.7 ms, open <= 300 ms, panning p50 <= 16.8 ms between frames (60 frames/s).
"""

import argparse
import contextlib
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

WEB = Path(__file__).parents[1] / "web"
LIMITS_MS = {"open": 300.0, "draw": 16.7, "pan": 16.9}


def build(folder: Path) -> None:
    """Bundle bench.html with the workspace's own vite."""
    config = folder / "vite.config.mjs"
    source = WEB / "packages/widgets/ecg"
    config.write_text(
        f"export default {{ root: {json.dumps(str(source))}, base: './', cacheDir: {json.dumps(str(folder / 'cache'))},"
        f" build: {{ outDir: {json.dumps(str(folder / 'out'))}, emptyOutDir: true, target: 'es2020',"
        f" rollupOptions: {{ input: {json.dumps(str(source / 'bench.html'))} }} }} }}\n",
        encoding="utf-8",
    )
    vite = WEB / "node_modules/vite/bin/vite.js"
    beside_python = Path(sys.executable).parent / "node"
    node = str(beside_python) if beside_python.exists() else shutil.which("node") or "node"
    subprocess.run([node, str(vite), "build", "--config", str(config), "--logLevel", "error"], check=True, cwd=WEB)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free loopback port."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def measure(address: str, screenshot: Path | None) -> list[dict[str, float | str]]:
    """Run the page in Chromium and return its figures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.goto(f"{address}/bench.html")
        results: list[dict[str, float | str]] = page.evaluate("() => window.ecgBench")
        if screenshot:
            page.screenshot(path=str(screenshot))
        browser.close()
    return results


def main() -> None:
    """Print the figures beside their limits; leave with 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenshot", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not (WEB / "node_modules/vite").exists() or not (shutil.which("chromium") or shutil.which("chromium-browser")):
        raise SystemExit("not measured: this needs chromium, and the packages of web/ (npm ci)")
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        with served(Path(name) / "out") as address:
            results = measure(address, arguments.screenshot)
    missed = 0
    if not arguments.json and hasattr(os, "getloadavg"):
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; wall times hold only on a quiet machine")
    for result in results:
        limit = LIMITS_MS[str(result["name"]).split()[0]]
        figure = float(result["p50Ms"] if str(result["name"]).startswith("pan") else result["p95Ms"])
        missed += figure > limit
        if not arguments.json:
            line = f"{result['name']:44} p50 {result['p50Ms']:7.2f} ms  p95 {result['p95Ms']:7.2f} ms"
            print(f"{line}  limit {limit:g}  {'ok' if figure <= limit else 'MISSED'}")
    if arguments.json:
        print(json.dumps(results))
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
