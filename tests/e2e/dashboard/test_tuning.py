"""Threshold and cut: previewed, applied with an admin key, and only with one."""
import json
import urllib.request

import pytest
from conftest import DemoRouter
from playwright.sync_api import expect

from dashboard.questions import ask_some

KEY = "a-client-key-of-some-length"
ADMIN = "an-admin-key-of-some-length"
REFUSED = "status of 40[13]"  # which Chromium logs


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    process = DemoRouter(tmp_path_factory.mktemp("guarded"), LLM_ROUTER_API_KEYS=f"someone={KEY}",
                         LLM_ROUTER_ADMIN_KEYS=ADMIN)
    ask_some(process, 42, key=KEY)
    yield process
    assert process.stop() == 0


def tuning(router):
    request = urllib.request.Request(router.url + "/router/tuning",
                                     headers={"Authorization": f"Bearer {ADMIN}"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def enter(page, key):
    page.locator("#key-input").fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_without_an_admin_key_the_preview_is_all(page):
    expect(page.locator("#tuning-refused")).to_be_visible()
    expect(page.locator("#tuning-refused")).to_contain_text("LLM_ROUTER_ADMIN_KEYS")
    expect(page.locator("#preview tbody tr")).to_have_count(4)
    page.get_by_label("Local threshold, %", exact=True).first.fill("50")
    expect(page.get_by_role("button", name="Apply until restart")).to_be_disabled()
    expect(page.locator("#tuning-lines")).to_have_text(
        "LLM_LOCAL_THRESHOLD=50\nLLM_COMPLEXITY_THRESHOLD=7")


def test_the_preview_is_the_replay(page, used_router):
    page.locator("#threshold").fill("50")
    page.locator("#complexity").fill("2")
    answer = used_router.get("/router/replay?last=1000&local_threshold=50&complexity_threshold=2")
    assert answer["moved_to_external"] > 0
    expect(page.locator("#preview")).to_contain_text(
        f"{answer['moved_to_external']} would have gone external")
    external = page.locator("#preview tbody tr").nth(1).locator("td")
    expect(external.nth(0)).to_have_text(str(answer["recorded"]["external_queries"]))
    expect(external.nth(1)).to_have_text(str(answer["replayed"]["external_queries"]))


def test_the_preview_waits_for_the_slider_to_rest(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "replay" in request.url else None)
    slider = page.locator("#threshold-range")
    slider.focus()
    with page.expect_response(lambda answer: "local_threshold=90&" in answer.url):
        for _ in range(10):
            slider.press("ArrowLeft")
    expect(page.locator("#threshold")).to_have_value("90")
    assert len(asked) < 10


def test_what_is_out_of_range_cannot_be_applied(page):
    page.locator("#complexity").fill("11")
    expect(page.get_by_role("button", name="Apply until restart")).to_be_disabled()


def test_an_admin_changes_the_routing_and_takes_it_back(guarded, visit):
    page = visit(guarded, allowed=REFUSED).open(loaded=())
    enter(page, KEY)
    expect(page.locator("#tuning")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#tuning-refused")).to_be_visible()
    page.get_by_role("button", name="Enter an admin key").click()
    enter(page, ADMIN)
    expect(page.locator("#tuning-refused")).to_be_hidden()
    apply = page.get_by_role("button", name="Apply until restart")
    expect(apply).to_be_disabled()
    page.locator("#threshold").fill("90.5")
    page.locator("#complexity-range").press("ArrowLeft")
    expect(page.locator("#complexity")).to_have_value("6")
    apply.click()
    expect(page.locator("#tuning-said")).to_have_text("Applied: 90.5 % local, complexity 6.")
    now = tuning(guarded)
    assert (now["local_threshold"], now["complexity_threshold"], now["changed"]) == (90.5, 6, True)
    expect(page.locator("#tuning-changed")).to_be_visible()
    expect(page.locator("#share-target")).to_have_text("at least 90.5 %")
    page.locator("#permanent summary").click()
    expect(page.locator("#tuning-lines")).to_have_text(
        "LLM_LOCAL_THRESHOLD=90.5\nLLM_COMPLEXITY_THRESHOLD=6")

    page.get_by_role("button", name="Back to the settings").click()
    expect(page.locator("#tuning-said")).to_have_text("Back to the settings.")
    expect(page.locator("#threshold")).to_have_value("95")
    assert tuning(guarded)["changed"] is False
    expect(page.locator("#tuning-changed")).to_be_hidden()
