"""Which model a cell of the matrix names: the name alone decides which upstream answers."""
import json
from dataclasses import dataclass

RETRY_AFTER = 7
FACT = "Likes green tea"
# The answer of a model that has understood each of: the prompts of mem0 that extract facts and that
# merge memories, and a signature of DSPy. They read their own key.
KNOWING = {"facts": [FACT], "memory": [{"id": "0", "text": FACT, "event": "ADD"}], "answer": FACT}


@dataclass(frozen=True)
class Upstream:
    name: str
    chat: str            # chats, calls tools
    answers_as: str      # the name that its answers carry in their text
    vision: str
    embedding: str
    dimensions: int
    limited: str         # 429 with Retry-After
    busy: str            # 503 with Retry-After
    cut: str             # dies in the middle of an answer
    fixed: str           # says FACT in JSON, whatever it is asked
    small: str           # has a context that `too_long` does not fit into
    too_long: str


OLLAMA = Upstream("ollama", "mistral:7b", "mistral:7b", "llava:7b", "nomic-embed-text", 768,
                  "limited:1b", "busy:1b", "cut:1b", "fixed:1b", "tinyllama:1.1b", "word " * 8_000)
OPENAI = Upstream("openai", "openai/gpt-4o-mini", "gpt-4o-mini", "openai/gpt-4o",
                  "openai/text-embedding-3-small", 1536, "openai/limited", "openai/busy",
                  "openai/cut", "openai/fixed", "openai/gpt-4o-mini", "word " * 140_000)
UPSTREAMS = [OLLAMA, OPENAI]

# A PNG of one pixel.
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
         "rkJggg==")


def simulator_arguments():
    """(options, behaviours) of a simulator with a model for every fault, on both sides."""
    options, behaviours = ["--model", f"{OLLAMA.vision}=completion,vision"], []
    for upstream in UPSTREAMS:
        faults = {upstream.limited: f"error_status=429,retry_after_seconds={RETRY_AFTER}",
                  upstream.busy: f"error_status=503,retry_after_seconds={RETRY_AFTER}",
                  upstream.cut: "answer_tokens=200,cut_after_bytes=2000",
                  upstream.fixed: "answer=" + json.dumps(KNOWING)}
        for model, fault in faults.items():
            served = model.removeprefix("openai/")
            options += (["--model", f"{served}=completion,tools"] if upstream is OLLAMA
                        else ["--openai-model", served])
            behaviours.append(f"{served}:{fault}")
    return options, behaviours
