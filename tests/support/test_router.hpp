#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "core/config.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"
#include "daemon/app.hpp"
#include "simulator/simulator.hpp"
#include "tests/support/http_connection.hpp"

namespace llmr::test {

/// A directory that goes away with the test.
class TemporaryDirectory {
public:
    TemporaryDirectory()
        : path_(std::filesystem::temp_directory_path() / ("llm-router-" + random_alnum(12))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// The daemon in-process, on port 0, with a real ledger file and simulated upstreams.
class TestRouter {
public:
    /// Changes a configuration that was loaded, knowing where the simulator listens.
    using Adjust = std::function<void(Config&, const simulator::Simulator&)>;

    /// `settings` are environment variables over the defaults, in which "{azure}" stands for the
    /// URL of the simulated server of that name; `prepare` may change the simulator.
    explicit TestRouter(Environment settings = {},
                        const std::function<void(simulator::SimulatorOptions&)>& prepare = {},
                        const Adjust& adjust = {}) {
        simulator::SimulatorOptions options;
        options.anthropic_port = 0;
        if (prepare) prepare(options);
        simulator = std::make_unique<simulator::Simulator>(options);
        require(simulator->start());
        simulator->record_requests(true);
        Environment environment{{"LLM_ROUTER_LISTEN", "127.0.0.1:0"},
                                {"LLM_ROUTER_THREADS", "2"},
                                {"LLM_ROUTER_DB", directory.file("ledger.db")},
                                {"OLLAMA_URL", simulator->ollama_url()}};
        for (auto& [name, value] : settings)
            environment[name] = with_urls(value);
        start(environment, adjust);
    }

    /// Adds the simulated OpenAI server as external upstream.
    static Environment with_external(Environment settings = {}) {
        settings.emplace("OPENAI_API_KEY", "sk-test-key-of-the-simulator");
        settings.emplace("external", "simulator");
        return settings;
    }

    /// Adds the simulated Anthropic server.
    static Environment with_anthropic(Environment settings = {}) {
        settings.emplace("ANTHROPIC_API_KEY", "sk-ant-key-of-the-simulator");
        settings.emplace("anthropic", "simulator");
        return settings;
    }

    std::uint16_t port() const { return app->addresses().front().port; }
    HttpConnection connect() const { return HttpConnection(port()); }
    HttpAnswer post(const std::string& path, const std::string& body,
                    const std::map<std::string, std::string>& headers = {}) const {
        HttpConnection connection(port());
        return connection.request("POST", path, body, headers);
    }
    HttpAnswer get(const std::string& path,
                   const std::map<std::string, std::string>& headers = {}) const {
        HttpConnection connection(port());
        return connection.request("GET", path, {}, headers);
    }
    std::string db() const { return config->db_path; }

    /// Stops and starts again on the same ledger and upstreams.
    void restart() {
        app->stop();
        app = std::make_unique<daemon::App>(config);
        require(app->start());
    }

    TemporaryDirectory directory;
    std::unique_ptr<simulator::Simulator> simulator;
    std::shared_ptr<const Config> config;
    std::unique_ptr<daemon::App> app;

private:
    template <class R>
    static void require(R&& result) {
        if (!result) throw std::runtime_error(result.error().message);
    }

    /// The text with every "{name}" of a simulated server replaced by its URL.
    std::string with_urls(std::string text) const {
        const auto put = [&text](const std::string& name, const std::string& url) {
            const std::size_t at = text.find("{" + name + "}");
            if (at != std::string::npos) text.replace(at, name.size() + 2, url);
        };
        put("openai", simulator->openai_url());
        put("anthropic", simulator->anthropic_url());
        for (const std::string& name : simulator::provider_names()) {
            const std::string url = simulator->provider_url(name);
            if (!url.empty()) put(name, url);
        }
        return text;
    }

    void start(Environment environment, const Adjust& adjust) {
        const bool external = environment.erase("external") > 0;
        if (external) environment["LLM_BASE_URL"] = simulator->openai_url();
        if (environment.erase("anthropic") > 0)
            environment["LLM_ANTHROPIC_URL"] = simulator->anthropic_url();
        ConfigResult loaded = load_config(environment);
        if (!loaded.config) throw std::runtime_error(loaded.errors.front());
        Config adjusted = *loaded.config;
        for (UpstreamConfig& upstream : adjusted.upstreams) {
            // On loopback like everything here, but it stands for a provider on the internet.
            if (upstream.dialect != Dialect::ollama) upstream.locality = Locality::external;
        }
        if (adjust) adjust(adjusted, *simulator);
        config = std::make_shared<const Config>(std::move(adjusted));
        app = std::make_unique<daemon::App>(config);
        require(app->start());
    }
};

/// A member of a JSON text, for assertions: "" if it is not there.
inline std::string json_at(const std::string& text, const std::string& pointer) {
    JsonParser parser;
    auto root = parser.parse(text);
    if (!root) return {};
    simdjson::dom::element value;
    if (root->at_pointer(pointer).get(value) != simdjson::SUCCESS) return {};
    std::string_view string;
    if (value.get(string) == simdjson::SUCCESS) return std::string(string);
    return to_json(value);
}

/// A query of complexity 7 or more.
inline const std::string kComplex =
    "Write a detailed essay that explains quantum mechanics, compares the Copenhagen and "
    "many-worlds interpretations, weighs the evidence for each and discusses the philosophical "
    "implications for determinism step by step.";

/// A chat body for one user message.
inline std::string chat_body(const std::string& text, const std::string& more = {}) {
    return R"({"model":"auto","messages":[{"role":"user","content":)" + json_quote(text) + "}]" +
           (more.empty() ? "" : "," + more) + "}";
}

}  // namespace llmr::test
