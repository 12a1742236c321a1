#!/usr/bin/env python3
"""How soon the dashboard is on the screen, before a ledger of a million rows.

Usage: first_paint.py [--binary llm-router] [--fill ledger_fill] [--ledger PATH] [--rows 1000000]
                      [--days 90] [--rounds 10]

A ledger that is already at PATH is used as it is. Chromium's own Performance API says when the first
content was painted, and how long the figures took after that; every round is a fresh profile, the
first of a new browser process apart; Chromium starts a process for the site in it, which "open tab"
leaves out: there the tab has shown another page of the daemon. For comparison: a page of 17 bytes,
which is what browser and machine take by themselves. Needs the packages of tests/e2e/dashboard/requirements.txt. Exit code 1
if the first paint takes longer than 200 ms at the median.
"""
import os
import statistics
import sys

from ledger_daemon import Daemon, fill, parser
from playwright.sync_api import sync_playwright

PAINT_MS = 200

PAINT = """async () => {
    const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    while (paint() === undefined) await new Promise(requestAnimationFrame);
    return paint();
}"""
MEASURE = """async () => {
    const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    const ready = () => ["target", "spend", "models", "live"].every(id =>
        !document.getElementById(id).hasAttribute("aria-busy"));
    while (paint() === undefined || !ready()) await new Promise(requestAnimationFrame);
    return [paint(), performance.now()];
}"""


def measured(browser, url, script=MEASURE, before=None):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    if before is not None:  # Chromium has a process for the site then, and nothing of the page
        page.goto(before)
    page.goto(url)  # nothing of ours runs in the page before it has loaded
    times = page.evaluate(script)
    context.close()
    return times


def main():
    arguments = parser("/tmp/llm-router-paint/ledger.db", rows=1_000_000, rounds=10)
    arguments.add_argument("--chromium", default="/usr/bin/chromium")
    options = arguments.parse_args()
    fill(options)
    daemon = Daemon(options)
    root = f"http://127.0.0.1:{daemon.port}/"
    page = root + "dashboard?period="
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox"] if os.getuid() == 0 else [])
        print(f"{'period':8}{'first paint, ms':>32}{'all figures, ms':>32}")
        print(f"{'':8}{'median':>16}{'worst':>16}{'median':>16}{'worst':>16}")
        measured(browser, page + "24h")  # a new browser process starts up in the first
        plain = [measured(browser, root, PAINT) for _ in range(options.rounds)]
        print(f"{'plain':8}{statistics.median(plain):16.0f}{max(plain):16.0f}")
        open_tab = [measured(browser, page + "24h", before=root)[0]
                    for _ in range(options.rounds)]
        print(f"{'open tab':8}{statistics.median(open_tab):16.0f}{max(open_tab):16.0f}")
        for period in ("24h", "7d", "30d", "all"):
            times = [measured(browser, page + period) for _ in range(options.rounds)]
            paints, figures = zip(*times)
            failed = failed or statistics.median(paints) > PAINT_MS
            print(f"{period:8}{statistics.median(paints):16.0f}{max(paints):16.0f}"
                  f"{statistics.median(figures):16.0f}{max(figures):16.0f}")
        browser.close()
    daemon.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
