"""What happens now appears by itself; what happened is a page away."""
import re

from conftest import DemoRouter
from playwright.sync_api import expect

from dashboard.questions import CODE, HARD, SIMPLE, ask_some

SHOWN = 20


def first(page):
    return page.locator(".row").first


def requests_shown(page):
    return page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.request)")


def test_a_query_appears_with_its_decision(page, used_router, send):
    before = int(page.text_content("#share-queries"))
    sent = send(used_router, CODE.format("live"))
    expect(first(page)).to_have_attribute("data-request", sent["x-router-request-id"])
    expect(first(page)).to_contain_text("✓ ok")
    expect(first(page)).to_contain_text("code")
    expect(first(page)).to_contain_text(sent["x-router-model"])
    expect(first(page)).to_contain_text("is the model for code queries")
    expect(first(page).locator(".pips i.on")).to_have_count(int(sent["x-router-complexity"]))
    expect(page.locator(".row")).to_have_count(SHOWN)
    expect(page.locator("#share-queries")).to_have_text(str(before + 1))
    expect(page.locator("#connection")).to_have_text("Live")


def test_times_are_local(page, used_router, send):
    send(used_router, SIMPLE.format("time"))
    shown, stated = first(page).locator("time").evaluate("time => [time.textContent, time.dateTime]")
    # The browser is in Berlin: one or two hours ahead of what the router states.
    ahead = (int(shown[:2]) - int(stated[11:13])) % 24
    assert ahead in (1, 2) and shown[2:] == stated[13:19]


def test_a_row_unfolds_to_all_that_is_known(page, used_router, send):
    sent = send(used_router, SIMPLE.format("unfold"), {"x-router-session": "<b>mine</b>"})
    expect(first(page)).to_have_attribute("data-request", sent["x-router-request-id"])
    button = first(page).get_by_role("button")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    details = first(page).locator(".details")
    expect(details).to_contain_text(sent["x-router-request-id"])
    expect(details).to_contain_text(sent["x-router-reason"])
    expect(details).to_contain_text("<b>mine</b>")  # as text: what clients send is not markup
    assert details.locator("b").count() == 0
    button.click()
    expect(details).to_have_count(0)


def expect_requests(page, wanted):
    page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('.row')].map(row => row.dataset.request))"
        " === JSON.stringify(wanted)", arg=wanted)


def test_a_filter_lists_what_the_ledger_lists(page, used_router):
    def listed(filtered=""):
        rows = used_router.get(f"/router/queries?limit={SHOWN}{filtered}")["queries"]
        return [row["request_id"] for row in rows]

    for name, value in (("type", "code"), ("local", "false"), ("status", "ok"), ("model", "mistral:7b")):
        page.locator(f"#filters select[name={name}]").select_option(value)
        wanted = listed(f"&{name}={value}")
        assert wanted
        expect_requests(page, wanted)
        page.get_by_role("button", name="Clear filters").click()
        expect_requests(page, listed())


def test_live_rows_pass_the_filter_too(page, used_router, send):
    page.locator("#filters select[name=type]").select_option("code")
    expect(page.locator(".row .cell.type").filter(has_text="simple")).to_have_count(0)
    left_out = send(used_router, SIMPLE.format("left out"))["x-router-request-id"]
    taken = send(used_router, CODE.format("taken"))["x-router-request-id"]
    expect(first(page)).to_have_attribute("data-request", taken)
    assert left_out not in requests_shown(page)


def test_a_filter_that_nothing_fits_says_so(page):
    page.locator("#filters select[name=status]").select_option("refused")
    expect(page.locator("#rows")).to_have_text("No query fits the filter.")
    expect(page.locator("#older")).to_be_disabled()


def test_pause_holds_rows_back(page, used_router, send):
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
    before = requests_shown(page)
    sent = send(used_router, SIMPLE.format("paused"))["x-router-request-id"]
    expect(page.locator("#waiting")).to_have_text("1 new query waiting.")
    assert requests_shown(page) == before
    page.get_by_role("button", name="Pause").click()
    expect(first(page)).to_have_attribute("data-request", sent)
    expect(page.locator("#waiting")).to_be_hidden()


