#include "providers/sse.hpp"

#include <utility>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Position of the first LF or CR, npos if none.
std::size_t find_line_end(std::string_view text) {
    const std::size_t lf = text.find('\n');
    const std::size_t cr = text.substr(0, lf).find('\r');
    return cr != std::string_view::npos ? cr : lf;
}

}  // namespace

void SseSplitter::finish() {
    finished_ = true;
}

bool SseSplitter::over_limit(std::size_t line_bytes) {
    failed_ = failed_ || line_bytes + data_.size() > kMaxSseEventBytes;
    return failed_;
}

bool SseSplitter::take_line(std::string_view& line) {
    if (skip_lf_ && !input_.empty()) {
        skip_lf_ = false;
        if (input_.front() == '\n') input_.remove_prefix(1);
    }
    const std::size_t end = find_line_end(input_);
    if (end == std::string_view::npos) {
        partial_.append(input_);
        input_ = {};
        if (over_limit(partial_.size()) || !finished_ || partial_.empty()) return false;
        line_ = std::exchange(partial_, {});
        line = line_;
    } else {
        skip_lf_ = input_[end] == '\r';
        line = input_.substr(0, end);
        input_.remove_prefix(end + 1);
        if (!partial_.empty()) {
            partial_.append(line);
            line_.swap(partial_);
            partial_.clear();
            line = line_;
        }
    }
    if (over_limit(line.size())) return false;
    if (std::exchange(first_line_, false) && line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    return true;
}

void SseSplitter::read_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == 0) return;  // a comment: a sign of life, never data
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        if (std::exchange(has_data_, true)) data_.push_back('\n');
        data_.append(value);
    } else if (field == "event") {
        name_.assign(value);
    }
}

bool SseSplitter::emit(SseEvent& event) {
    emitted_data_.swap(data_);
    emitted_name_.swap(name_);
    data_.clear();
    name_.clear();
    has_data_ = false;
    event = {emitted_name_, emitted_data_};
    return !emitted_data_.empty();
}

bool SseSplitter::next(SseEvent& event) {
    std::string_view line;
    while (!failed_ && take_line(line)) {
        if (!line.empty())
            read_field(line);
        else if (emit(event))
            return true;
    }
    return !failed_ && finished_ && has_data_ && emit(event);
}

void write_sse(std::string& out, std::string_view data, std::string_view name) {
    if (!name.empty()) out.append("event: ").append(name).push_back('\n');
    std::size_t end = 0;
    do {
        end = data.find('\n');
        out.append("data: ");
        append_safe_lines(out, data.substr(0, end));
        out.push_back('\n');
        data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
    } while (end != std::string_view::npos);
    out.push_back('\n');
}

}  // namespace llmr::providers
