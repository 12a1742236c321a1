// Requests: what is read of a client's body can be written for every upstream, as valid JSON that
// names the model, or is refused. The first byte picks the dialects, the second the operation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/json.hpp"
#include "providers/codec.hpp"

namespace {

using namespace llmr;
using namespace llmr::providers;

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr Operation kOperations[] = {Operation::chat, Operation::generate, Operation::embed,
                                     Operation::legacy_embed, Operation::complete};

Target target_from(std::uint8_t modes, std::uint8_t more) {
    Target target;
    target.dialect = kAllDialects[modes >> 2 & 3];
    target.model = "model:7b";
    if (more & 8) target.num_ctx = 8192;
    if (more & 16) target.thinks = true;
    target.foreign_messages = more >> 5;
    return target;
}

void check(const Error& error) {
    require(!error.message.empty());
    for (const Dialect dialect : kAllDialects) {
        JsonParser parser;
        require(parser.parse(error_body(dialect, error)).has_value());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string body(data + 2, data + size);
    JsonParser parser;
    const auto root = parser.parse(body);
    if (!root) return 0;
    const auto request =
        parse_request(kAllDialects[data[0] & 3], kOperations[(data[1] & 7) % 5], *root);
    if (!request) {
        check(request.error());
        return 0;
    }
    const auto built = build_request(*request, body, target_from(data[0], data[1]));
    if (!built) {
        check(built.error());
        return 0;
    }
    require(built->path.starts_with('/'));
    JsonParser again;
    const auto written = again.parse(built->body);
    require(written.has_value());
    require(get_string(*written, "model") == "model:7b");
    return 0;
}
