"""Metrics, alert rules and the Grafana dashboard, as Prometheus sees them."""
import json
import re
import urllib.request

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as text_families

from conftest import ROOT, DemoRouter
from prometheus import MONITORING, Prometheus, promtool

KEY = "a-key-for-the-scraper"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CHAT = {"model": "auto", "messages": [{"role": "user", "content": "What is 2+2?"}]}
DASHBOARD = json.loads((MONITORING / "grafana/dashboards/llm-router.json").read_text())
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
ALERTS = [rule for group in RULES for rule in group["rules"]]


@pytest.fixture(scope="module")
def router(tmp_path_factory):
    """One that has caps, a key, and some queries behind it."""
    process = DemoRouter(tmp_path_factory.mktemp("router"), LLM_ROUTER_API_KEYS=f"scraper={KEY}",
                         LLM_BUDGET_USD_DAY="5", LLM_BUDGET_USD_MONTH="50")
    bearer = {"Authorization": f"Bearer {KEY}"}
    for model in ("auto", "auto", "openai/gpt-4o-mini"):
        process.post("/v1/chat/completions", {**CHAT, "model": model}, bearer)
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory, router):
    process = Prometheus(tmp_path_factory.mktemp("prometheus"), router.url, KEY)
    process.wait_for(lambda: process.value('up{job="llm-router"}') == 1)
    yield process
    process.stop()


def scrape(router, accept):
    request = urllib.request.Request(router.url + "/metrics",
                                     headers={"Accept": accept, "Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode(), answer.headers["Content-Type"]


def panel_expressions():
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def expanded(expression):
    """What Grafana puts in for its variables."""
    for name, value in (("$__rate_interval", "1m"), ("$__range", "5m"), ("$instance", ".*")):
        expression = expression.replace(name, value)
    assert "$" not in expression, expression
    return expression


def expressions():
    yield from ((rule["alert"], rule["expr"]) for rule in ALERTS)
    yield from ((title, expanded(expression)) for title, expression in panel_expressions())


def selectors(expression):
    """The metrics that an expression names, each with its label matchers."""
    return re.findall(r"\b(?:llm_router_|process_|up\b)\w*(?:\{[^}]*\})?", expression)


def test_promtool_has_nothing_to_say_about_the_metrics(router):
    text, content_type = scrape(router, "text/plain")
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    result = promtool("check", "metrics", text=text)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_openmetrics_passes_the_reference_parser_and_says_the_same(router):
    text, content_type = scrape(router, OPENMETRICS)
    assert content_type == OPENMETRICS

    def names(families):
        return {sample.name: family.type for family in families for sample in family.samples}

    found = names(open_families(text))
    plain = names(text_families(scrape(router, "text/plain")[0]))
    assert found.keys() == plain.keys()
    assert found["llm_router_queries_total"] == "counter"
    assert found["llm_router_build_info"] == "info"
    assert found["llm_router_queue_wait_seconds_bucket"] == "histogram"


def test_rules_are_valid_and_their_tests_pass():
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"],
                    ["check", "config", "--syntax-only", "prometheus.yml"]):
        *words, file = command
        result = promtool(*words, str(MONITORING / file))
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_rule_is_described_and_fires_in_a_test():
    tests = yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]
    checks = [check for test in tests for check in test["alert_rule_test"]]
    for rule in ALERTS:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        mine = [check for check in checks if check["alertname"] == rule["alert"]]
        assert {bool(check.get("exp_alerts")) for check in mine} == {True, False}, rule["alert"]


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/monitoring.md"])
def test_every_rule_names_a_section_that_exists(page):
    links = [rule["annotations"]["runbook_url"].split("#") for rule in ALERTS]
    assert {link[0] for link in links} == {"docs/operations.md", "docs/monitoring.md"}
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert {anchor for at, anchor in links if at == page} <= anchors


def test_prometheus_counts_a_query(router, prometheus):
    counter = 'sum(llm_router_queries_total{type="simple", locality="local", status="ok"})'
    before = prometheus.wait_for(lambda: prometheus.value(counter))
    router.post("/v1/chat/completions", CHAT, {"Authorization": f"Bearer {KEY}"})
    prometheus.wait_for(lambda: prometheus.value(counter) == before + 1)
    assert prometheus.value("scrape_samples_scraped") < 2000
    target = prometheus.get("targets")["data"]["activeTargets"][0]
    assert target["health"] == "up" and target["lastError"] == ""


def test_prometheus_evaluates_every_rule(prometheus):
    def evaluated():
        rules = [rule for group in prometheus.get("rules")["data"]["groups"]
                 for rule in group["rules"]]
        return rules if rules and all(rule["health"] != "unknown" for rule in rules) else None

    rules = prometheus.wait_for(evaluated)
    assert [(rule["name"], rule.get("lastError", "")) for rule in rules] == \
        [(rule["alert"], "") for rule in ALERTS]
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


def test_every_expression_evaluates_and_every_metric_it_names_is_there(prometheus):
    asked = set()
    for where, expression in expressions():
        answer = prometheus.get("query", query=expression)
        assert answer["status"] == "success", f"{where}: {answer}"
        named = selectors(expression)
        assert named, f"{where} names no metric of ours"
        asked.update((where, selector) for selector in named)
    missing = [(where, selector) for where, selector in asked
               if not prometheus.get("series", **{"match[]": selector})["data"]]
    assert missing == []


def test_every_metric_is_on_the_dashboard_or_in_a_rule(router):
    named = {selector.split("{")[0] for _, expression in expressions()
             for selector in selectors(expression)}
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in named}
    there = {family.name if family.type != "counter" else family.name + "_total"
             for family in text_families(scrape(router, "text/plain")[0])}
    unused = there - named
    assert unused <= {"process_virtual_memory_bytes", "process_threads"}, unused


def test_the_dashboard_can_be_provisioned():
    assert DASHBOARD["uid"] and len(DASHBOARD["uid"]) <= 40
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"])
                 for y in range(place["h"])}
        assert not cells & taken, f"{panel['title']} overlaps"
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["title"] and panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"
    used = set(re.findall(r"\$\{?([a-z]\w*)", json.dumps(DASHBOARD)))
    assert used <= variables | {"__rate_interval", "__range"}
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    provisioning = MONITORING / "grafana/provisioning"
    provider = yaml.safe_load((provisioning / "dashboards/llm-router.yml").read_text())
    folder = provider["providers"][0]["options"]["path"]
    assert any(volume.split(":")[1] == folder
               for volume in compose["services"]["grafana"]["volumes"])
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
    assert "prometheus" in compose["services"]