def test_pages_follow_one_another_also_while_rows_come(page, used_router, send):
    sent = [send(used_router, SIMPLE.format(f"page {i}"))["x-router-request-id"] for i in range(3)]
    expect(first(page)).to_have_attribute("data-request", sent[-1])
    expect(page.locator(".row")).to_have_count(SHOWN)
    newest = requests_shown(page)
    page.get_by_role("button", name="Older").click()
    expect(page.locator("#page-text")).to_have_text("Page 2")
    page.wait_for_function("id => document.querySelector('.row').dataset.request !== id", arg=newest[0])
    older = requests_shown(page)
    listed = used_router.get(f"/router/queries?limit={2 * SHOWN}")["queries"]
    assert newest + older == [row["request_id"] for row in listed]
    # A row that comes meanwhile waits.
    late = send(used_router, SIMPLE.format("late"))["x-router-request-id"]
    expect(page.locator("#waiting")).to_have_text("1 new query waiting.")
    page.get_by_role("button", name="Older").click()
    expect(page.locator("#page-text")).to_have_text("Page 3")
    page.get_by_role("button", name="Newer").click()
    expect(page.locator("#page-text")).to_have_text("Page 2")
    expect(first(page)).to_have_attribute("data-request", older[0])
    page.get_by_role("button", name="Newest").click()
    expect(first(page)).to_have_attribute("data-request", late)
    expect(page.locator("#waiting")).to_be_hidden()


def test_the_last_page_is_the_last(page, used_router):
    page.locator("#filters select[name=type]").select_option("complex")
    total = len(used_router.get("/router/queries?limit=1000&type=complex")["queries"])
    assert 0 < total <= SHOWN
    expect(page.locator(".row")).to_have_count(total)
    expect(page.locator("#older")).to_be_disabled()


def test_a_hard_query_says_why_it_stayed_or_left(page, used_router, send):
    sent = send(used_router, HARD.format("reason"))
    expect(first(page)).to_have_attribute("data-request", sent["x-router-request-id"])
    expect(first(page).locator(".reason")).to_have_text(
        re.compile("local share: |external allowance granted"))


def test_a_screen_reader_hears_a_summary_not_each_row(page, used_router, send):
    page.evaluate("""() => {
        globalThis.said = [];
        new MutationObserver(() => said.push(document.getElementById("announcer").textContent))
            .observe(document.getElementById("announcer"), { childList: true, characterData: true, subtree: true });
    }""")
    sent = [send(used_router, SIMPLE.format(f"heard {i}")) for i in range(12)]
    expect(first(page)).to_have_attribute("data-request", sent[-1]["x-router-request-id"])
    assert len(page.evaluate("said")) <= 1
    assert page.locator("#rows [aria-live], #rows[aria-live]").count() == 0


def test_a_flood_shows_the_newest(page, used_router):
    ask_some(used_router, 70)
    newest = used_router.get("/router/queries?limit=1")["queries"][0]["request_id"]
    expect(first(page)).to_have_attribute("data-request", newest)
    expect(page.locator(".row")).to_have_count(SHOWN)


def test_after_a_restart_the_page_is_live_again_by_itself(tmp_path, visit, send):
    router = DemoRouter(tmp_path)
    port = router.url.rsplit(":", 1)[1]
    send(router, SIMPLE.format("before"))
    page = visit(router, allowed="net::ERR_").open()
    expect(page.locator("#connection")).to_have_text("Live")
    assert router.stop() == 0
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    again = DemoRouter(tmp_path, LLM_ROUTER_LISTEN=f"127.0.0.1:{port}")
    try:
        sent = send(again, SIMPLE.format("after"))
        expect(page.locator("#connection")).to_have_text("Live", timeout=40_000)
        expect(first(page)).to_have_attribute("data-request", sent["x-router-request-id"])
        expect(page.locator("#problem")).to_be_hidden()
    finally:
        page.context.close()
        assert again.stop() == 0


def test_the_stream_is_asked_for_once(visit, used_router):
    one = visit(used_router)
    expect(one.open().locator("#connection")).to_have_text("Live")
    assert len([address for address in one.addresses if "router/events" in address]) == 1
