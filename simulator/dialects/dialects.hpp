#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "simulator/dialect.hpp"
#include "simulator/token_book.hpp"

namespace llmr::simulator {

/// What a server's dialect depends on beside its name.
struct DialectSettings {
    std::int64_t context_length = 0;    ///< of all its models; 0: the provider's usual one
    const TokenBook* tokens = nullptr;  ///< who issues its Bearer tokens; null: nobody
};

/// One for each provider that speaks OpenAI's dialect its own way.
std::unique_ptr<Dialect> make_azure(const DialectSettings& settings);
std::unique_ptr<Dialect> make_openrouter(const DialectSettings& settings);
std::unique_ptr<Dialect> make_deepseek(const DialectSettings& settings);
std::unique_ptr<Dialect> make_lm_studio(const DialectSettings& settings);
std::unique_ptr<Dialect> make_vllm(const DialectSettings& settings);
std::unique_ptr<Dialect> make_litellm(const DialectSettings& settings);

/// The names above, as options write them.
std::vector<std::string> dialect_names();
/// Null for a name that is none of them.
std::unique_ptr<Dialect> make_dialect(std::string_view name, const DialectSettings& settings);

}  // namespace llmr::simulator
