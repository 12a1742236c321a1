#pragma once

#include <memory>

#include "providers/codec.hpp"

/// The kinds of Exchange behind make_exchange. Their unit tests go through make_exchange.
namespace llmr::providers {

/// Bodies longer than this are no answers: a batch of 2,048 large vectors has a third of it.
inline constexpr std::size_t kMaxAnswerBytes = 256 << 20;
/// Malformed events of a stream that are skipped before the answer is given up.
inline constexpr int kMaxMalformedEvents = 3;

std::unique_ptr<Exchange> make_openai_relay(
    const ExchangeSpec& spec);  ///< stream, OpenAI both sides
std::unique_ptr<Exchange> make_ollama_relay(
    const ExchangeSpec& spec);  ///< stream, Ollama both sides
std::unique_ptr<Exchange> make_event_relay(
    const ExchangeSpec& spec);  ///< stream, Anthropic or Responses on both sides
std::unique_ptr<Exchange> make_body_relay(const ExchangeSpec& spec);  ///< body, same dialect
std::unique_ptr<Exchange> make_stream_translation(const ExchangeSpec& spec);
std::unique_ptr<Exchange> make_body_translation(const ExchangeSpec& spec);
std::unique_ptr<Exchange> make_embeddings(const ExchangeSpec& spec);  ///< any pair of dialects

}  // namespace llmr::providers
