// Encoded bodies: however broken, no more than the limit comes out. The first byte picks the
// coding.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/body_decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::string_view kCodings[] = {"gzip", "deflate", "zstd"};
    constexpr std::size_t kLimit = 256 * 1024;
    if (size < 1) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto text = llmr::net::decode_body(kCodings[data[0] % 3], body, kLimit);
    if (text && text->size() > kLimit) std::abort();
    if (!text && text.error().message.empty()) std::abort();
    return 0;
}
