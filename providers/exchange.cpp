#include "providers/exchanges.hpp"

namespace llmr::providers {

std::unique_ptr<Exchange> make_exchange(const ExchangeSpec& spec) {
    if (is_embedding(spec.operation)) return make_embeddings(spec);
    const bool same = spec.client == spec.upstream;
    if (!spec.stream) return same ? make_body_relay(spec) : make_body_translation(spec);
    if (!same) return make_stream_translation(spec);
    return spec.client == Dialect::ollama ? make_ollama_relay(spec) : make_openai_relay(spec);
}

}  // namespace llmr::providers
