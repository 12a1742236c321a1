#include "daemon/discovery.hpp"

#include <algorithm>
#include <chrono>

#include <boost/asio/redirect_error.hpp>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "daemon/privacy.hpp"
#include "daemon/upstream_fetch.hpp"

namespace llmr::daemon {
namespace {

constexpr std::chrono::seconds kUsualPause{30};
/// A server that is back answers queries again after about this time.
constexpr std::chrono::seconds kPauseWhileDown{1};

/// The entries of a {"models": [...]} answer as JSON texts, so that no view outlives an await.
std::vector<std::string> entries_of(std::string_view answer) {
    std::vector<std::string> entries;
    auto root = thread_json_parser().parse(answer);
    simdjson::dom::array models;
    if (!root || (*root)["models"].get(models) != simdjson::SUCCESS) return entries;
    for (const simdjson::dom::element model : models)
        entries.push_back(to_json(model));
    return entries;
}

std::string member(const std::string& object, std::string_view key) {
    auto root = thread_json_parser().parse(object);
    return root ? std::string(get_string(*root, key).value_or("")) : std::string();
}

std::int64_t number(const std::string& object, std::string_view key) {
    auto root = thread_json_parser().parse(object);
    return root ? get_int(*root, key).value_or(0) : 0;
}

std::string show_request(const std::string& name) {
    std::string body;
    JsonWriter(body).begin_object().field("model", name).end_object();
    return body;
}

}  // namespace

Discovery::Discovery(Worker& worker, std::function<void(std::shared_ptr<const Landscape>)> publish)
    : worker_(worker), publish_(std::move(publish)), timer_(worker.executor()) {}

net::Task<void> Discovery::refresh() {
    const std::shared_ptr<const Config> config = worker_.config();
    std::vector<routing::LocalModel> models;
    std::vector<UpstreamHealth> health;
    for (std::size_t i = 0; i < config->upstreams.size(); ++i) {
        if (is_barred(*config, config->upstreams[i])) {
            UpstreamHealth barred;
            barred.barred = true;
            health.push_back(std::move(barred));
        } else if (config->upstreams[i].dialect == Dialect::ollama) {
            health.push_back(co_await look_at(i, models));
        } else {
            // Nothing to ask without spending: its health is that of real traffic.
            UpstreamHealth unchecked;
            unchecked.up = true;
            health.push_back(std::move(unchecked));
        }
    }
    auto now = std::make_shared<Landscape>();
    now->catalog = routing::ModelCatalog(std::move(models), *worker_.config());
    now->upstreams = std::move(health);
    log_changes(*now);
    last_ = now;
    publish_(last_);
}

net::Task<void> Discovery::run() {
    while (!stopping_) {
        const bool all_up = last_ && std::all_of(last_->upstreams.begin(), last_->upstreams.end(),
                                                 [](const UpstreamHealth& upstream) {
                                                     return upstream.up || upstream.barred;
                                                 });
        timer_.expires_after(all_up ? kUsualPause : kPauseWhileDown);
        boost::system::error_code ec;
        auto token = net::asio::redirect_error(net::use_task, ec);
        if (!soon_) co_await timer_.async_wait(token);
        soon_ = false;
        if (stopping_) co_return;
        co_await refresh();
    }
}

void Discovery::refresh_soon() {
    soon_ = true;
    timer_.cancel();
}

void Discovery::stop() {
    stopping_ = true;
    timer_.cancel();
}

net::Task<UpstreamHealth> Discovery::look_at(std::size_t upstream_index,
                                             std::vector<routing::LocalModel>& models) {
    UpstreamHealth health;
    health.checked = true;
    health.checked_ms = utc_ms();
    const SteadyTime asked_at = steady_now();
    auto tags = co_await fetch_from(worker_, upstream_index, "/api/tags", {}, LocalOnly::no);
    if (!tags) {
        health.error = tags.error().message;
        worker_.services().admission->observe_loaded(upstream_index, {}, asked_at);
        keep_known(upstream_index, models);
        co_return health;
    }
    health.up = true;
    const std::size_t first = models.size();
    co_await read_models(upstream_index, std::move(*tags), models);
    co_await read_resident(upstream_index, first, models);
    auto version = co_await fetch_from(worker_, upstream_index, "/api/version", {}, LocalOnly::no);
    if (version) health.version = member(*version, "version");
    co_return health;
}

/// A server that is away keeps its models: their queries fail over, or fail as unreachable, rather
/// than for a model that nobody knows.
void Discovery::keep_known(std::size_t upstream_index,
                           std::vector<routing::LocalModel>& models) const {
    if (!last_) return;
    for (const routing::LocalModel& model : last_->catalog.models()) {
        if (model.upstream_index != upstream_index) continue;
        models.push_back(model);
        models.back().resident = false;
    }
}

net::Task<void> Discovery::read_models(std::size_t upstream_index, std::string tags,
                                       std::vector<routing::LocalModel>& models) {
    for (const std::string& entry : entries_of(tags)) {
        const std::string name = member(entry, "name");
        const auto key = std::make_pair(upstream_index, name + "@" + member(entry, "digest"));
        auto known = known_.find(key);
        if (known == known_.end()) {
            auto show = co_await fetch_from(worker_, upstream_index, "/api/show",
                                            show_request(name), LocalOnly::no);
            const std::string details = show ? std::move(*show) : std::string();
            auto model = routing::parse_local_model(entry, details, upstream_index);
            if (!model) {
                log::warn("{}: a model entry is not understood: {}",
                          worker_.config()->upstreams[upstream_index].name, model.error().message);
                continue;
            }
            known = known_.emplace(key, std::move(*model)).first;
        }
        const routing::LocalModel& found = known->second;
        worker_.services().windows->prefer(upstream_index, found.name, found.num_ctx);
        models.push_back(known->second);
    }
}

net::Task<void> Discovery::read_resident(std::size_t upstream_index, std::size_t first,
                                         std::vector<routing::LocalModel>& models) {
    const SteadyTime asked_at = steady_now();
    auto running = co_await fetch_from(worker_, upstream_index, "/api/ps", {}, LocalOnly::no);
    if (!running) co_return;
    std::vector<std::string> loaded;
    for (const std::string& entry : entries_of(*running)) {
        std::string name = member(entry, "name");
        for (std::size_t i = first; i < models.size(); ++i) {
            if (!iequals(models[i].name, name)) continue;
            models[i].resident = true;
            name = models[i].name;
        }
        worker_.services().windows->is_loaded_with(upstream_index, name,
                                                   number(entry, "context_length"));
        loaded.push_back(std::move(name));
    }
    worker_.services().admission->observe_loaded(upstream_index, loaded, asked_at);
}

void Discovery::log_changes(const Landscape& now) {
    const Config& config = *worker_.config();
    for (std::size_t i = 0; i < now.upstreams.size(); ++i) {
        const UpstreamHealth& upstream = now.upstreams[i];
        const bool known = last_ != nullptr;
        if (!upstream.checked || (known && last_->upstreams[i].up == upstream.up)) continue;
        if (upstream.up) {
            log::info("{} is up (Ollama {})", config.upstreams[i].name, upstream.version);
        } else {
            log::warn("{} is down: {}", config.upstreams[i].name, upstream.error);
        }
    }
    if (last_ && last_->catalog.names() == now.catalog.names()) return;
    const bool any_up = std::any_of(now.upstreams.begin(), now.upstreams.end(),
                                    [](const UpstreamHealth& u) { return u.checked && u.up; });
    if (!any_up) return;
    log::info("{} models installed", now.catalog.models().size());
    for (const QueryType type : kAllQueryTypes) {
        const std::string& note = now.catalog.role(type).note;
        if (!note.empty()) log::warn("{}", note);
    }
    for (const std::string& error : now.catalog.errors())
        log::error("{}", error);
}

}  // namespace llmr::daemon
