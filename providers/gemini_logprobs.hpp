#pragma once

#include <string>

#include <simdjson.h>

namespace llmr::providers {

/// A candidate's `logprobsResult` in the form of Event::logprobs: a JSON array of
/// {token, logprob, top_logprobs}.
std::string gemini_logprobs(simdjson::dom::element result);

}  // namespace llmr::providers
