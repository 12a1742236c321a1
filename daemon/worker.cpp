#include "daemon/worker.hpp"

#include <utility>

#include "core/log.hpp"
#include "core/proxy_rules.hpp"
#include "daemon/privacy.hpp"

namespace llmr::daemon {

Worker::Worker(int index, Services& services, std::shared_ptr<const Config> config)
    : index_(index),
      services_(services),
      work_(net::asio::make_work_guard(context_)),
      config_(std::move(config)),
      landscape_(std::make_shared<const Landscape>()),
      api_keys_(config_->api_keys),
      admin_keys_(config_->admin_keys),
      resolver_(context_.get_executor()),
      retries_(config_->retry_budget_percent) {
    for (const UpstreamConfig& upstream : config_->upstreams) {
        // The configuration was validated: a URL that does not parse cannot be here.
        net::Endpoint endpoint = net::parse_base_url(upstream.base_url).value();
        net::HttpClient::Options options;
        options.external = upstream.locality == Locality::external;
        options.local_only = local_only_of(*config_);
        options.proxy = proxy_for(*config_, upstream);
        clients_.push_back(
            std::make_unique<net::HttpClient>(context_.get_executor(), std::move(endpoint),
                                              resolver_, services_.tls.get(), std::move(options)));
    }
}

Worker::~Worker() = default;

void Worker::set_config(std::shared_ptr<const Config> config) {
    config_ = std::move(config);
    api_keys_ = net::ApiKeys(config_->api_keys);
    admin_keys_ = net::ApiKeys(config_->admin_keys);
    retries_.set_percent(config_->retry_budget_percent);
}

void Worker::set_landscape(std::shared_ptr<const Landscape> landscape) {
    const auto was_down = [this](std::size_t i) {
        return i < landscape_->upstreams.size() && !landscape_->upstreams[i].up;
    };
    // What failed while the server was away says nothing about it now.
    for (std::size_t i = 0; i < landscape->upstreams.size(); ++i)
        if (landscape->upstreams[i].up && was_down(i)) {
            breakers_.forget(i);
            report_breakers(i);
        }
    landscape_ = std::move(landscape);
}

void Worker::report_breakers(std::size_t upstream_index) {
    const routing::BreakerMap::Summary summary = breakers_.summary(upstream_index);
    services_.metrics->set_breakers(index_, upstream_index, {summary.tripped, summary.open_until});
}

bool Worker::available(std::size_t upstream_index, std::string_view model, SteadyTime now) const {
    const auto& seen = landscape_->upstreams;
    const bool down =
        upstream_index < seen.size() && seen[upstream_index].checked && !seen[upstream_index].up;
    return !down && breakers_.available(upstream_index, model, now);
}

void Worker::run() {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& e) {
            // A handler outside every session threw: the loop goes on, the fault is on record.
            log::error("I/O thread {}: {}", index_, e.what());
        }
    }
}

void Worker::stop() {
    net::asio::post(context_, [this] {
        for (auto& client : clients_)
            client->shutdown();
        work_.reset();
        context_.stop();
    });
}

}  // namespace llmr::daemon
