"""What the command line and the start say about prices."""
from conftest import Router
from test_commands import run


def test_prices_prints_rates_and_what_a_call_costs():
    out = run("prices", "openai/gpt-4o-mini", "--input", "12000", "--cached", "9000",
              "--output", "800").stdout
    assert "gpt-4o-mini, in USD per million tokens" in out
    assert "0.15" in out and "0.075" in out
    assert "12,000 tokens in (9,000 cached) and 800 out" in out
    # 3,000 x 0.15 + 9,000 x 0.075 + 800 x 0.6 USD per million
    assert "$0.001605" in out


def test_prices_without_a_model_lists_all_of_them():
    lines = run("prices").stdout.splitlines()
    assert len(lines) > 400
    assert any(line.startswith("gpt-4o-mini ") for line in lines)


def test_an_unknown_model_is_answered_with_the_nearest_names():
    result = run("prices", "gpt-4o-minni")
    assert result.returncode == 1
    assert "gpt-4o-mini" in result.stderr and "LLM_PRICES_FILE" in result.stderr


def test_a_file_of_prices_goes_on_top(tmp_path):
    prices = tmp_path / "prices.tsv"
    prices.write_text("gpt-4o-mini 7 8\nmine 1 2 0.5\n")
    env = {"LLM_PRICES_FILE": str(prices)}
    assert "$0.011" in run("prices", "gpt-4o-mini", env=env).stdout
    assert "$0.002" in run("prices", "mine", env=env).stdout
    assert run("prices", "gpt-4o", env=env).returncode == 0
    azure = {**env, "LLM_AZURE_DEPLOYMENT_MODELS": "chat=gpt-4o"}
    assert "azure/gpt-4o," in run("prices", "chat", env=azure).stdout


def test_a_broken_price_file_stops_the_start_with_file_line_and_fault(tmp_path):
    prices = tmp_path / "prices.tsv"
    prices.write_text("ok 1 2\nbad 1 -2\n")
    env = {"LLM_PRICES_FILE": str(prices), "LLM_ROUTER_DB": str(tmp_path / "ledger.db"),
           "LLM_ROUTER_LISTEN": "127.0.0.1:0"}
    for command in ("serve", "check-config", "prices"):
        result = run(command, env=env)
        assert result.returncode == 78
        said = result.stdout + result.stderr
        assert f"LLM_PRICES_FILE: {prices}: line 2 (bad): output" in said
    prices.write_text('{"m": {"input_cost_per_token": -1e-6, "output_cost_per_token": 1e-6}}')
    assert 'entry "m", input_cost_per_token' in run("check-config", env=env).stdout


def test_a_configured_model_without_a_price_is_named_with_the_variable(tmp_path):
    env = {"LLM_EXTERNAL_MODEL": "nobody/knows-it", "OPENAI_API_KEY": "sk-canary-0123456789abcdef",
           "LLM_ROUTER_DB": str(tmp_path / "ledger.db")}
    out = run("check-config", env=env).stdout
    assert "no price is known for nobody/knows-it at openai" in out and "LLM_PRICES_FILE" in out
    assert "canary" not in out
    assert "no price" not in run("check-config", env={**env, "LLM_EXTERNAL_MODEL": "gpt-4o"}).stdout


def test_the_start_names_models_without_a_price_and_entries_that_give_none(tmp_path, simulator):
    prices = tmp_path / "prices.json"
    prices.write_text('{"painter": {"output_cost_per_image": 0.04}, "singer": 7,'
                      ' "mine": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}}')
    router = Router(tmp_path, simulator, LLM_PRICES_FILE=str(prices),
                    OPENAI_API_KEY="sk-canary-0123456789abcdef", LLM_EXTERNAL_MODEL="openai/mine",
                    LLM_MODEL_ALIASES="best=openai/nobody-knows-it,good=openai/gpt-4o")
    try:
        router.wait_for("LLM_PRICES_FILE: 2 entries give no price by token and are left out: "
                        "painter, singer")
        router.wait_for("no price is known for nobody-knows-it at openai.*LLM_PRICES_FILE")
        assert sum("no price is known" in line for line in router.lines) == 1
    finally:
        assert router.stop() == 0
