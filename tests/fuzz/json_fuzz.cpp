// Any bytes: the parser must refuse or accept them, and an accepted object must stay an object when
// its members are edited in the text, with the edit visible in what is parsed again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/json_fault.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

std::string minified(const std::string& json) {
    llmr::JsonParser parser;
    const auto root = parser.parse(json);
    require(root.has_value());
    return llmr::to_json(*root);
}

void check_edits(std::string_view text) {
    const auto replaced = llmr::replace_member(text, "model", "\"edited\"");
    const auto removed = llmr::remove_member(text, "model");
    require(replaced.has_value() && removed.has_value());

    llmr::JsonParser parser;
    const auto with = parser.parse(*replaced);
    require(with.has_value());
    require(llmr::get_string(*with, "model") == "edited");
    const auto without = parser.parse(*removed);
    require(without.has_value());
    require(!llmr::get_value(*without, "model").has_value());
    require(minified(*llmr::remove_member(*replaced, "model")) == minified(*removed));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    llmr::JsonParser parser;
    const auto root = parser.parse(text);
    if (!root.has_value()) {
        (void)llmr::replace_member(text, "model", "1");
        (void)llmr::remove_member(text, "model");
        return 0;
    }
    // Writing and reading again must be a fixed point, and the fault finder must agree.
    require(!llmr::find_json_fault(text).has_value() || text.starts_with("\xEF\xBB\xBF"));
    const std::string once = llmr::to_json(*root);
    require(minified(once) == once);
    if (root->is_object()) {
        check_edits(text);
    } else {
        require(!llmr::replace_member(text, "model", "1").has_value());
    }
    return 0;
}
