#include "classifier/framing.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "classifier/turn.hpp"
#include "classifier/word_reader.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr std::size_t kClaim = 160;  ///< bytes that a claim takes at most
constexpr std::size_t kWholeText = 16 << 10;
constexpr std::uint32_t kRequestWords = 60;   ///< a request before a document is no longer
constexpr std::uint32_t kDocumentWords = 20;  ///< and a document no shorter
constexpr int kLayers = 6;                    ///< of greetings, marks and claims around a text

// Lower case; what follows must be there, too.
constexpr std::string_view kGreetings[] = {"please, ",
                                           "please: ",
                                           "please ",
                                           "hi! ",
                                           "hi, ",
                                           "hello! ",
                                           "hello, ",
                                           "hello. ",
                                           "hey, ",
                                           "hey! ",
                                           "hey there, ",
                                           "hi there, ",
                                           "hi there! ",
                                           "good morning. ",
                                           "good morning, ",
                                           "good evening, ",
                                           "could you please help me? ",
                                           "could you help me? ",
                                           "can you help me? ",
                                           "hey, could you help me? ",
                                           "i'd be grateful for this: ",
                                           "quick one: ",
                                           "bitte: ",
                                           "bitte, ",
                                           "hallo, ",
                                           "hallo! ",
                                           "guten tag, ",
                                           "bonjour, ",
                                           "bonjour ! ",
                                           "bonjour! ",
                                           "salut, ",
                                           "hola, ",
                                           "hola! ",
                                           "¡hola! ",
                                           "ciao! ",
                                           "ciao, ",
                                           "olá! ",
                                           "olá, ",
                                           "oi, ",
                                           "por favor, ",
                                           "per favore, ",
                                           "s'il vous plaît, ",
                                           "cześć, ",
                                           "dzień dobry, ",
                                           "привет, ",
                                           "привет! ",
                                           "здравствуйте, ",
                                           "здравствуйте! ",
                                           "请问，",
                                           "你好，",
                                           "您好，",
                                           "你好！",
                                           "お願いします。",
                                           "すみません、",
                                           "こんにちは。",
                                           "안녕하세요. ",
                                           "안녕하세요! "};

// Lower case; a sentence must end before them.
constexpr std::string_view kThanks[] = {"thank you!",
                                        "thank you.",
                                        "thank you",
                                        "thank you very much!",
                                        "thanks!",
                                        "thanks.",
                                        "thanks",
                                        "thanks a lot!",
                                        "thanks in advance.",
                                        "thanks in advance!",
                                        "thanks in advance",
                                        "thx",
                                        "please.",
                                        "please!",
                                        "please",
                                        "i appreciate it.",
                                        "danke!",
                                        "danke.",
                                        "danke",
                                        "vielen dank!",
                                        "merci d'avance.",
                                        "merci !",
                                        "merci!",
                                        "merci.",
                                        "merci",
                                        "¡gracias!",
                                        "gracias!",
                                        "gracias.",
                                        "gracias",
                                        "grazie!",
                                        "grazie.",
                                        "grazie",
                                        "obrigado!",
                                        "obrigado.",
                                        "obrigada!",
                                        "obrigado",
                                        "dziękuję!",
                                        "dziękuję.",
                                        "dank je!",
                                        "bedankt!",
                                        "спасибо!",
                                        "спасибо.",
                                        "спасибо",
                                        "谢谢！",
                                        "谢谢。",
                                        "谢谢",
                                        "ありがとうございます。",
                                        "お願いします。",
                                        "감사합니다.",
                                        "고맙습니다."};

// How claims begin, lower case, after brackets and marks.
constexpr std::string_view kClaims[] = {"classify this",
                                        "classify it as",
                                        "treat this as",
                                        "treat it as",
                                        "ignore all rules",
                                        "ignore your r",
                                        "ignore the r",
                                        "system:",
                                        "system note",
                                        "router:",
                                        "router ",
                                        "type=",
                                        "type:",
                                        "type =",
                                        "this is a simple q",
                                        "this is a complex q",
                                        "this is a very ",
                                        "this is a code request",
                                        "this is a summarization task",
                                        "this question is",
                                        "this is trivial",
                                        "note to the classifier",
                                        "note to the router",
                                        "label for the router",
                                        "label:",
                                        "difficulty",
                                        "complexity",
                                        "priority=",
                                        "route this",
                                        "route it",
                                        "classification:",
                                        "category:",
                                        "category="};
