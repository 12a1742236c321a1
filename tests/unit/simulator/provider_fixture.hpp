#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixture.hpp"

namespace llmr::simulator::test {

/// The options of a simulator with one more server.
inline SimulatorOptions with_provider(SimulatedProvider provider) {
    SimulatorOptions options;
    options.providers.push_back(std::move(provider));
    return options;
}

inline SimulatorOptions with_provider(const std::string& name) {
    SimulatedProvider provider;
    provider.name = name;
    return with_provider(provider);
}

/// A running simulator and a client of one of its providers.
class Provider {
public:
    explicit Provider(const std::string& provider) : Provider(with_provider(provider)) {}
    explicit Provider(SimulatorOptions options)
        : name(options.providers.front().name), running(std::move(options)) {}

    Response get(std::string_view path, std::string_view header_lines = "") const {
        return Client(port()).request("GET", path, "", header_lines);
    }
    Response post(std::string_view path, std::string_view body,
                  std::string_view header_lines = "") const {
        return Client(port()).request("POST", path, body, header_lines);
    }
    std::uint16_t port() const { return running.simulator.provider_port(name); }
    void behave(const Behaviour& behaviour) { running.simulator.set_behaviour(behaviour); }

    const std::string name;
    Running running;
};

/// A chat with one question, and more members as they stand in JSON (",\"stream\":true").
inline std::string chat(std::string_view model, std::string_view more = "") {
    return R"({"model":")" + std::string(model) +
           R"(","messages":[{"role":"user","content":"Why?"}])" + std::string(more) + "}";
}

/// What stands after "data: " in the events of a stream, without [DONE].
inline std::vector<std::string> events_of(const Response& response) {
    constexpr std::string_view kData = "data: ";
    std::vector<std::string> events;
    std::string_view rest = response.body;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.starts_with(kData) && line != "data: [DONE]") {
            events.emplace_back(line.substr(kData.size()));
        }
    }
    return events;
}

inline bool ends_with_done(const Response& response) {
    return response.body.ends_with("data: [DONE]\n\n");
}

/// A behaviour that fails every request.
inline Behaviour failing(int status, const std::string& kind = "") {
    Behaviour behaviour;
    behaviour.error_status = status;
    behaviour.error_kind = kind;
    return behaviour;
}

/// The concatenated texts of a member of all deltas.
inline std::string joined(const Response& response, const std::string& member) {
    std::string out;
    for (const auto& event : events_of(response)) {
        const Json json(event);
        const auto pointer = "/choices/0/delta/" + member;
        if (json.has(pointer) && json.at(pointer).is_string()) {
            out += json.text(pointer);
        }
    }
    return out;
}

}  // namespace llmr::simulator::test
