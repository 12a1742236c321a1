#include "simulator/simulator.hpp"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "simulator/anthropic_api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/gemini_api.hpp"
#include "simulator/listener.hpp"
#include "simulator/ollama_api.hpp"
#include "simulator/openai_api.hpp"

namespace llmr::simulator {

class Simulator::Impl {
public:
    explicit Impl(SimulatorOptions options)
        : options_(std::move(options)),
          behaviours_(options_.behaviour, options_.per_model),
          ollama_(options_.models, behaviours_, options_.max_loaded),
          openai_(options_.openai_models, options_.openai_api_key, behaviours_),
          anthropic_(options_.anthropic_models, options_.anthropic_api_key, behaviours_),
          gemini_(options_.gemini_models, options_.gemini_api_key, behaviours_) {}

    Result<void> start();
    void stop() { loops_.reset(); }
    std::string url(std::uint16_t port) const;

    SimulatorOptions options_;  ///< with the ports that were bound, once started
    BehaviourTable behaviours_;
    OllamaApi ollama_;
    OpenAiApi openai_;
    AnthropicApi anthropic_;
    GeminiApi gemini_;
    SessionShared shared_;

private:
    std::optional<Loops> loops_;  ///< last: its sessions use all of the above
};

Result<void> Simulator::Impl::start() {
    stop();
    loops_.emplace(options_.threads);
    struct Server {
        std::uint16_t* port;
        Api* api;
    };
    std::vector<Server> servers{{&options_.ollama_port, &ollama_},
                                {&options_.openai_port, &openai_}};
    if (options_.anthropic_port) {
        servers.push_back({&*options_.anthropic_port, &anthropic_});
    }
    if (options_.gemini_port) {
        servers.push_back({&*options_.gemini_port, &gemini_});
    }
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
