#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmr::providers {

/// The largest event accepted; a model's longest chunk is a few KiB.
inline constexpr std::size_t kMaxSseEventBytes = 1 << 20;

/// One server-sent event. The views live until the next call of `next`.
struct SseEvent {
    std::string_view name;  ///< the `event:` field, usually empty
    std::string_view data;  ///< `data:` lines joined with LF, never empty
};

/// Splits a byte stream into server-sent events: LF, CRLF and CR line ends, byte-order mark,
/// comments, several `data:` lines, no space after the colon. The result does not depend on how the
/// bytes were portioned. Not thread-safe.
class SseSplitter {
public:
    /// Takes the next portion, which must stay valid until `next` has returned false.
    void feed(std::string_view bytes) { input_ = bytes; }
    /// The stream ended: an event without its closing blank line becomes available to `next`.
    void finish();
    /// The next complete event, or false when more bytes are needed or the splitter has failed.
    bool next(SseEvent& event);
    /// An event was longer than kMaxSseEventBytes; nothing further comes out.
    bool failed() const { return failed_; }

private:
    bool take_line(std::string_view& line);
    void read_field(std::string_view line);
    bool emit(SseEvent& event);
    bool over_limit(std::size_t line_bytes);

    std::string_view input_;
    std::string partial_;  // a line whose end has not come yet
    std::string line_;     // the line being read, when it came in portions
    std::string data_;
    std::string name_;
    std::string emitted_data_;
    std::string emitted_name_;
    bool has_data_ = false;
    bool skip_lf_ = false;  // the line before ended in CR
    bool first_line_ = true;
    bool finished_ = false;
    bool failed_ = false;
};

/// Appends one event. Line feeds in `data` become several `data:` lines.
void write_sse(std::string& out, std::string_view data, std::string_view name = {});

}  // namespace llmr::providers
