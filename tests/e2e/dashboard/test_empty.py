"""A router that has answered nothing: what to do first."""
import subprocess

from playwright.sync_api import expect


def test_a_new_router_says_what_to_do_and_shows_the_first_query(demo, visit):
    page = visit(demo).open()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator("#welcome-openai")).to_have_text(demo.url + "/v1")
    expect(page.locator("#share-value")).to_have_text("–")
    expect(page.locator("#rows")).to_have_text("No queries yet.")
    expect(page.locator("#preview")).to_contain_text("No recorded queries")
    command = page.text_content("#welcome-curl")
    assert demo.url in command
    subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=20)
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.locator("#share-value")).to_have_text("100 %")
    expect(page.locator("#by-model tbody tr")).to_have_count(1)


def test_a_browser_that_asks_for_the_root_comes_to_the_page(demo, visit):
    page = visit(demo).open("/")
    assert page.url == demo.url + "/dashboard"
    expect(page.get_by_role("heading", name="llm-router")).to_be_visible()
