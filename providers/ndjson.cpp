#include "providers/ndjson.hpp"

#include <utility>

namespace llmr::providers {

bool NdjsonSplitter::take_line(std::string_view& line) {
    const std::size_t end = input_.find('\n');
    if (end == std::string_view::npos) {
        partial_.append(input_);
        input_ = {};
        failed_ = partial_.size() > kMaxNdjsonLineBytes;
        if (failed_ || !finished_ || partial_.empty()) return false;
        line_ = std::exchange(partial_, {});
        line = line_;
    } else {
        line = input_.substr(0, end);
        input_.remove_prefix(end + 1);
        if (!partial_.empty()) {
            partial_.append(line);
            line_.swap(partial_);
            partial_.clear();
            line = line_;
        }
    }
    failed_ = line.size() > kMaxNdjsonLineBytes;
    return !failed_;
}

bool NdjsonSplitter::next(std::string_view& line) {
    while (!failed_ && take_line(line)) {
        if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF"))
            line.remove_prefix(3);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.remove_suffix(1);
        if (!line.empty()) return true;
    }
    return false;
}

}  // namespace llmr::providers
