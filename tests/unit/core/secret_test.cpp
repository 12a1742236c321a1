#include "core/secret.hpp"

#include <ostream>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

std::string hex(const llmr::Sha256& hash) {
    std::string text;
    for (const unsigned byte : hash)
        text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

TEST_CASE("a secret cannot be printed or formatted or become a string unnoticed") {
    CHECK_FALSE(Printable<llmr::Secret>);
    CHECK_FALSE(fmt::is_formattable<llmr::Secret>::value);
    CHECK_FALSE(std::is_convertible_v<llmr::Secret, std::string>);
    CHECK_FALSE(std::is_convertible_v<std::string, llmr::Secret>);
}

TEST_CASE("a secret gives its value only when asked") {
    const llmr::Secret secret("sk-123");
    CHECK(secret.reveal() == "sk-123");
    CHECK_FALSE(secret.empty());
    CHECK(llmr::Secret().empty());
    CHECK((secret == llmr::Secret("sk-123")));
    CHECK_FALSE((secret == llmr::Secret("sk-124")));
}

TEST_CASE("SHA-256 follows the examples of FIPS 180-2") {
    CHECK(hex(llmr::sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(llmr::sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(llmr::sha256(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("hashes compare by contents and name a key by eight digits") {
    const llmr::Sha256 hash = llmr::sha256("abc");
    llmr::Sha256 other = hash;
    CHECK(llmr::equal(hash, other));
    other.back() ^= 1;
    CHECK_FALSE(llmr::equal(hash, other));
    CHECK(llmr::key_id(hash) == "ba7816bf");
}
