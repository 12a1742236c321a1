#include "providers/gemini_model.hpp"

#include <array>
#include <cctype>

namespace llmr::providers {
namespace {

using Thinking = GeminiModel::Thinking;

struct Row {
    std::string_view prefix;
    GeminiModel facts;
};

// A budget, or levels; by https://ai.google.dev/gemini-api/docs/thinking.
constexpr GeminiModel kPlain{};
constexpr GeminiModel kBudgetPro{{}, Thinking::budget, 128, 32'768, false, false, false, false};
constexpr GeminiModel kBudgetFlash{{}, Thinking::budget, 0, 24'576, false, false, false, false};
constexpr GeminiModel kFirstPro{{}, Thinking::level, 0, 0, false, false, true, true};
constexpr GeminiModel kLevelPro{{}, Thinking::level, 0, 0, false, true, true, true};
constexpr GeminiModel kLevelFlash{{}, Thinking::level, 0, 0, true, true, true, true};

// The first prefix that fits counts. What is older, or no Gemini, is plain.
constexpr std::array kRows{
    Row{"gemini-1", kPlain},
    Row{"gemini-2.0", kPlain},
    Row{"gemini-2.5-pro", kBudgetPro},
    Row{"gemini-2", kBudgetFlash},
    Row{"gemini-3-pro", kFirstPro},
    Row{"gemini-pro-latest", kLevelPro},
    Row{"gemini-flash-latest", kLevelFlash},
    Row{"gemini-flash-lite-latest", kLevelFlash},
};

bool names_newer_version(std::string_view name) {
    constexpr std::string_view kFamily = "gemini-";
    return name.starts_with(kFamily) && name.size() > kFamily.size() &&
           std::isdigit(static_cast<unsigned char>(name[kFamily.size()])) != 0;
}

GeminiModel facts_of(std::string_view name) {
    for (const Row& row : kRows) {
        if (name.starts_with(row.prefix)) return row.facts;
    }
    if (!names_newer_version(name)) return kPlain;
    return name.find("-pro") != std::string_view::npos ? kLevelPro : kLevelFlash;
}

bool draws_or_speaks(std::string_view name) {
    return name.find("-image") != std::string_view::npos ||
           name.find("-tts") != std::string_view::npos;
}

bool is_unreserved(unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

GeminiModel gemini_model(std::string_view model) {
    for (const std::string_view prefix : {"models/", "google/"}) {
        if (model.starts_with(prefix)) model.remove_prefix(prefix.size());
    }
    GeminiModel facts = facts_of(model);
    facts.name = model;
    if (draws_or_speaks(model)) facts.thinking = Thinking::none;
    return facts;
}

std::string gemini_path(std::string_view model, std::string_view method) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string path = "/models/";
    for (const char c : gemini_model(model).name) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(byte)) {
            path.push_back(c);
        } else {
            path.push_back('%');
            path.push_back(kHex[byte >> 4]);
            path.push_back(kHex[byte & 15]);
        }
    }
    return path.append(":").append(method);
}

}  // namespace llmr::providers
