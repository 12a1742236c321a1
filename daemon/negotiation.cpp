#include "daemon/negotiation.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "core/text.hpp"

namespace llmr::daemon {
namespace {

/// One member of a list such as "text/html;level=1;q=0.9".
struct Choice {
    std::string name;  ///< in lower case, without parameters
    double weight = 1;
};

double weight_of(std::string_view parameter) {
    double weight = 0;
    const auto [end, fault] =
        std::from_chars(parameter.data(), parameter.data() + parameter.size(), weight);
    return fault == std::errc() ? std::clamp(weight, 0.0, 1.0) : 0.0;
}

std::vector<Choice> choices(std::string_view header) {
    std::vector<Choice> all;
    for (const std::string& member : split_list(header)) {
        Choice choice;
        std::size_t begin = 0;
        while (begin <= member.size()) {
            const std::size_t end = std::min(member.find(';', begin), member.size());
            const std::string part =
                to_lower(trim(std::string_view(member).substr(begin, end - begin)));
            if (begin == 0) {
                choice.name = part;
            } else if (part.starts_with("q=")) {
                choice.weight = weight_of(std::string_view(part).substr(2));
            }
            begin = end + 1;
        }
        all.push_back(std::move(choice));
    }
    return all;
}

}  // namespace

bool prefers_html(std::string_view accept) {
    double html = 0;
    double most = 0;
    for (const Choice& choice : choices(accept)) {
        most = std::max(most, choice.weight);
        if (choice.name == "text/html") html = choice.weight;
    }
    return html > 0 && html >= most;
}

bool accepts_gzip(std::string_view accept_encoding) {
    double any = 0;
    for (const Choice& choice : choices(accept_encoding)) {
        if (choice.name == "gzip" || choice.name == "x-gzip") return choice.weight > 0;
        if (choice.name == "*") any = choice.weight;
    }
    return any > 0;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
    for (const std::string& member : split_list(if_none_match)) {
        std::string_view tag = member;
        if (tag == "*") return true;
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

}  // namespace llmr::daemon
