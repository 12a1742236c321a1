#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "simulator/simulator.hpp"
#include "test_client.hpp"

namespace llmr::simulator::test {

/// A parsed body that owns its text.
class Json {
public:
    explicit Json(std::string_view text) : root_(parser_.parse(text).value()) {}
    simdjson::dom::element root() const { return root_; }

    /// The value at a JSON pointer; throws if there is none.
    simdjson::dom::element at(std::string_view pointer) const { return root_.at_pointer(pointer); }
    bool has(std::string_view pointer) const { return root_.at_pointer(pointer).error() == 0u; }
    std::string text(std::string_view pointer) const {
        return std::string(std::string_view(at(pointer)));
    }
    std::int64_t number(std::string_view pointer) const { return std::int64_t(at(pointer)); }

private:
    JsonParser parser_;
    simdjson::dom::element root_;
};

/// A running simulator.
class Running {
public:
    explicit Running(SimulatorOptions options = {}) : simulator(with_all(options)) {
        simulator.start().value();
    }

    Response ollama(std::string_view method, std::string_view path, std::string_view body = "") {
        return Client(simulator.ollama_port()).request(method, path, body);
    }
    Response openai(std::string_view method, std::string_view path, std::string_view body = "",
                    std::string_view header_lines = "") {
        return Client(simulator.openai_port()).request(method, path, body, header_lines);
    }

    /// With the headers that every client of Anthropic sends.
    Response anthropic(std::string_view method, std::string_view path, std::string_view body = "",
                       std::string_view header_lines =
                           "x-api-key: any\r\n"
                           "anthropic-version: 2023-06-01\r\n") {
        return Client(simulator.anthropic_port()).request(method, path, body, header_lines);
    }

    Response gemini(std::string_view path, std::string_view body) {
        return Client(simulator.gemini_port()).request("POST", path, body);
    }

    Simulator simulator;

private:
    static SimulatorOptions with_all(SimulatorOptions options) {
        if (!options.anthropic_port) options.anthropic_port = 0;
        if (!options.gemini_port) options.gemini_port = 0;
        return options;
    }
};

/// The seed's models and one that thinks, sees and calls tools.
inline SimulatorOptions with_thinker() {
    SimulatorOptions options;
    SimulatedModel thinker;
    thinker.name = "thinker:8b";
    thinker.family = "qwen3";
    thinker.parameter_size = "8B";
    thinker.context_length = 40'960;
    thinker.capabilities = {"completion", "tools", "vision", "thinking"};
    options.models.push_back(thinker);
    return options;
}

}  // namespace llmr::simulator::test
