import os
import tempfile

# LiteLLM would fetch a price list when it is imported, and wait for it where there is no network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
# mem0 reads these when it is imported: it would report to a server and write to the home directory.
os.environ["MEM0_TELEMETRY"] = "False"
os.environ["MEM0_DIR"] = tempfile.mkdtemp(prefix="mem0-")
