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


def explained(page, text):
    page.locator("#try-text").fill(text)
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".verdict")).to_be_visible()


def test_no_sideways_scroll(visit, used_router):
    page = visit(used_router).open()
    explained(page, "an-unbroken-word-" * 20 + HARD.format(1))
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator(".row .unfold").first.click()
    for width in (1280, 1024, 861, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == [], width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture(visit, used_router, theme):
    page = visit(used_router, color_scheme=theme).open()
    explained(page, HARD.format(2))
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("scrollTo(0, 0)")
        picture = SCREENSHOTS / f"dashboard-{theme}-{width}.png"
        page.screenshot(path=str(picture), full_page=True, animations="disabled")
        assert picture.stat().st_size > 20_000
