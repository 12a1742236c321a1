"""Nothing sticks out on a phone; pictures of the page for people to look at."""
import pytest
from playwright.sync_api import expect

from dashboard.conftest import SCREENSHOTS
from dashboard.questions import HARD

OVERFLOWING = """() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")].filter(one =>
        one.getBoundingClientRect().right > width + 1 && !one.closest(".table, canvas, .skip"))
        .map(one => one.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("width", [1280, 1024, 768, 390, 320])
def test_no_sideways_scroll(visit, used_router, width):
    page = visit(used_router, viewport={"width": width, "height": 844}).open()
    page.locator("#try-text").fill("an-unbroken-word-" * 20 + HARD.format(1))
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".verdict")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator(".row .unfold").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_picture(visit, used_router, theme, width):
    page = visit(used_router, color_scheme=theme, viewport={"width": width, "height": 900}).open()
    page.locator("#try-text").fill(HARD.format(2))
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".verdict")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    picture = SCREENSHOTS / f"dashboard-{theme}-{width}.png"
    page.screenshot(path=str(picture), full_page=True, animations="disabled")
    assert picture.stat().st_size > 20_000
