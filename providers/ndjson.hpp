#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmr::providers {

/// The line limit of Ollama's own client; no server may send more.
inline constexpr std::size_t kMaxNdjsonLineBytes = 8 << 20;

/// Splits a byte stream into lines at LF (CRLF too), skipping blank ones. Unlike several client
/// libraries it does not break at U+0085, U+2028 or a lone CR. The result does not depend on how
/// the bytes were portioned. Not thread-safe.
class NdjsonSplitter {
public:
    /// Takes the next portion, which must stay valid until `next` has returned false.
    void feed(std::string_view bytes) { input_ = bytes; }
    /// The stream ended: a last line without LF becomes available to `next`.
    void finish() { finished_ = true; }
    /// The next complete line; the view lives until the next call. False when more bytes are
    /// needed or the splitter has failed.
    bool next(std::string_view& line);
    /// A line was longer than kMaxNdjsonLineBytes; nothing further comes out.
    bool failed() const { return failed_; }

private:
    bool take_line(std::string_view& line);

    std::string_view input_;
    std::string partial_;
    std::string line_;
    bool first_line_ = true;
    bool finished_ = false;
    bool failed_ = false;
};

}  // namespace llmr::providers
