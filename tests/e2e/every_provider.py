"""A simulator that is every provider, and the settings of a router that uses all of them."""
from conftest import Simulator

NAMES = ("azure", "openrouter", "deepseek", "lm_studio", "vllm", "litellm", "identity")

def far(url):
    """The same server under an address that does not count as local."""
    return url.replace("127.0.0.1", "0.0.0.0")


class EveryProvider(Simulator):
    def __init__(self, *behaviours, options=()):
        providers = [word for name in NAMES for word in ("--provider", f"{name}=0")]
        super().__init__(*behaviours, options=["--anthropic-port", "0", "--gemini-port", "0",
                                               *providers, *options])
        self.urls = {name: far(self.wait_for(rf"simulated {name} on (http://\S+)").group(1))
                     for name in NAMES}
        self.urls["openai"] = far(self.openai_url)
        for title, name in (("Anthropic", "anthropic"), ("Gemini", "gemini"),
                            ("Vertex AI", "vertex")):
            self.urls[name] = far(self.wait_for(rf"simulated {title} on (http://\S+)").group(1))

    def settings(self, keys):
        """`keys` by provider: openai, azure, ..., and `client_secret` for Vertex's file."""
        vertex_base = self.urls["vertex"].split("/v1/projects")[0]
        return {
            "OPENAI_BASE_URL": self.urls["openai"], "OPENAI_API_KEY": keys["openai"],
            "LLM_AZURE_ENDPOINT": self.urls["azure"],
            "LLM_AZURE_OPENAI_API_KEY": keys["azure"],
            "LLM_AZURE_DEPLOYMENT_MODELS": "gpt-4o-prod=gpt-4o",
            "LLM_ANTHROPIC_URL": self.urls["anthropic"], "ANTHROPIC_API_KEY": keys["anthropic"],
            "GEMINI_API_BASE": self.urls["gemini"], "GEMINI_API_KEY": keys["gemini"],
            "DEEPSEEK_API_BASE": self.urls["deepseek"], "DEEPSEEK_API_KEY": keys["deepseek"],
            "OPENROUTER_API_BASE": self.urls["openrouter"],
            "OPENROUTER_API_KEY": keys["openrouter"],
            "LM_STUDIO_API_BASE": self.urls["lm_studio"], "LM_STUDIO_API_KEY": keys["lm_studio"],
            "HOSTED_VLLM_API_BASE": self.urls["vllm"], "HOSTED_VLLM_API_KEY": keys["vllm"],
            "LITELLM_PROXY_API_BASE": self.urls["litellm"],
            "LITELLM_PROXY_API_KEY": keys["litellm"],
            "VERTEXAI_PROJECT": "simulated", "VERTEXAI_LOCATION": "global",
            "VERTEXAI_API_BASE": vertex_base,
            "GCE_METADATA_HOST": self.urls["identity"].removeprefix("http://"),
        }
