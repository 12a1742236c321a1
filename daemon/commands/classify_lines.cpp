#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "classifier/classifier.hpp"
#include "core/json.hpp"
#include "core/query_line.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {
namespace {

constexpr std::size_t kBatch = 8192;  ///< lines that are read before any is answered

/// Answers for a part of a batch, one line each; how many lines were faulty.
struct Part {
    std::string text;
    std::size_t faulty = 0;
};

void write_fault(JsonWriter& json, const Error& error) {
    json.begin_object().key("error").begin_object();
    json.field("code", code_string(error.code)).field("message", error.message);
    json.end_object().end_object();
}

void write_answer(JsonWriter& json, const ChatRequest& query) {
    classifier::Features features = classifier::extract_features(query);
    features.endpoint_known = false;
    const Classification result = classifier::classify(features);
    json.begin_object()
        .field("type", to_string(result.type))
        .field("complexity", result.complexity)
        .field("score", result.score)
        .field("tokens", features.estimated_tokens)
        .end_object();
}

void answer_line(const std::string& line, Part& part) {
    JsonWriter json(part.text);
    const auto root = thread_json_parser().parse(line);
    const Result<ChatRequest> query =
        root ? read_query_line(*root) : Result<ChatRequest>(root.error());
    if (query) {
        write_answer(json, *query);
    } else {
        write_fault(json, query.error());
        ++part.faulty;
    }
    part.text += '\n';
}

/// Splits a batch over the processors; answers stay in the order of the lines.
std::vector<Part> answer_batch(const std::vector<std::string>& lines) {
    const std::size_t threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 1 + lines.size() / 512);
    std::vector<Part> parts(threads);
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            const std::size_t end = lines.size() * (i + 1) / threads;
            for (std::size_t at = lines.size() * i / threads; at < end; ++at)
                answer_line(lines[at], parts[i]);
        });
    }
    for (std::thread& thread : running)
        thread.join();
    return parts;
}

}  // namespace

int classify_lines() {
    std::ios::sync_with_stdio(false);
    std::vector<std::string> lines;
    std::size_t faulty = 0;
    const auto flush = [&] {
        for (const Part& part : answer_batch(lines)) {
            std::fwrite(part.text.data(), 1, part.text.size(), stdout);
            faulty += part.faulty;
        }
        lines.clear();
    };
    std::string line;
    while (std::getline(std::cin, line)) {
        lines.push_back(std::move(line));
        // Whoever writes a line and waits for its answer must not wait for others.
        if (lines.size() == kBatch || std::cin.rdbuf()->in_avail() <= 0) {
            flush();
            std::fflush(stdout);
        }
    }
    flush();
    if (std::fflush(stdout) != 0) return kExitFailure;
    if (faulty > 0) fmt::print(stderr, "{} lines could not be read\n", faulty);
    return faulty > 0 ? kExitFailure : kExitOk;
}

}  // namespace llmr::daemon::commands
