#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "simulator/behaviour_table.hpp"
#include "simulator/dialect.hpp"
#include "simulator/openai_api.hpp"
#include "simulator/simulated_provider.hpp"
#include "simulator/token_book.hpp"

namespace llmr::simulator {

/// One server of OpenAI's dialect with all that is its own. Pinned: its parts refer to each other.
class ProviderServer {
public:
    /// `options.name`: "openai" or a name of dialect_names(). `tokens`: who issues its Bearer
    /// tokens; null: nobody. Throws std::invalid_argument for another name.
    ProviderServer(const SimulatedProvider& options, BehaviourTable& behaviours,
                   const TokenBook* tokens);

    const std::string& name() const { return name_; }
    std::string_view client_base() const { return dialect_->traits().client_base; }
    const KeyRing& keys() const { return keys_; }
    Api& api() { return api_; }

private:
    std::string name_;
    std::unique_ptr<Dialect> dialect_;
    KeyRing keys_;
    OpenAiApi api_;
};

}  // namespace llmr::simulator
