#include "classifier/features.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "classifier/framing.hpp"
#include "classifier/model.hpp"
#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::classifier {
namespace {

constexpr std::int64_t kTokensPerImage = 768;
constexpr std::size_t kWholeTurn = 16 << 10;  ///< bytes that are read in full
constexpr std::size_t kEdge = 5 << 10;        ///< of a longer turn, at either end
constexpr std::size_t kSample = 1 << 10;      ///< each of the samples between them
constexpr std::size_t kSamples = 4;
constexpr std::size_t kMaxWindows = 12;
constexpr std::size_t kEarlierTurn = 4 << 10;    ///< bytes read of a turn before the last
constexpr std::size_t kSystemEdge = 1500;        ///< bytes read at either end of a system prompt
constexpr int kLookBack = 4;                     ///< user turns that may lean on the one before
constexpr std::size_t kTokenSample = 32 << 10;   ///< bytes of a text whose tokens are estimated
constexpr std::size_t kTokenBudget = 256 << 10;  ///< bytes of a request whose tokens are

/// Parts of a text in the order of reading, without copying it.
class Windows {
public:
    void add(std::string_view window) {
        if (!window.empty() && count_ < kMaxWindows) windows_[count_++] = window;
    }
    std::size_t room() const { return kMaxWindows - count_; }
    Scan scan() const { return classifier::scan(windows_.data(), count_); }
    std::span<const std::string_view> all() const { return {windows_.data(), count_}; }

private:
    std::array<std::string_view, kMaxWindows> windows_;
    std::size_t count_ = 0;
};

/// Cuts where a word begins or ends, so that no character and no word is split.
std::string_view cut(std::string_view text, std::size_t begin, std::size_t size) {
    constexpr std::size_t kSlack = 64;
    const auto boundary = [&](std::size_t at) {
        const std::size_t limit = std::min(text.size(), at + kSlack);
        std::size_t i = at;
        while (i < limit && text[i] != ' ' && text[i] != '\n')
            ++i;
        if (i < limit) return i;
        i = at;  // a script without spaces: at least do not split a character
        while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80)
            ++i;
        return i;
    };
    const std::size_t from = begin == 0 ? 0 : boundary(std::min(begin, text.size()));
    const std::size_t end = begin + size >= text.size() ? text.size() : boundary(begin + size);
    return from < end ? text.substr(from, end - from) : std::string_view{};
}

void add_long_text(Windows& windows, std::string_view text) {
    windows.add(cut(text, 0, kEdge));
    const std::size_t middle = text.size() - 2 * kEdge;
    for (std::size_t i = 0; i < kSamples; ++i) {
        windows.add(cut(text, kEdge + middle * (2 * i + 1) / (2 * kSamples), kSample));
    }
    windows.add(cut(text, text.size() - kEdge, kEdge));
}

std::size_t text_bytes(const Message& message) {
    std::size_t bytes = 0;
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::text) bytes += part.text.size();
    }
    return bytes;
}

bool select(std::string_view text, Windows& windows) {
    const bool whole = text.size() <= kWholeTurn;
    whole ? windows.add(text) : add_long_text(windows, text);
    return !whole;
}

/// Chooses what is read of a turn; answers whether something was left out.
bool select(const Message& message, Windows& windows) {
    std::span<const ContentPart> parts(message.parts);
    const bool whole = text_bytes(message) <= kWholeTurn && parts.size() <= kMaxWindows;
    if (parts.size() == 1 && parts[0].kind == ContentPart::Kind::text)
        return select(core_of(parts[0].text), windows);
    for (const ContentPart& part : parts) {
        if (part.kind != ContentPart::Kind::text) continue;
        if (whole) {
            windows.add(part.text);
        } else if (part.text.size() > kWholeTurn && windows.room() > kSamples + 2) {
            add_long_text(windows, part.text);
        } else if (&part == &parts.back() || windows.room() > 1) {
            windows.add(cut(part.text, 0, kSample));
        }
    }
    return !whole;
}

/// The part of a text that stands for all of it, and the estimate scaled up.
std::int64_t tokens_of(std::string_view text, std::size_t& budget) {
    const std::size_t look = std::min({text.size(), kTokenSample, budget});
    budget -= look;
    if (look == text.size()) return estimate_tokens(text);
    if (look < 64) return static_cast<std::int64_t>(text.size() / 4);
    const std::string_view head = cut(text, 0, look / 2);
    const std::string_view rest = cut(text, text.size() / 2, look / 2);
    const std::size_t read = std::max<std::size_t>(1, head.size() + rest.size());
    const double seen = static_cast<double>(estimate_tokens(head) + estimate_tokens(rest));
    return static_cast<std::int64_t>(seen * static_cast<double>(text.size()) /
                                     static_cast<double>(read));
}

/// Calls in the history, as the model gets to see them.
std::int64_t tokens_of_calls(const Message& message, std::size_t& budget) {
    std::int64_t tokens = 0;
    for (const ToolCall& call : message.tool_calls) {
        std::string_view arguments;
        tokens += tokens_of(call.name, budget);
        if (call.arguments.get(arguments) == simdjson::SUCCESS)
            tokens += tokens_of(arguments, budget);
        else
            tokens += tokens_of(to_json(call.arguments), budget);
    }
    return tokens;
}

