import os

# LiteLLM would fetch a price list when it is imported, and wait for it where there is no network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
