"""Keys: asked for when needed, kept in the tab, forgotten on demand."""
import pytest
from conftest import DemoRouter
from playwright.sync_api import expect

from dashboard.questions import SIMPLE, ask

KEY = "a-client-key-of-some-length"
REFUSED = "status of 401"  # which Chromium logs


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    process = DemoRouter(tmp_path_factory.mktemp("locked"), LLM_ROUTER_API_KEYS=KEY)
    ask(process, SIMPLE.format(1), key=KEY)
    yield process
    assert process.stop() == 0


@pytest.fixture
def tab(locked, visit):
    return visit(locked, allowed=REFUSED)


def enter(page, key):
    page.locator("#key-input").fill(key)
    page.locator("#key-input").press("Enter")


def test_the_page_asks_and_then_shows_all(tab, locked):
    page = tab.open(loaded=())
    dialog = page.get_by_role("dialog", name="Key")
    expect(dialog).to_be_visible()
    expect(page.locator("#key-input")).to_be_focused()
    expect(page.locator("#key-wrong")).to_be_hidden()
    expect(page.locator("#share-value")).to_have_text("–")
    enter(page, KEY)
    expect(dialog).to_be_hidden()
    expect(page.locator("#share-value")).to_have_text("100 %")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator("#connection")).to_have_text("Live")
    sent = ask(locked, SIMPLE.format(2), key=KEY)
    expect(page.locator(".row").first).to_have_attribute("data-request", sent["x-router-request-id"])


def test_the_key_is_in_the_tab_and_nowhere_else(tab):
    page = tab.open(loaded=())
    enter(page, KEY)
    expect(page.locator("#connection")).to_have_text("Live")
    assert page.evaluate("Object.values(sessionStorage)") == [KEY]
    assert page.evaluate("Object.values(localStorage)") == []
    assert page.evaluate("document.cookie") == ""
    assert page.locator("#key-input").input_value() == ""
    assert KEY not in page.content()
    assert KEY not in page.url
    assert not [address for address in tab.addresses if KEY in address]
    page.reload()  # it is still there
    expect(page.locator("#connection")).to_have_text("Live")
    expect(page.locator("#key-dialog")).to_be_hidden()
    other = tab.context.new_page()  # another tab has none
    other.goto(tab.url + "/dashboard")
    expect(other.get_by_role("dialog", name="Key")).to_be_visible()


def test_a_wrong_key_is_told(tab):
    page = tab.open(loaded=())
    enter(page, "not-the-key-of-this-router")
    expect(page.locator("#key-wrong")).to_have_text("The router does not know this key.")
    expect(page.locator("#connection")).to_have_text("Key needed")
    enter(page, KEY)
    expect(page.locator("#key-dialog")).to_be_hidden()
    expect(page.locator("#connection")).to_have_text("Live")


def test_the_key_can_be_forgotten(tab):
    page = tab.open(loaded=())
    enter(page, KEY)
    expect(page.locator("#connection")).to_have_text("Live")
    page.get_by_role("button", name="Key: set").click()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_role("dialog", name="Key")).to_be_visible()  # nothing goes without one
    assert page.evaluate("Object.values(sessionStorage)") == []


def test_who_does_not_want_to_enter_one_is_not_asked_again(tab):
    page = tab.open(loaded=())
    expect(page.get_by_role("dialog", name="Key")).to_be_visible()
    with page.expect_response(lambda answer: "router/events" in answer.url and answer.status == 401):
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Key")).to_be_hidden()
    page.get_by_role("button", name="Key", exact=True).click()
    expect(page.get_by_role("dialog", name="Key")).to_be_visible()
