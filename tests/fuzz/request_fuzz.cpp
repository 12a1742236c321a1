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

Operation operation_from(std::uint8_t modes, std::uint8_t more) {
    if ((more & 7) >= 5) return kOperations[(more & 7) == 6 ? 4 : modes >> 2 & 3];
    return kOperations[(more & 7) % 5];
}

Target target_from(std::uint8_t modes, std::uint8_t more) {
    Target target;
    target.dialect = kAllDialects[modes >> 2 & 3];
    target.model = "model:7b";
    if ((more & 7) >= 5) {  // the upstream that is nobody's client has no number among the four
        target.dialect = Dialect::gemini;
        target.vertex = more & 8;
        if (modes & 16) target.model = "google/gemini-3-pro:7b";
        if (modes & 32) target.model = "gemini-2.5-flash:7b";
    }
    if (more & 8) target.num_ctx = 8192;
    if (more & 16) target.thinks = true;
    target.foreign_messages = more >> 5;
    return target;
}

void check(const Error& error) {
    require(!error.message.empty());
    for (const Dialect dialect : kClientDialects) {
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
        parse_request(kClientDialects[data[0] & 3], operation_from(data[0], data[1]), *root);
    if (!request) {
        check(request.error());
        return 0;
    }
    const Target target = target_from(data[0], data[1]);
    const auto built = build_request(*request, body, target);
    if (!built) {
        check(built.error());
        return 0;
    }
    require(built->path.starts_with('/'));
    JsonParser again;
    const auto written = again.parse(built->body);
    require(written.has_value());
    if (target.dialect == Dialect::gemini)
        require(built->path.find("%3A7b:") != std::string::npos);
    else
        require(get_string(*written, "model") == "model:7b");
    return 0;
}
