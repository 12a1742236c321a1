// Exchanges: whatever an upstream sends, the client's bytes and the summary are the same however
// the answer is portioned, and an answer with an error has no tail. The first byte picks the
// dialects and modes, the second the operation and the rest (tests/tools/fuzz_corpus.py knows
// them).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "providers/codec.hpp"

namespace {

using namespace llmr;
using namespace llmr::providers;

bool has_embeddings(Dialect dialect) {
    return dialect == Dialect::openai_chat || dialect == Dialect::ollama ||
           dialect == Dialect::gemini;
}

/// Whether a client of this dialect has such an operation, and the upstream an answer to it.
bool exists(const ExchangeSpec& spec) {
    switch (spec.operation) {
        case Operation::chat:
            return true;
        case Operation::complete:
            return spec.client == Dialect::openai_chat;
        case Operation::generate:
            return spec.client == Dialect::ollama;
        case Operation::legacy_embed:
            return spec.client == Dialect::ollama && has_embeddings(spec.upstream);
        case Operation::embed:
            return has_embeddings(spec.client) && has_embeddings(spec.upstream);
    }
    return false;
}

ExchangeSpec spec_from(std::uint8_t modes, std::uint8_t more) {
    constexpr Operation kOperations[] = {Operation::chat, Operation::generate, Operation::embed,
                                         Operation::legacy_embed, Operation::complete};
    ExchangeSpec spec;
    spec.client = kClientDialects[modes & 3];
    spec.upstream = kAllDialects[modes >> 2 & 3];
    spec.stream = modes & 16;
    spec.include_usage = modes & 32;
    spec.base64_embeddings = modes & 64;
    spec.hide_reasoning = modes & 128;
    spec.operation = kOperations[(more & 7) % 5];
    if ((more & 7) >= 5) {  // the upstream that is nobody's client has no number among the four
        spec.upstream = Dialect::gemini;
        spec.operation = kOperations[(more & 7) == 6 ? 4 : modes >> 2 & 3];
    }
    spec.one_tool_call = more & 8;
    if (more & 16) spec.forced_tool = "f";
    spec.input_count = more >> 5;
    spec.model = "model:7b";
    spec.answer_id = "chatcmpl-1";
    spec.created_ms = 1767225600000;
    return spec;
}

std::string run(const ExchangeSpec& spec, std::string_view answer, std::size_t step) {
    const auto exchange = make_exchange(spec);
    std::string out;
    for (std::size_t at = 0; at < answer.size(); at += step)
        exchange->feed(answer.substr(at, step), out);
    exchange->end(out);
    const std::string tail = exchange->take_tail();
    const AnswerSummary& summary = exchange->summary();
    if (summary.complete == summary.error.has_value()) std::abort();
    if (summary.error && !tail.empty()) std::abort();
    if (summary.usage.input_total() < 0 || summary.usage.output_total() < 0) std::abort();
    return out + '\x01' + tail + '\x01' + summary.finish_reason + '\x01' + summary.served_model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ExchangeSpec spec = spec_from(data[0], data[1]);
    if (!exists(spec)) return 0;
    const std::string answer(data + 2, data + size);
    const std::string whole = run(spec, answer, answer.size() + 1);
    for (const std::size_t step : {1, 2, 5}) {
        if (run(spec, answer, step) != whole) std::abort();
    }
    return 0;
}