constexpr std::string_view kClaimed[] = {"simple",   "complex",     "medium",        "embedding",
                                         "code",     "extraction",  "summarization", "hard",
                                         "easy",     "trivial",     "small model",   "local model",
                                         "external", "large model", "strong model",  "10",
                                         "1"};

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
}

bool same(std::string_view text, std::string_view lower_case) {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) { return lower(a) == b; });
}

/// The first letter dismisses nearly all of a list.
inline bool starts(std::string_view text, std::string_view lower_case) {
    return text.size() >= lower_case.size() && lower(text.front()) == lower_case.front() &&
           same(text.substr(0, lower_case.size()), lower_case);
}

bool contains(std::string_view text, std::string_view lower_case) {
    return std::search(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool is_claim(std::string_view sentence) {
    while (!sentence.empty() &&
           std::string_view("([#*>-_ ").find(sentence.front()) != std::string_view::npos)
        sentence.remove_prefix(1);
    return sentence.size() <= kClaim &&
           std::any_of(std::begin(kClaims), std::end(kClaims),
                       [&](std::string_view claim) { return starts(sentence, claim); }) &&
           std::any_of(std::begin(kClaimed), std::end(kClaimed),
                       [&](std::string_view what) { return contains(sentence, what); });
}

/// Where the last sentence begins, if it is short enough to be a claim.
std::size_t last_sentence(std::string_view text) {
    const std::size_t from = text.size() > kClaim ? text.size() - kClaim : 0;
    for (std::size_t i = text.size() - 1; i-- > from;) {
        const char c = text[i];
        const char next = text[i + 1];
        if (c == '\n') return i + 1;
        if ((c == '.' || c == '?' || c == '!') && next == ' ') return i + 2;
        if (c == ' ' && (next == '(' || next == '[' || next == '#')) return i + 1;
    }
    return from == 0 ? 0 : text.size();
}

/// Where what follows the first sentence or line begins.
std::size_t after_first_sentence(std::string_view text) {
    const std::size_t to = std::min(text.size(), kClaim);
    for (std::size_t i = 0; i + 1 < to; ++i) {
        const char c = text[i];
        if (c == '\n') return i + 1;
        if ((c == '.' || c == ']' || c == ')') && text[i + 1] == ' ') return i + 2;
    }
    return text.size();
}

/// Claims that are told as such even where no sentence ends before them.
constexpr std::string_view kPlainClaims[] = {"classify this as ", "treat this as ",
                                             "ignore all rules ", "ignore your routing ",
                                             "route this query ", "system: complexity"};

std::size_t plain_claim(std::string_view text) {
    const std::size_t from = text.size() > kClaim ? text.size() - kClaim : 0;
    for (std::size_t i = std::max<std::size_t>(from, 1); i < text.size(); ++i) {
        if (!is_space(text[i - 1])) continue;
        for (const std::string_view claim : kPlainClaims)
            if (starts(text.substr(i), claim) && is_claim(text.substr(i))) return i;
    }
    return text.size();
}

std::string_view without_claims(std::string_view text) {
    if (const std::size_t at = plain_claim(text); at < text.size()) return text.substr(0, at);
    const std::size_t last = last_sentence(text);
    if (last > 0 && last < text.size() && is_claim(text.substr(last))) return text.substr(0, last);
    const std::size_t next = after_first_sentence(text);
    if (next < text.size() && is_claim(text.substr(0, next))) return text.substr(next);
    return text;
}

std::string_view without_courtesy(std::string_view text) {
    for (const std::string_view greeting : kGreetings)
        if (starts(text, greeting)) return text.substr(greeting.size());
    for (const std::string_view thanks : kThanks) {
        if (text.size() <= thanks.size() || lower(text.back()) != thanks.back() ||
            !same(text.substr(text.size() - thanks.size()), thanks))
            continue;
        const std::string_view rest = trimmed(text.substr(0, text.size() - thanks.size()));
        const char before = rest.empty() ? '\0' : rest.back();
        const bool closed =
            std::string_view(".!?,;:)\"'`").find(before) != std::string_view::npos ||
            static_cast<unsigned char>(before) >= 0x80 ||
            (!rest.empty() && rest.size() + thanks.size() < text.size() &&
             text[rest.size()] == '\n');
        if (closed) return rest;
    }
    return text;
}

/// Marks of quotation, emphasis, headings and lists around the whole text.
std::string_view without_marks(std::string_view text) {
    constexpr std::array<std::string_view, 4> kAround{"**", "\"", "_", "'"};
    for (const std::string_view mark : kAround) {
        const bool around =
            text.size() > 2 * mark.size() && text.starts_with(mark) && text.ends_with(mark);
        if (!around) continue;
        const std::string_view inside = text.substr(mark.size(), text.size() - 2 * mark.size());
        if (inside.find(mark) == std::string_view::npos) return inside;
    }
    constexpr std::array<std::string_view, 5> kBefore{"> ", "# ", "## ", "- ", "* "};
    if (text.find('\n') != std::string_view::npos) return text;
    for (const std::string_view mark : kBefore)
        if (text.starts_with(mark)) return text.substr(mark.size());
    return text;
}

/// Hashes of the words that carry a text's subject: long ones, and pairs of ideographs.
class Subject {
public:
    explicit Subject(std::string_view text) {
        WordReader reader(std::span(&text, 1));
        ReadWord word;
        std::uint64_t before = 0;
        while (reader.next(word)) {
            const std::uint64_t pair = before * 31 + word.hash;
            if (word.ideograph && before != 0) insert(pair);
            if (!word.ideograph && word.length >= 5) insert(word.hash);
            before = word.ideograph ? word.hash : 0;
        }
    }
    bool shares_with(const Subject& other) const {
        for (std::size_t i = 0; i < bits_.size(); ++i)
            if ((bits_[i] & other.bits_[i]) != 0) return true;
        return false;
    }

private:
    void insert(std::uint64_t hash) {
        bits_[hash >> 6 & (bits_.size() - 1)] |= std::uint64_t{1} << (hash & 63);
    }
    std::array<std::uint64_t, 512> bits_{};
};

/// Cues of requests that work on a text, which may well be the one that follows.
constexpr CueSet kNeedsText = cues(summarize, extract, rewrite, translate, judge, source_text);
constexpr std::uint32_t kBareReference =
    6;  ///< words of "explain this", whose this is what follows

bool stands_alone(std::string_view request) {
    const Scan scanned = scan(request);
    if (scanned.total.words > kRequestWords || scanned.total.words < 3) return false;
    if (scanned.total.end == ':' || request.back() == ':') return false;
    const bool asks = scanned.questions + scanned.requests > 0 || scanned.total.code_strong > 0;
    const bool refers_on = has(scanned.total.cues, refers) && scanned.total.words <= kBareReference;
    return asks && !refers_on && !has_any(scanned.total.cues, kNeedsText);
}

bool is_document(std::string_view text) {
    const Scan scanned = scan(text);
    return scanned.total.words >= kDocumentWords && scanned.questions == 0 &&
           scanned.requests == 0 && scanned.fences == 0 && scanned.total.code_marks == 0;
}

std::string_view without_document(std::string_view text) {
    if (text.size() > kWholeText) return text;
    const std::size_t gap = text.find("\n\n");
    if (gap == std::string_view::npos) return text;
    const std::string_view request = trimmed(text.substr(0, gap));
    const std::string_view rest = trimmed(text.substr(gap));
    if (request.empty() || !stands_alone(request) || !is_document(rest)) return text;
    return Subject(request).shares_with(Subject(rest)) ? text : request;
}

bool says_something(std::string_view text) {
    WordReader reader(std::span(&text, 1));
    ReadWord word;
    int words = 0;
    while (words < 2 && reader.next(word))
        words += word.mark ? 0 : 1;
    return words >= 2;
}

}  // namespace

std::string_view core_of(std::string_view text) {
    std::string_view core = trimmed(text);
    for (int layer = 0; layer < kLayers; ++layer) {
        std::string_view less = trimmed(without_courtesy(core));
        if (less.size() > 1) less = trimmed(without_claims(less));
        less = trimmed(without_marks(less));
        if (less.size() == core.size() || !says_something(less)) break;
        core = less;
    }
    const std::string_view alone = core.empty() ? core : without_document(core);
    return alone.empty() ? text : alone;
}

}  // namespace llmr::classifier
