#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <doctest/doctest.h>

#include "classifier/classifier.hpp"

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
    return counted(size);
}
void* operator new[](std::size_t size) {
    return counted(size);
}
// Temporary buffers of the standard library come from these.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace llmr::classifier_test {

TEST_CASE("classifying allocates nothing once it has begun") {
    std::string text =
        "Please write a Python function that reads the rows, groups them by month, "
        "and returns the totals. 请尽量简短地回答。 Почему? ";
    while (text.size() < 200'000)
        text += text;
    const std::string_view sizes[] = {std::string_view(text).substr(0, 40),
                                      std::string_view(text).substr(0, 300), text};
    for (const std::string_view query : sizes)
        classifier::classify(classifier::extract_features(query));
    const long before = allocations.load();
    double sum = 0;
    for (const std::string_view query : sizes)
        sum += classifier::classify(classifier::extract_features(query)).score;
    CHECK(allocations.load() == before);
    CHECK(sum > 0.0);
}

}  // namespace llmr::classifier_test
