"""mem0 without its telemetry, each Memory in a folder of its own."""
import importlib.metadata
import os
import tempfile

import pytest

from clients.upstreams import OLLAMA

# Read when mem0 is imported: it would report to a server and write to the home directory.
os.environ["MEM0_TELEMETRY"] = "False"
os.environ["MEM0_DIR"] = tempfile.mkdtemp(prefix="mem0-")

VERSION = tuple(map(int, importlib.metadata.version("mem0ai").split(".")[:2]))


class Recall:
    """Memory's calls as the installed version spells them, every answer a list."""

    def __init__(self, memory):
        self.memory = memory

    def add(self, text):
        return self.memory.add(text, user_id="ann")["results"]

    def search(self, text):
        if VERSION < (2, 0):
            return self.memory.search(text, user_id="ann")["results"]
        return self.memory.search(text, filters={"user_id": "ann"}, threshold=0)["results"]

    def get_all(self):
        if VERSION < (2, 0):
            return self.memory.get_all(user_id="ann")["results"]
        return self.memory.get_all(filters={"user_id": "ann"})["results"]


@pytest.fixture
def remember(tmp_path):
    from mem0 import Memory
    stores = []

    def build(llm, embedder, dimensions=OLLAMA.dimensions):
        """llm and embedder: (provider, config)."""
        memory = Memory.from_config({
            "version": "v1.1", "history_db_path": str(tmp_path / "history.db"),
            "llm": {"provider": llm[0], "config": llm[1]},
            "embedder": {"provider": embedder[0], "config": embedder[1]},
            "vector_store": {"provider": "qdrant", "config": {
                "path": str(tmp_path / "qdrant"), "embedding_model_dims": dimensions}}})
        stores.append(memory.vector_store.client)
        return Recall(memory)

    yield build
    for client in stores:
        client.close()
