#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The vocabulary of the whole program: plain values, no behaviour beyond naming themselves.
namespace llmr {

/// What kind of answer a query needs; the seven types of the routing table.
enum class QueryType : std::uint8_t {
    embedding,
    code,
    simple,
    summarization,
    extraction,
    medium,
    complex
};
inline constexpr std::array kAllQueryTypes{
    QueryType::embedding,  QueryType::code,   QueryType::simple, QueryType::summarization,
    QueryType::extraction, QueryType::medium, QueryType::complex};

std::string_view to_string(QueryType type);
std::optional<QueryType> parse_query_type(std::string_view name);

/// A wire format, on the client's side or the upstream's. Gemini's is spoken with upstreams only.
enum class Dialect : std::uint8_t { openai_chat, openai_responses, ollama, anthropic, gemini };
inline constexpr std::array kAllDialects{Dialect::openai_chat, Dialect::openai_responses,
                                         Dialect::ollama, Dialect::anthropic, Dialect::gemini};
/// Those that clients speak.
inline constexpr std::array kClientDialects{Dialect::openai_chat, Dialect::openai_responses,
                                            Dialect::ollama, Dialect::anthropic};
std::string_view to_string(Dialect dialect);

/// What is asked for, whatever the dialect. `generate` is Ollama's /api/generate, `complete`
/// OpenAI's /v1/completions, `legacy_embed` Ollama's /api/embeddings.
enum class Operation : std::uint8_t { chat, generate, complete, embed, legacy_embed };
std::string_view to_string(Operation operation);
constexpr bool is_embedding(Operation op) {
    return op == Operation::embed || op == Operation::legacy_embed;
}

/// Where tokens are computed.
enum class Locality : std::uint8_t { local, external };
std::string_view to_string(Locality locality);

/// How an attempt ended. `ok` only after the upstream's own terminal marker was seen.
enum class AttemptStatus : std::uint8_t {
    open,              ///< dispatched, not finished; only ever seen while it runs
    ok,                ///< complete answer
    client_cancelled,  ///< the client left first
    upstream_cut,      ///< the answer began and ended without its terminal marker
    error,             ///< the upstream answered with an error, or never answered
    interrupted,       ///< found open at start: this process died in the middle of it
    refused            ///< nothing was sent: queue full, upstream unreachable, deadline
};
std::string_view to_string(AttemptStatus status);

enum class UsageSource : std::uint8_t { none, reported, estimated };
std::string_view to_string(UsageSource source);

/// The class of service a provider says it billed. Some models cost less in batches and more with
/// priority.
enum class ServiceTier : std::uint8_t { standard, batch, flex, priority };
std::string_view to_string(ServiceTier tier);
/// The provider's own word ("default", "priority", "batch", ...); one that stands for no other
/// price is standard.
ServiceTier parse_service_tier(std::string_view word);

/// Tokens of one attempt in disjoint buckets: their sum is everything that was processed.
struct Usage {
    std::int64_t input_uncached = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t output_visible = 0;
    std::int64_t reasoning = 0;
    UsageSource source = UsageSource::none;
    /// How many of `cache_write` were written for an hour, which costs more. No bucket of its own.
    std::int64_t cache_write_1h = 0;

    std::int64_t input_total() const { return input_uncached + cache_read + cache_write; }
    std::int64_t output_total() const { return output_visible + reasoning; }
    bool operator==(const Usage&) const = default;
};

/// One observation that moved a classification. `what` points to static text; `value` is the
/// measured quantity behind it, or NaN where the feature is yes-or-no.
struct Reason {
    std::string_view what;
    double value;
};
/// "2,300 estimated tokens" or "code fence in the last turn".
std::string render(const Reason& reason);

/// What the classifier says of a query. Cheap to copy: reasons are a small fixed array.
struct Classification {
    QueryType type = QueryType::simple;
    int complexity = 1;  ///< 1 to 10
    double score = 0.0;  ///< 0 to 1: expected gain of a strong model over the local one
    std::uint8_t reason_count = 0;
    std::array<Reason, 8> reason_storage{};

    void add_reason(std::string_view what, double value);
    void add_reason(std::string_view what);
    const Reason* begin() const { return reason_storage.data(); }
    const Reason* end() const { return reason_storage.data() + reason_count; }
};

/// One (upstream, model) pair to try, with the reason it is there.
struct Candidate {
    std::string upstream;            ///< name of a configured upstream
    std::size_t upstream_index = 0;  ///< its place in Config::upstreams
    std::string model;               ///< the upstream's own name for the model
    Locality locality = Locality::local;
    std::string why;
    std::int64_t context_length = 0;  ///< tokens; 0: unknown
    bool only_if_too_long = false;    ///< tried only when another one cannot hold the prompt
};

/// A pair that was considered and not chosen.
struct Skipped {
    std::string upstream;
    std::string model;
    std::string why;
};

/// The decision for one query. `candidates` are in the order they will be tried; never more than
/// the attempt limit.
struct RoutePlan {
    std::vector<Candidate> candidates;
    std::vector<Skipped> skipped;
    std::string reason;              ///< one line: why the first candidate is first
    bool external_reserved = false;  ///< an allowance unit is held for candidates[0]
    std::int64_t decision_seq = 0;   ///< order in which decisions were taken; 0: not recorded
    std::string baseline_model;      ///< price-book name that savings are counted against
};

}  // namespace llmr
