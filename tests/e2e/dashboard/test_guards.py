"""The page is shut in: nothing inline, nothing from elsewhere, in no frame."""
import pytest
from playwright.sync_api import expect


def test_the_policy_holds_in_the_browser(visit, used_router):
    one = visit(used_router, allowed="Content Security Policy")
    page = one.open()
    assert page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "globalThis.slipped = true";
        document.body.append(script);
        return globalThis.slipped ?? false;
    }""") is False
    with pytest.raises(Exception, match="Failed to fetch"):
        page.evaluate("fetch('http://192.0.2.1/')")
    assert [said for said in one.complaints if "script-src" in said]
    assert [said for said in one.complaints if "connect-src" in said]
    one.addresses[:] = [address for address in one.addresses if "192.0.2.1" not in address]


def test_all_that_the_page_loads_is_of_the_router(visit, used_router):
    one = visit(used_router)
    page = one.open()
    expect(page.locator("#connection")).to_have_text("Live")
    files = {address.removeprefix(used_router.url + "/dashboard") for address in one.addresses if "/dashboard" in address}
    assert {"", "/main.js", "/dashboard.css", "/chart.min.js"} <= files
    # What is asked first reads no rows: the frame is there before any of it is answered.
    assert not [address for address in one.addresses if "group_by=key" in address or "export" in address]


def test_a_second_visit_is_answered_without_bodies(visit, used_router):
    one = visit(used_router)
    one.open()
    statuses = {}
    one.page.on("response", lambda answer: statuses.setdefault(answer.url, answer))
    one.page.reload()
    expect(one.page.locator("#connection")).to_have_text("Live")
    style = statuses[used_router.url + "/dashboard/dashboard.css"]
    assert style.request.sizes()["responseBodySize"] == 0 or style.from_service_worker
