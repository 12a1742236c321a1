#include "simulator/logprobs.hpp"

#include <string>

#include "simulator/hash.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

void write_token(JsonWriter& writer, std::string_view token, double logprob) {
    writer.field("token", token).field("logprob", logprob).key("bytes").begin_array();
    for (const char byte : token) {
        writer.value(static_cast<int>(static_cast<unsigned char>(byte)));
    }
    writer.end_array();
}

void write_top(JsonWriter& writer, std::string_view token, int top) {
    writer.key("top_logprobs").begin_array();
    double logprob = token_logprob(token);
    std::string other(token);
    for (int i = 0; i < top; ++i) {
        writer.begin_object();
        write_token(writer, other, logprob);
        writer.end_object();
        other += '~';
        logprob -= 1;
    }
    writer.end_array();
}

}  // namespace

double token_logprob(std::string_view token) {
    return -static_cast<double>(hash_text(token) % 2000) / 1000;
}

void write_token_logprobs(JsonWriter& writer, std::string_view text, int top) {
    writer.begin_array();
    while (!text.empty()) {
        const auto token = text.substr(0, token_length(text));
        writer.begin_object();
        write_token(writer, token, token_logprob(token));
        write_top(writer, token, top);
        writer.end_object();
        text.remove_prefix(token.size());
    }
    writer.end_array();
}

}  // namespace llmr::simulator
