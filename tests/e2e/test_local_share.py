"""At least 95% of queries stay local, at every prefix, under concurrency."""
import random

from conftest import DemoRouter
from ledger_truth import assert_stats_equal_ledger
from load import request_bytes, run_clients

COMPLEX = ("Prove that the square root of two is irrational, then compare the classical proof with a "
           "geometric one, weigh their strengths step by step and design a lesson plan around both. ({})")
SIMPLE = "What is the capital of country number {}?"


def test_ten_thousand_queries_from_fifty_clients(tmp_path):
    router = DemoRouter(tmp_path, LLM_LOCAL_THRESHOLD="95", LLM_ROUTER_LOG_LEVEL="info")
    try:
        draw = random.Random(7)
        queries = [request_bytes("/v1/chat/completions", {"model": "auto", "messages": [
            {"role": "user", "content": (COMPLEX if draw.random() < 0.3 else SIMPLE).format(i)}]})
            for i in range(10_000)]
        answers = run_clients(router.url, [queries[i::50] for i in range(50)])
        assert [status for status, _, _ in answers].count(200) == 10_000
        complex_count = sum(int(headers["x-router-complexity"]) >= 7 for _, headers, _ in answers)
        assert 2_500 < complex_count < 3_500

        decided = router.sql("SELECT decision_seq, query_local FROM attempts WHERE is_final = 1 "
                             "ORDER BY decision_seq")
        assert [seq for seq, _ in decided] == list(range(1, 10_001))
        external = 0
        for count, (_, local) in enumerate(decided, 1):
            external += not local
            assert external * 100 <= 5 * count, f"{external} of {count}"
        assert external > 400  # the allowance is there to be used
        assert router.get("/router/stats")["external_queries"] == external
        assert assert_stats_equal_ledger(router.url, router.db) == 10_000
    finally:
        assert router.stop() == 0
