#include "simulator/provider_server.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "simulator/dialects/dialects.hpp"

namespace llmr::simulator {
namespace {

std::unique_ptr<Dialect> dialect_for(const SimulatedProvider& options, const TokenBook* tokens) {
    if (options.name == "openai") {
        DialectTraits traits;
        traits.context_length = options.context_length;
        return std::make_unique<Dialect>(std::move(traits));
    }
    auto dialect = make_dialect(options.name, {options.context_length, tokens});
    if (!dialect) {
        throw std::invalid_argument(
            fmt::format("there is no simulated provider '{}'", options.name));
    }
    return dialect;
}

}  // namespace

ProviderServer::ProviderServer(const SimulatedProvider& options, BehaviourTable& behaviours,
                               const TokenBook* tokens)
    : name_(options.name),
      dialect_(dialect_for(options, tokens)),
      keys_(options.keys, options.key_limits),
      api_(*dialect_, options.models.empty() ? dialect_->traits().models : options.models, keys_,
           behaviours) {}

}  // namespace llmr::simulator
