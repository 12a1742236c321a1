"""The page in a real Chromium, before a router that simulates its models."""
import os
import pathlib
import re

import pytest
from conftest import ROOT, DemoRouter
from playwright.sync_api import expect, sync_playwright

from dashboard.questions import ask, ask_some

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = pathlib.Path(os.environ.get("LLM_ROUTER_AXE",
                                  ROOT / "build/node-browser/node_modules/axe-core/axe.min.js"))
SCREENSHOTS = ROOT / "build/screenshots"
SECTIONS = ("target", "spend", "models", "live", "health", "tuning")

expect.set_options(timeout=15_000)


class Visit:
    """One tab, and all that it said and asked for."""

    def __init__(self, browser, url, **options):
        self.url = url
        self.context = browser.new_context(**{
            "viewport": {"width": 1280, "height": 900}, "locale": "en-US",
            "timezone_id": "Europe/Berlin", **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = []
        self.addresses = []
        self.page.on("console", lambda said: self.complaints.append(said.text)
                     if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.addresses.append(request.url))

    def open(self, path="/dashboard", loaded=SECTIONS):
        self.page.goto(self.url + path)
        for section in loaded:
            expect(self.page.locator(f"#{section}")).not_to_have_attribute("aria-busy", "true")
        return self.page

    def close(self, allowed=None):
        """`allowed`: what Chromium itself logs where a test provokes it."""
        self.context.close()
        left = [said for said in self.complaints if not (allowed and re.search(allowed, said))]
        assert left == []
        assert [address for address in self.addresses if not address.startswith(self.url)] == []


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        # The sandbox needs rights that root in a container does not have; the page is ours.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.getuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def used_router(tmp_path_factory):
    """A router that has answered some queries, and has a spend cap."""
    process = DemoRouter(tmp_path_factory.mktemp("used"), LLM_BUDGET_USD_MONTH="5")
    ask_some(process)
    yield process
    assert process.stop() == 0


@pytest.fixture
def visit(chromium):
    """visit(router, **options of the browser's context): a Visit, checked at the end."""
    visits = []

    def begin(router, allowed=None, **options):
        one = Visit(chromium, router.url, **options)
        visits.append((one, allowed))
        return one

    yield begin
    for one, allowed in visits:
        one.close(allowed)


@pytest.fixture
def page(visit, used_router):
    return visit(used_router).open()


@pytest.fixture
def send():
    return ask
