"""The five queries the project began with, and statistics that agree with the ledger."""
from decimal import Decimal
import json
import urllib.request

from ledger_truth import assert_stats_equal_ledger

QUERIES = {
    "What is 2+2?": ("simple", "mistral:7b"),
    "Write a Python function to calculate Fibonacci numbers": ("code", "deepseek-coder:6.7b"),
    "Summarize the following text: " + " ".join(["The committee met on Tuesday to discuss the budget."] * 56):
        ("summarization", "mistral:7b"),
    "Write a comprehensive essay on quantum mechanics, analyzing its philosophical implications and "
    "comparing the major interpretations": ("complex", "codellama:13b"),
    "Extract all named entities from this text: Alice Smith met Bob Jones of Acme Corp in Paris on "
    "3 May 2024.": ("extraction", "mistral:7b"),
}


def test_the_five_queries_get_the_models_of_the_table(demo):
    for text, (kind, model) in QUERIES.items():
        _, headers = demo.post("/v1/chat/completions",
                               {"model": "auto", "messages": [{"role": "user", "content": text}]})
        assert (headers["x-router-type"], headers["x-router-model"]) == (kind, model), text
        assert headers["x-router-simulated"] == "1"

    with urllib.request.urlopen(demo.url + "/router/stats") as answer:
        stats = json.loads(answer.read(), parse_float=Decimal, parse_int=Decimal)
    (total, local, cost, latency, ok), = demo.sql(
        "SELECT sum(is_final), sum(is_final AND query_local), sum(cost), "
        "sum(CASE WHEN is_final AND query_local AND status = 'ok' THEN total_us END), "
        "sum(is_final AND query_local AND status = 'ok') FROM attempts")
    assert stats["total_queries"] == total == 5
    assert stats["local_queries"] == local
    assert stats["external_queries"] == total - local
    assert stats["local_percentage"] == Decimal(local) * 100 / total
    assert stats["total_cost"] == Decimal(cost) / 10**12
    assert stats["avg_local_latency"] == Decimal((latency + ok // 2) // ok) / 10**6
    assert stats["target_local_pct"] == 95
    assert stats["on_target"] is True
    assert assert_stats_equal_ledger(demo.url, demo.db) == 5
