#pragma once

#include <cstddef>
#include <cstring>
#include <span>

namespace llmr::classifier {

/// Hands out the parts of a file in their order; false or null where it is too short.
class FileParts {
public:
    explicit FileParts(std::span<const std::byte> file) : file_(file) {}

    template <class T>
    bool copy(T& to) {
        const std::byte* from = take(sizeof(T));
        if (from != nullptr) std::memcpy(&to, from, sizeof(T));
        return from != nullptr;
    }
    const std::byte* take(std::size_t size) {
        if (file_.size() < size) return nullptr;
        const std::byte* from = file_.data();
        file_ = file_.subspan(size);
        return from;
    }
    bool at_end() const { return file_.empty(); }

private:
    std::span<const std::byte> file_;
};

}  // namespace llmr::classifier
