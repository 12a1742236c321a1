"""The box to try a query: the decision in words, nothing sent."""
from playwright.sync_api import expect

from dashboard.questions import HARD, SIMPLE


def explain(page, text):
    page.get_by_label("Query", exact=True).fill(text)
    page.get_by_role("button", name="Explain").click()


def test_a_simple_query(page, used_router):
    before = used_router.get("/router/stats")["local_share"]
    explain(page, SIMPLE.format(1))
    result = page.locator("#try-result")
    expect(result.locator(".verdict")).to_have_text(
        "A simple query. It would go to mistral:7b on ollama, local.")
    expect(result.locator(".pips i.on")).to_have_count(
        int(page.text_content("#try-result .pips-text").split()[0]))
    expect(result).to_contain_text("Why this type and complexity")
    expect(result).to_contain_text("The local share was not asked.")
    expect(result.locator("ol li")).not_to_have_count(0)
    assert used_router.get("/router/stats")["local_share"] == before


def test_a_hard_query_tells_the_allowance_and_what_was_left_out(page, used_router):
    explain(page, HARD.format(2))
    answer = used_router.post("/router/explain", {
        "model": "auto", "messages": [{"role": "user", "content": HARD.format(2)}]})[0]
    result = page.locator("#try-result")
    expect(result.locator(".verdict")).to_contain_text("A complex query")
    expect(result).to_contain_text("The local share")
    expect(result).to_contain_text("% must")
    for reason in answer["reasons"]:
        expect(result).to_contain_text(reason)
    for entry in answer["plan"]:
        expect(result).to_contain_text(entry["why"])


def test_local_only_and_the_keyboard(page):
    page.get_by_label("Local only").check()
    page.get_by_label("Query", exact=True).fill(HARD.format(3))
    page.get_by_label("Query", exact=True).press("Control+Enter")
    expect(page.locator("#try-result")).to_contain_text("Local only:")
    expect(page.locator(".verdict")).to_contain_text("local")


def test_what_would_be_refused_is_told(visit, used_router):
    # Chromium logs every answer that is an error.
    page = visit(used_router, allowed="status of 404").open()
    page.get_by_label("Model asked for").fill("no-such-model")
    explain(page, "hello")
    expect(page.locator("#try-result")).to_contain_text("It would be refused:")
    expect(page.locator("#try-result")).to_contain_text("no-such-model")
