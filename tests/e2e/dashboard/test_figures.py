"""The figures on the page are the router's."""
import re

import pytest
from playwright.sync_api import expect


def number(text):
    return float(re.search(r"-?[\d,]*\.?\d+", text).group().replace(",", ""))


def rows(page, region):
    return page.locator(f"{region} tbody tr")


def test_the_local_share_against_the_threshold(page, used_router):
    stats = used_router.get("/router/stats?since=24h")
    assert number(page.text_content("#share-value")) == pytest.approx(stats["local_percentage"], abs=0.006)
    expect(page.locator("#share-target")).to_have_text("at least 95 %")
    expect(page.locator("#target-state")).to_have_text("✓ On target")
    assert number(page.text_content("#share-queries")) == stats["total_queries"]
    assert number(page.text_content("#share-external")) == stats["external_queries"] > 0
    share = stats["local_share"]
    assert number(page.text_content("#allowance-now")) == share["allowance_now"]
    assert number(page.text_content("#allowance-refused")) == share["allowance_refused"] > 0
    expect(page.locator("#share-window")).to_contain_text(f"of {share['window_total']}")


def test_what_was_spent_and_saved_and_against_what(page, used_router):
    stats = used_router.get("/router/stats?since=24h")
    assert number(page.text_content("#spent")) == pytest.approx(stats["total_cost"], rel=0.06)
    assert number(page.text_content("#saved")) == pytest.approx(stats["savings"], rel=0.06)
    expect(page.locator("#against-text")).to_contain_text("at the price of gpt-4o-mini")
    month = used_router.get("/router/stats/projection")["month"]
    facts = page.locator("#projection > div")
    expect(facts).to_have_count(4)
    assert number(facts.nth(0).locator("dd").text_content()) == pytest.approx(
        month["current_cost"], rel=0.06)


def test_a_spend_cap_is_shown_with_what_is_left(page):
    cap = page.locator(".budget")
    expect(cap).to_have_count(1)
    expect(cap).to_contain_text("All keys, this month")
    expect(cap).to_contain_text("of 5.00 USD left")
    expect(cap).to_contain_text("At this rate")


def test_every_model_and_type_has_its_row(page, used_router):
    stats = used_router.get("/router/stats?since=24h")
    assert len(stats["by_model"]) >= 4
    expect(rows(page, "#by-model")).to_have_count(len(stats["by_model"]))
    expect(rows(page, "#by-type")).to_have_count(len(stats["by_type"]))
    for group in stats["by_model"]:
        row = rows(page, "#by-model").filter(has_text=group["model"])
        expect(row).to_contain_text("local" if group["local"] else "external")
        expect(row.locator("td").nth(0)).to_have_text(str(group["queries"]))
        for percentile in (1, 2, 3):
            expect(row.locator("td").nth(percentile)).to_have_text(re.compile(r"\d m?s$"))
    simple = rows(page, "#by-type").filter(has_text="simple")
    expect(simple).to_contain_text("mistral:7b")
    expect(rows(page, "#speed")).to_have_count(2)
    expect(rows(page, "#speed").nth(0).locator("td")).to_have_count(6)
    for cell in rows(page, "#speed").nth(0).locator("td").all_text_contents():
        assert re.search(r"\d m?s$", cell)


@pytest.mark.parametrize("chart, said", [("share", "Local share in the last 24 hours: latest"),
                                         ("spend", "Cost and savings in the last 24 hours:")])
def test_a_chart_is_drawn_and_told_in_words_and_as_a_table(page, chart, said):
    expect(page.locator(f"#{chart}-chart")).to_have_attribute("aria-label", re.compile(said))
    page.wait_for_function("""id => {
        const canvas = document.getElementById(id);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, index) => index % 4 === 3 && value > 0);
    }""", arg=f"{chart}-chart")
    table = page.locator(f"#{chart}-table")
    expect(table).to_be_hidden()
    page.locator(f".chart:has(#{chart}-chart) summary").click()
    expect(table.locator("tbody tr").first).to_be_visible()


def test_the_period_is_asked_for_and_kept_in_the_address(page):
    expect(page.locator("#target .per-step")).to_have_text("per hour")
    with page.expect_request(lambda request: "stats?since=7d" in request.url):
        page.get_by_role("radio", name="7 days").check(force=True)
    expect(page.locator("#target .per-step")).to_have_text("per day")
    assert "period=7d" in page.url
    page.reload()
    expect(page.get_by_role("radio", name="7 days")).to_be_checked()
    expect(page.locator("#target .per-step")).to_have_text("per day")


def test_every_period_has_the_same_queries_on_a_new_router(page, used_router):
    page.locator("#target .chart summary").click()
    for label in ("7 days", "30 days", "All", "24 hours"):
        with page.expect_response(lambda answer: "router/stats?since=" in answer.url):
            page.get_by_role("radio", name=label).check(force=True)
        expect(page.locator("#share-queries")).to_have_text(
            str(used_router.get("/router/stats")["total_queries"]))
        expect(rows(page, "#share-table")).not_to_have_count(0)


def test_upstreams_models_queues_and_ledger(page, used_router):
    status = used_router.get("/router/status")
    expect(page.locator("#health-state")).to_have_text("✓ All well")
    expect(page.locator("#router-facts")).to_contain_text("✓ ok")
    for upstream in status["upstreams"]:
        card = page.locator(".upstream").filter(has=page.get_by_role("heading", name=upstream["name"]))
        expect(card).to_contain_text(upstream["status"])
        expect(card).to_contain_text("local" if upstream["local"] else "external")
        for model in upstream["models"]:
            expect(card).to_contain_text(model["name"])
    expect(page.locator("#upstreams")).to_contain_text("in memory")
    expect(page.locator("#upstreams")).to_contain_text("✓ closed")


def test_tokens_and_failures_of_the_period(page, used_router):
    stats = used_router.get("/router/stats?since=24h")
    facts = page.locator("#reliability > div")
    expect(facts).to_have_count(6)
    expect(facts.filter(has_text="Fallbacks").locator("dd")).to_have_text(str(stats["fallbacks"]))
    expect(facts.filter(has_text="Failed attempts").locator("dd")).to_have_text(
        str(stats["totals"]["errors"]))
    tokens = facts.filter(has_text="Tokens in").locator("dd").text_content()
    assert number(tokens) * (1000 if "K" in tokens else 1) == pytest.approx(
        stats["usage"]["input_tokens"], rel=0.1)


def test_a_simulated_router_says_so(page):
    expect(page.locator("#simulated")).to_be_visible()
    expect(page.locator("#simulated")).to_contain_text("Simulated")
