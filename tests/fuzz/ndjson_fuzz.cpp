// NDJSON: the lines are the same however the bytes are portioned.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "providers/ndjson.hpp"

namespace {

std::string split(std::string_view bytes, std::size_t step) {
    llmr::providers::NdjsonSplitter splitter;
    std::string_view line;
    std::string lines;
    const auto drain = [&] {
        while (splitter.next(line))
            lines.append(line) += '\n';
    };
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        splitter.feed(bytes.substr(at, step));
        drain();
    }
    splitter.feed({});
    splitter.finish();
    drain();
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(data, data + size);
    const std::string whole = split(input, input.size() + 1);
    for (const std::size_t step : {1, 2, 3, 7}) {
        if (split(input, step) != whole) std::abort();
    }
    return 0;
}
