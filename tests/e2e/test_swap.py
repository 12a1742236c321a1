"""Two models, memory for one: requests are put in such an order that it rarely swaps."""
import pathlib
import sys

from conftest import Router, Simulator

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
import swap  # noqa: E402  the trace is that of script/bench --swap


def loads_of(simulator):
    return sum(": load " in line for line in simulator.lines)


def test_a_mixed_trace_is_served_with_few_loads(tmp_path):
    simulator = Simulator("load_ms=60,first_token_ms=10", options=("--max-loaded", "1"))
    router = Router(tmp_path, simulator, LLM_LOCAL_MAX_LOADED="1",
                    LLM_LOCAL_MIN_RESIDENCY_SECONDS="1", LLM_LOCAL_MAX_WAIT_SECONDS="5")
    try:
        trace = swap.mixed_trace(seed=3, count=300, gap=0.02)
        answers = swap.replay(router.url, trace)
        assert [status for status, _ in answers] == [200] * 300
        waited = router.sql("SELECT count(*) FROM attempts WHERE queue_us > 0")[0][0]
        assert waited > 50
    finally:
        assert router.stop() == 0
        simulator.stop()
    # Served in the order of arrival, each change of model is a load.
    assert loads_of(simulator) * 100 <= 40 * swap.changes_of_model(trace)
