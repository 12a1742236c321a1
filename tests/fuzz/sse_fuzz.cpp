// SSE: the events are the same however the bytes are portioned.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "providers/sse.hpp"

namespace {

std::string split(std::string_view bytes, std::size_t step) {
    llmr::providers::SseSplitter splitter;
    llmr::providers::SseEvent event;
    std::string events;
    const auto drain = [&] {
        while (splitter.next(event))
            events.append(event.name).append("\x01").append(event.data) += '\x02';
    };
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        splitter.feed(bytes.substr(at, step));
        drain();
    }
    splitter.feed({});
    splitter.finish();
    drain();
    return events;
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
