#include "core/types.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr {
namespace {

/// "2300" -> "2,300"; the sign stays in front.
std::string with_thousands(std::string digits) {
    const std::size_t first = digits.starts_with('-') ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3; at -= 3) {
        digits.insert(at - 3, 1, ',');
    }
    return digits;
}

std::string render_number(double value) {
    constexpr double kIntegersAreExactBelow = 1e15;
    if (std::abs(value) < kIntegersAreExactBelow && value == std::trunc(value)) {
        return with_thousands(fmt::format("{}", static_cast<std::int64_t>(value)));
    }
    return fmt::format("{:.3g}", value);
}

}  // namespace

std::string_view to_string(QueryType type) {
    switch (type) {
        case QueryType::embedding:
            return "embedding";
        case QueryType::code:
            return "code";
        case QueryType::simple:
            return "simple";
        case QueryType::summarization:
            return "summarization";
        case QueryType::extraction:
            return "extraction";
        case QueryType::medium:
            return "medium";
        case QueryType::complex:
            return "complex";
    }
    return "unknown";
}

std::optional<QueryType> parse_query_type(std::string_view name) {
    for (const QueryType type : kAllQueryTypes) {
        if (iequals(to_string(type), name)) return type;
    }
    return std::nullopt;
}

std::string_view to_string(Dialect dialect) {
    switch (dialect) {
        case Dialect::openai_chat:
            return "openai_chat";
        case Dialect::openai_responses:
            return "openai_responses";
        case Dialect::ollama:
            return "ollama";
        case Dialect::anthropic:
            return "anthropic";
        case Dialect::gemini:
            return "gemini";
    }
    return "unknown";
}

std::string_view to_string(Operation operation) {
    switch (operation) {
        case Operation::chat:
            return "chat";
        case Operation::generate:
            return "generate";
        case Operation::complete:
            return "complete";
        case Operation::embed:
            return "embed";
        case Operation::legacy_embed:
            return "legacy_embed";
    }
    return "unknown";
}

std::string_view to_string(Locality locality) {
    return locality == Locality::local ? "local" : "external";
}

std::string_view to_string(AttemptStatus status) {
    switch (status) {
        case AttemptStatus::open:
            return "open";
        case AttemptStatus::ok:
            return "ok";
        case AttemptStatus::client_cancelled:
            return "client_cancelled";
        case AttemptStatus::upstream_cut:
            return "upstream_cut";
        case AttemptStatus::error:
            return "error";
        case AttemptStatus::interrupted:
            return "interrupted";
        case AttemptStatus::refused:
            return "refused";
    }
    return "unknown";
}

std::string_view to_string(ServiceTier tier) {
    switch (tier) {
        case ServiceTier::standard:
            return "standard";
        case ServiceTier::batch:
            return "batch";
        case ServiceTier::flex:
            return "flex";
        case ServiceTier::priority:
            return "priority";
    }
    return "unknown";
}

ServiceTier parse_service_tier(std::string_view word) {
    if (word == "batch" || word == "batches") return ServiceTier::batch;
    if (word == "flex") return ServiceTier::flex;
    if (word == "priority") return ServiceTier::priority;
    return ServiceTier::standard;
}

std::string_view to_string(UsageSource source) {
    switch (source) {
        case UsageSource::none:
            return "none";
        case UsageSource::reported:
            return "reported";
        case UsageSource::estimated:
            return "estimated";
    }
    return "unknown";
}

std::string render(const Reason& reason) {
    if (std::isnan(reason.value)) return std::string(reason.what);
    return fmt::format("{} {}", render_number(reason.value), reason.what);
}

void Classification::add_reason(std::string_view what, double value) {
    if (reason_count == reason_storage.size()) return;
    reason_storage[reason_count] = Reason{what, value};
    ++reason_count;
}

void Classification::add_reason(std::string_view what) {
    add_reason(what, std::nan(""));
}

}  // namespace llmr
