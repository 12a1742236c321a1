#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "simulator/behaviour.hpp"
#include "simulator/identity/identity_options.hpp"
#include "simulator/models.hpp"
#include "simulator/request_log.hpp"
#include "simulator/simulated_provider.hpp"

namespace llmr::simulator {

struct SimulatorOptions {
    std::string host = "127.0.0.1";
    std::uint16_t ollama_port = 0;  ///< 0: the kernel chooses
    std::uint16_t openai_port = 0;
    std::optional<std::uint16_t> anthropic_port;  ///< nothing: no such server
    int threads = 1;
    int max_loaded = 0;  ///< models that fit into the Ollama's memory; 0: all
    std::vector<SimulatedModel> models = seed_models();
    std::vector<std::string> openai_models{"gpt-4o-mini", "gpt-4o", "text-embedding-3-small"};
    std::string openai_api_key;                             ///< if set, other keys get 401 ...
    std::vector<std::string> openai_keys;                   ///< ... but these
    std::map<std::string, std::int64_t> openai_key_limits;  ///< of a key: requests, then 429
    std::vector<std::string> anthropic_models{
        "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "claude-opus-4-1-20250805"};
    std::string anthropic_api_key;             ///< the same for it
    std::optional<std::uint16_t> gemini_port;  ///< nothing: no such server
    std::vector<std::string> gemini_models{"gemini-2.5-flash",     "gemini-2.5-pro",
                                           "gemini-2.0-flash",     "gemini-3-pro-preview",
                                           "gemini-embedding-001", "text-embedding-005"};
    std::string gemini_api_key;                  ///< the same for it, and for its Vertex AI
    std::vector<SimulatedProvider> providers;    ///< further servers, each name once
    IdentityOptions identity;                    ///< of the provider "identity", if it is there
    Behaviour behaviour;                         ///< for every model ...
    std::map<std::string, Behaviour> per_model;  ///< ... but these; "@azure": all of a provider's
};

/// An Ollama, an OpenAI-compatible, an Anthropic and a Gemini server, and such as speak OpenAI's
/// dialect their own way, with the identity endpoints of two clouds; faithful to their wire
/// formats, answering deterministically from the request's text. Stand-in for real models in demo,
/// tests and benchmarks; it never knows that it is being tested. Threads of its own. Thread-safe
/// but for start() and stop().
class Simulator {
public:
    /// Throws std::invalid_argument for a provider of an unknown name.
    explicit Simulator(SimulatorOptions options);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Binds and serves. Errors: upstream_unreachable with the address that could not be bound.
    /// After stop() it may be started again, and then has the ports it had before.
    Result<void> start();
    /// Closes all connections at once and joins the threads.
    void stop();

    std::uint16_t ollama_port() const;
    std::uint16_t openai_port() const;
    std::uint16_t anthropic_port() const;  ///< 0: there is none
    std::uint16_t gemini_port() const;     ///< 0: there is none
    std::string ollama_url() const;        ///< http://127.0.0.1:port
    std::string openai_url() const;        ///< http://127.0.0.1:port/v1
    std::string anthropic_url() const;     ///< http://127.0.0.1:port
    /// 0: there is none of this name.
    std::uint16_t provider_port(std::string_view name) const;
    /// The base that clients of the provider are given: http://127.0.0.1:port/api/v1 for
    /// OpenRouter, without a path for Azure. Empty: there is none of this name.
    std::string provider_url(std::string_view name) const;
    std::string gemini_url() const;  ///< http://127.0.0.1:port/v1beta
    /// http://127.0.0.1:port/v1/projects/simulated/locations/global/publishers/google
    std::string vertex_url() const;

    /// May be called while it runs; acts on requests that begin afterwards. A model with switches
    /// of its own does not heed those for every model. "@azure" stands for all models of that
    /// provider.
    void set_behaviour(const Behaviour& behaviour);
    void set_behaviour(const std::string& model, const Behaviour& behaviour);
    /// Off by default (it keeps bodies).
    void record_requests(bool on);
    std::vector<RequestLogEntry> requests() const;
    std::int64_t request_count() const;  ///< inference requests since start
    std::int64_t open_connections() const;
    /// Requests of each API key to one provider ("openai" too) since start, refused ones too.
    std::map<std::string, std::int64_t> requests_by_key(std::string_view provider) const;
    /// Access tokens that the identity server has issued.
    std::int64_t tokens_issued() const;
    /// Lets the next `count` requests for a token fail.
    void fail_tokens(int count, int status);
    /// Times any model was loaded; counted where max_loaded or a load time is set.
    std::int64_t load_count() const;
    /// Blocks until the log satisfies `predicate` or the timeout passes. The predicate must not
    /// call this object.
    bool wait_for(const std::function<bool(const std::vector<RequestLogEntry>&)>& predicate,
                  std::chrono::milliseconds timeout) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::simulator
