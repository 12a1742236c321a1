import httpx
import pytest

from clients.cookbook import ADDRESS


@pytest.fixture
def http(router):
    """http(base, **options): requests to a base URL of a recipe, at this router."""
    opened = []

    def connect(base, **options):
        assert base.startswith(ADDRESS)
        client = httpx.Client(base_url=base.replace(ADDRESS, router.url), timeout=30, **options)
        opened.append(client)
        return client

    yield connect
    for client in opened:
        client.close()
