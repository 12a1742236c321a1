#include "simulator/simulator.hpp"

#include <deque>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "simulator/anthropic_api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/gemini_api.hpp"
#include "simulator/identity/identity_api.hpp"
#include "simulator/listener.hpp"
#include "simulator/ollama_api.hpp"
#include "simulator/provider_server.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kIdentity = "identity";

SimulatedProvider plain_openai(const SimulatorOptions& options) {
    SimulatedProvider provider;
    provider.name = "openai";
    provider.keys = options.openai_keys;
    if (!options.openai_api_key.empty()) {
        provider.keys.push_back(options.openai_api_key);
    }
    provider.models = options.openai_models;
    provider.key_limits = options.openai_key_limits;
    return provider;
}

}  // namespace

class Simulator::Impl {
public:
    explicit Impl(SimulatorOptions options)
        : options_(std::move(options)),
          behaviours_(options_.behaviour, options_.per_model),
          ollama_(options_.models, behaviours_, options_.max_loaded),
          openai_(plain_openai(options_), behaviours_, nullptr),
          anthropic_(options_.anthropic_models, options_.anthropic_api_key, behaviours_),
          gemini_(options_.gemini_models, options_.gemini_api_key, behaviours_,
                  port_of(kIdentity) ? &tokens_ : nullptr),
          identity_(options_.identity, tokens_) {
        const bool identified = port_of(kIdentity) != nullptr;
        for (const auto& provider : options_.providers) {
            if (provider.name != kIdentity) {
                providers_.emplace_back(provider, behaviours_, identified ? &tokens_ : nullptr);
            }
        }
    }

    Result<void> start();
    void stop() { loops_.reset(); }
    std::string url(std::uint16_t port) const;
    const ProviderServer* server(std::string_view name) const;
    /// Where the port of one of the options' providers stands; null: there is none.
    const std::uint16_t* port_of(std::string_view name) const;

    SimulatorOptions options_;  ///< with the ports that were bound, once started
    BehaviourTable behaviours_;
    OllamaApi ollama_;
    ProviderServer openai_;
    AnthropicApi anthropic_;
    GeminiApi gemini_;
    TokenBook tokens_;
    IdentityApi identity_;
    std::deque<ProviderServer> providers_;
    SessionShared shared_;

private:
    struct Server {
        std::uint16_t* port;
        Api* api;
    };
    std::vector<Server> all_servers();

    std::optional<Loops> loops_;  ///< last: its sessions use all of the above
};

const std::uint16_t* Simulator::Impl::port_of(std::string_view name) const {
    for (const auto& provider : options_.providers) {
        if (provider.name == name) {
            return &provider.port;
        }
    }
    return nullptr;
}

const ProviderServer* Simulator::Impl::server(std::string_view name) const {
    for (const auto& provider : providers_) {
        if (provider.name() == name) {
            return &provider;
        }
    }
    return name == openai_.name() ? &openai_ : nullptr;
}

std::vector<Simulator::Impl::Server> Simulator::Impl::all_servers() {
    std::vector<Server> servers{{&options_.ollama_port, &ollama_},
                                {&options_.openai_port, &openai_.api()}};
    if (options_.anthropic_port) {
        servers.push_back({&*options_.anthropic_port, &anthropic_});
    }
    if (options_.gemini_port) {
        servers.push_back({&*options_.gemini_port, &gemini_});
    }
    auto provider = providers_.begin();
    for (auto& options : options_.providers) {
        const bool identity = options.name == kIdentity;
        servers.push_back({&options.port, identity ? &identity_ : &(provider++)->api()});
    }
    return servers;
}

Result<void> Simulator::Impl::start() {
    stop();
    loops_.emplace(options_.threads);
    const auto servers = all_servers();
    // All are bound before one is served.
    std::vector<boost::asio::ip::tcp::acceptor> acceptors;
    for (const auto& server : servers) {
        auto acceptor = bind_acceptor(loops_->first(), options_.host, *server.port);
        if (!acceptor) {
            return acceptor.error();
        }
        *server.port = acceptor->local_endpoint().port();
        acceptors.push_back(*std::move(acceptor));
    }
    shared_.started = steady_now();
    shared_.requests = 0;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        serve(std::move(acceptors[i]), *loops_, *servers[i].api, shared_);
    }
    loops_->run();
    return {};
}

std::string Simulator::Impl::url(std::uint16_t port) const {
    const bool v6 = options_.host.find(':') != std::string::npos;
    return v6 ? fmt::format("http://[{}]:{}", options_.host, port)
              : fmt::format("http://{}:{}", options_.host, port);
}

Simulator::Simulator(SimulatorOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

Simulator::~Simulator() = default;

Result<void> Simulator::start() {
    return impl_->start();
}

void Simulator::stop() {
    impl_->stop();
}

std::uint16_t Simulator::ollama_port() const {
    return impl_->options_.ollama_port;
}

std::uint16_t Simulator::openai_port() const {
    return impl_->options_.openai_port;
}

std::uint16_t Simulator::anthropic_port() const {
    return impl_->options_.anthropic_port.value_or(0);
}

std::uint16_t Simulator::gemini_port() const {
    return impl_->options_.gemini_port.value_or(0);
}

std::string Simulator::ollama_url() const {
    return impl_->url(ollama_port());
}

std::string Simulator::openai_url() const {
    return impl_->url(openai_port()) + "/v1";
}

std::string Simulator::anthropic_url() const {
    return impl_->url(anthropic_port());
}

std::string Simulator::gemini_url() const {
    return impl_->url(gemini_port()) + "/v1beta";
}

std::string Simulator::vertex_url() const {
    return impl_->url(gemini_port()) + "/v1/projects/simulated/locations/global/publishers/google";
}

std::uint16_t Simulator::provider_port(std::string_view name) const {
    const auto* port = impl_->port_of(name);
    return port ? *port : 0;
}

std::string Simulator::provider_url(std::string_view name) const {
    const auto* port = impl_->port_of(name);
    if (!port) {
        return {};
    }
    const auto* server = impl_->server(name);
    return impl_->url(*port) + std::string(server ? server->client_base() : "");
}

std::map<std::string, std::int64_t> Simulator::requests_by_key(std::string_view provider) const {
    const auto* server = impl_->server(provider);
    return server ? server->keys().requests() : std::map<std::string, std::int64_t>();
}

std::int64_t Simulator::tokens_issued() const {
    return impl_->tokens_.issued();
}

void Simulator::fail_tokens(int count, int status) {
    impl_->identity_.fail(count, status);
}

void Simulator::set_behaviour(const Behaviour& behaviour) {
    impl_->behaviours_.set(behaviour);
}

void Simulator::set_behaviour(const std::string& model, const Behaviour& behaviour) {
    impl_->behaviours_.set(model, behaviour);
}

void Simulator::record_requests(bool on) {
    impl_->shared_.log.record(on);
}

std::vector<RequestLogEntry> Simulator::requests() const {
    return impl_->shared_.log.entries();
}

std::int64_t Simulator::request_count() const {
    return impl_->shared_.requests;
}

std::int64_t Simulator::open_connections() const {
    return impl_->shared_.connections;
}

std::int64_t Simulator::load_count() const {
    return impl_->ollama_.load_count();
}

bool Simulator::wait_for(const std::function<bool(const std::vector<RequestLogEntry>&)>& predicate,
                         std::chrono::milliseconds timeout) const {
    return impl_->shared_.log.wait_for(predicate, timeout);
}

}  // namespace llmr::simulator
