#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace llmr::simulator {

/// A provider that speaks OpenAI's dialect its own way, or "identity".
struct SimulatedProvider {
    std::string name;                 ///< one of provider_names()
    std::uint16_t port = 0;           ///< 0: the kernel chooses
    std::vector<std::string> keys;    ///< accepted; empty: any, none too
    std::vector<std::string> models;  ///< azure: DEPLOYMENT=MODEL; empty: some of its
    std::map<std::string, std::int64_t> key_limits;  ///< of a key: requests, then 429
    std::int64_t context_length = 0;                 ///< of every chat model; 0: the usual one

    bool operator==(const SimulatedProvider&) const = default;
};

/// All names that a SimulatedProvider may have.
std::vector<std::string> provider_names();

/// What the command line says of providers, each text for itself: "NAME=PORT", "NAME=KEY",
/// "NAME=MODEL", "NAME=TOKENS", "NAME:KEY=N". A name in one of the others must have been given a
/// port; "openai" and its keys are always there.
struct ProviderTexts {
    std::vector<std::string> ports;
    std::vector<std::string> keys;
    std::vector<std::string> models;
    std::vector<std::string> contexts;
    std::vector<std::string> limits;
};

/// The providers, "openai" among them if it was mentioned (its port means nothing then). Errors:
/// invalid_parameter; for an unknown name it lists the known ones. Keys are never repeated.
Result<std::vector<SimulatedProvider>> parse_providers(const ProviderTexts& texts);

}  // namespace llmr::simulator
