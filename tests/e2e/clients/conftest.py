"""One simulator and one router for all clients; a cell names its upstream by its model."""
import pytest
from conftest import Router, Simulator

from clients.upstreams import UPSTREAMS, simulator_arguments


@pytest.fixture(scope="session")
def upstreams_process():
    options, behaviours = simulator_arguments()
    process = Simulator(*behaviours, options=options)
    yield process
    process.stop()


@pytest.fixture(scope="session")
def router(tmp_path_factory, upstreams_process):
    process = Router(tmp_path_factory.mktemp("router"), upstreams_process,
                     OPENAI_BASE_URL=upstreams_process.openai_url, OPENAI_API_KEY="sk-simulated")
    yield process
    assert process.stop() == 0


@pytest.fixture(params=UPSTREAMS, ids=lambda upstream: upstream.name)
def upstream(request):
    return request.param