/// Definitions of tools are part of the prompt; agents send more of them than text.
std::int64_t tokens_of_tools(const ChatRequest& request, std::size_t& budget) {
    std::int64_t tokens = 0;
    if (request.tool_count == 0) return tokens;
    for (const std::string_view key : {"tools", "functions"}) {
        if (const auto tools = get_value(request.root, key))
            tokens += tokens_of(to_json(*tools), budget);
    }
    return tokens;
}

void count_tokens(const ChatRequest& request, Features& features) {
    std::size_t budget = kTokenBudget;
    std::int64_t tokens = 0;
    for (auto message = request.messages.rbegin(); message != request.messages.rend(); ++message) {
        for (const ContentPart& part : message->parts) {
            if (part.kind == ContentPart::Kind::text) tokens += tokens_of(part.text, budget);
        }
        tokens += tokens_of(message->thinking, budget) + tokens_of_calls(*message, budget);
    }
    features.message_tokens = tokens;
    tokens += static_cast<std::int64_t>(request.image_count) * kTokensPerImage;
    tokens += tokens_of_tools(request, budget);
    for (std::string_view input : request.inputs)
        tokens += tokens_of(input, budget);
    features.estimated_tokens = tokens;
}

CueSet read_system(const Message& message, NgramSink& sink) {
    Windows windows;
    for (const ContentPart& part : message.parts) {
        if (part.kind != ContentPart::Kind::text || windows.room() < 3) continue;
        windows.add(cut(part.text, 0, kSystemEdge));
        if (part.text.size() > 2 * kSystemEdge) {
            windows.add(cut(part.text, part.text.size() - kSystemEdge, kSystemEdge));
        }
    }
    read_context_ngrams(Zone::system, windows.all(), sink);
    return windows.scan().total.cues;
}

Windows earlier_windows(const Message& message) {
    Windows windows;
    std::size_t budget = kEarlierTurn;
    for (const ContentPart& part : message.parts) {
        if (part.kind != ContentPart::Kind::text || budget == 0) continue;
        const std::size_t look = std::min(budget, part.text.size());
        windows.add(cut(part.text, 0, look));
        budget -= look;
    }
    return windows;
}

/// Finds the nearest earlier user turn that says what it wants by itself.
void look_back(const ChatRequest& request, std::size_t last, Features& features, NgramSink& sink) {
    int seen = 0;
    Windows windows;
    for (std::size_t i = last; i-- > 0 && seen < kLookBack;) {
        if (request.messages[i].role != Role::user) continue;
        ++seen;
        windows = earlier_windows(request.messages[i]);
        features.earlier = read_turn(windows.scan());
        features.has_earlier = true;
        if (!leans_on_context(features.earlier)) break;
    }
    if (features.has_earlier) read_context_ngrams(Zone::earlier, windows.all(), sink);
}

/// Words of the whole turn, those left out counted at the rate of those read.
std::int64_t all_words(const Turn& turn, std::size_t bytes, bool sampled) {
    if (!sampled) return turn.total.words;
    const double rate = turn.total.words / (2.0 * kEdge + kSamples * kSample);
    return static_cast<std::int64_t>(rate * static_cast<double>(bytes));
}

void read_last(const Windows& windows, std::size_t bytes, Features& features, NgramSink& sink) {
    features.last = read_turn(windows.scan());
    features.words = all_words(features.last, bytes, features.sampled);
    features.shape = shape_of(windows.all());
    read_turn_ngrams(windows.all(), sink);
}

/// Looks up the weights of n-grams as they come.
class WeightSum final : public NgramSink {
public:
    void take(Zone zone, std::span<const std::uint32_t> buckets) override {
        model_.add(sums_, zone, buckets);
    }
    const ZoneSums& sums() const { return sums_; }

private:
    const Model& model_ = Model::built_in();
    ZoneSums sums_;
};

}  // namespace

Features extract_features(const ChatRequest& request, NgramSink& sink) {
    Features features;
    features.operation = request.operation;
    features.image_count = request.image_count;
    features.tool_count = request.tool_count;
    features.wants_json = request.wants_json;
    count_tokens(request, features);
    if (is_embedding(request.operation)) return features;

    std::size_t last = request.messages.size();
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        const Message& message = request.messages[i];
        if (message.role == Role::system) features.system |= read_system(message, sink);
        if (message.role != Role::user) continue;
        ++features.turns;
        last = i;
    }
    if (last == request.messages.size()) return features;
    const Message& turn = request.messages[last];
    Windows windows;
    features.sampled = select(turn, windows);
    read_last(windows, text_bytes(turn), features, sink);
    features.last.follows = features.turns > 1;
    if (features.turns > 1 && leans_on_context(features.last))
        look_back(request, last, features, sink);
    return features;
}

Features extract_features(const ChatRequest& request) {
    WeightSum sum;
    Features features = extract_features(request, sum);
    features.ngrams = sum.sums();
    return features;
}

Features extract_features(std::string_view text) {
    Features features;
    features.endpoint_known = false;
    std::size_t budget = kTokenBudget;
    features.estimated_tokens = features.message_tokens = tokens_of(text, budget);
    features.turns = 1;
    Windows windows;
    features.sampled = select(core_of(text), windows);
    WeightSum sum;
    read_last(windows, text.size(), features, sum);
    features.ngrams = sum.sums();
    return features;
}

}  // namespace llmr::classifier
