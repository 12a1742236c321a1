#include "core/ids.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/clock.hpp"

namespace {

constexpr const char* kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::int64_t time_of(const std::string& id) {
    std::int64_t ms = 0;
    for (const char c : id.substr(0, 10)) {
        ms = ms * 32 + static_cast<std::int64_t>(std::string(kCrockford).find(c));
    }
    return ms;
}

}  // namespace

TEST_CASE("request ids have the ULID layout and carry the present time") {
    const std::int64_t before = llmr::utc_ms();
    const std::string id = llmr::new_request_id();
    const std::int64_t after = llmr::utc_ms();
    CHECK(id.size() == 26);
    CHECK(id.find_first_not_of(kCrockford) == std::string::npos);
    CHECK(time_of(id) >= before);
    CHECK(time_of(id) <= after);
}

TEST_CASE("request ids of several threads are all different") {
    std::set<std::string> ids;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            std::vector<std::string> mine;
            for (int i = 0; i < 2000; ++i)
                mine.push_back(llmr::new_request_id());
            const std::lock_guard lock(mutex);
            ids.insert(mine.begin(), mine.end());
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    CHECK(ids.size() == 8000);
}

TEST_CASE("random text has the length asked for and only lower-case letters and digits") {
    CHECK(llmr::random_alnum(0).empty());
    const std::string text = llmr::random_alnum(2000);
    CHECK(text.size() == 2000);
    CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
    CHECK(std::set<char>(text.begin(), text.end()).size() == 36);
    CHECK(llmr::random_alnum(24) != llmr::random_alnum(24));
}
