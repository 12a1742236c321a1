"""axe-core finds nothing, in both themes and every state; the keyboard reaches everything."""
import pytest
from conftest import DemoRouter
from playwright.sync_api import expect

from dashboard.conftest import AXE
from dashboard.questions import HARD

THEMES = ("light", "dark")


def violations(page):
    """By axe-core, run beside the page: its policy lets nothing be added to it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(rule["id"], node["target"], node["failureSummary"])
            for rule in found for node in rule["nodes"]]


def unfold_all(page):
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator(".row .unfold").first.click()


@pytest.mark.parametrize("theme", THEMES)
def test_the_whole_page(visit, used_router, theme):
    page = visit(used_router, color_scheme=theme).open()
    page.locator("#try-text").fill(HARD.format(7))
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator("#preview tbody tr")).to_have_count(4)
    unfold_all(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []


def test_the_new_router(visit, demo):
    page = visit(demo).open()
    expect(page.locator("#welcome")).to_be_visible()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []


def test_the_key_dialog(visit, tmp_path):
    router = DemoRouter(tmp_path, LLM_ROUTER_API_KEYS="a-client-key-of-some-length")
    try:
        page = visit(router, allowed="status of 401").open(loaded=())
        page.locator("#key-input").fill("not-the-key-of-this-router")
        page.get_by_role("button", name="Use this key").click()
        expect(page.locator("#key-wrong")).to_be_visible()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert violations(page) == []
        page.context.close()
    finally:
        assert router.stop() == 0


def test_the_theme_follows_the_system_until_one_is_chosen(visit, used_router):
    page = visit(used_router, color_scheme="dark").open()
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    button = page.locator("#theme")
    button.click()
    expect(button).to_have_text("Theme: light")
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light
    expect(button).to_have_text("Theme: light")
    button.click()
    expect(button).to_have_text("Theme: dark")
    assert page.evaluate(background) == dark
    button.click()
    expect(button).to_have_text("Theme: system")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) == light


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(page):
    seen = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate("""() => {
            const at = document.activeElement;
            if (at === document.body) return null;
            const shown = at.matches(".period input") ? at.nextElementSibling : at;
            const style = getComputedStyle(shown);
            return { id: at.id || at.name || at.textContent.trim() || at.className,
                     outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 };
        }""")
        if at is None:
            break
        assert at["outlined"], at
        seen.add(at["id"])
    for control in ("Skip to the figures", "Target", "key-open", "theme", "period", "pause", "type", "local",
                    "status", "model", "older", "try-text", "try-model", "try-private", "threshold",
                    "threshold-range", "complexity", "complexity-range"):
        assert control in seen, control


def test_the_skip_link_leads_past_the_head(page):
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the figures")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_nothing_moves_where_less_motion_is_wanted(visit, used_router, send):
    page = visit(used_router, reduced_motion="reduce").open()
    sent = send(used_router, "What is 3+4?")
    row = page.locator(".row").first
    expect(row).to_have_attribute("data-request", sent["x-router-request-id"])
    assert row.evaluate("row => getComputedStyle(row).animationName") == "none"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
