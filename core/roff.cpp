#include "core/roff.hpp"

namespace llmr::roff {
namespace {

std::string escape(std::string_view text, bool literal) {
    std::string escaped;
    bool line_begins = true;
    for (const char c : text) {
        // A control line begins with one of these.
        if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
        line_begins = c == '\n';
        switch (c) {
            case '\\':
                escaped += "\\e";
                break;
            case '-':
                escaped += literal ? "\\-" : "-";
                break;
            case '\'':
                escaped += literal ? "\\(aq" : "'";
                break;
            case '~':
                escaped += "\\(ti";
                break;
            case '^':
                escaped += "\\(ha";
                break;
            case '`':
                escaped += "\\(ga";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

}  // namespace

std::string text(std::string_view text) {
    return escape(text, false);
}

std::string literal(std::string_view text) {
    return escape(text, true);
}

}  // namespace llmr::roff
