#include "core/log.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/config.hpp"

namespace {

std::string formatted(bool journal, spdlog::level::level_enum level, std::string_view text,
                      llmr::LogFormat format = llmr::LogFormat::text) {
    spdlog::memory_buf_t out;
    const auto formatter = llmr::log::make_formatter(journal, format)->clone();
    formatter->format(
        spdlog::details::log_msg("", level, spdlog::string_view_t(text.data(), text.size())), out);
    return fmt::to_string(out);
}

/// What goes to stderr while it lives.
class CapturedStderr {
public:
    CapturedStderr() : saved_(dup(STDERR_FILENO)) {
        REQUIRE(pipe(ends_.data()) == 0);
        dup2(ends_[1], STDERR_FILENO);
        close(ends_[1]);
    }
    ~CapturedStderr() { restore(); }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;

    std::string take() {
        restore();
        std::string text;
        std::array<char, 512> buffer{};
        for (ssize_t n = 0; (n = read(ends_[0], buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(n));
        }
        close(ends_[0]);
        return text;
    }

private:
    void restore() {
        if (saved_ < 0) return;
        dup2(saved_, STDERR_FILENO);
        close(saved_);
        saved_ = -1;
    }

    int saved_;
    std::array<int, 2> ends_{};
};

/// JOURNAL_STREAM as it is to be, and as it was before when the test is over.
class JournalStream {
public:
    explicit JournalStream(const std::string& value) {
        if (const char* old = std::getenv("JOURNAL_STREAM")) saved_ = old;
        setenv("JOURNAL_STREAM", value.c_str(), 1);
    }
    ~JournalStream() {
        if (saved_.empty()) {
            unsetenv("JOURNAL_STREAM");
        } else {
            setenv("JOURNAL_STREAM", saved_.c_str(), 1);
        }
    }
    JournalStream(const JournalStream&) = delete;
    JournalStream& operator=(const JournalStream&) = delete;

private:
    std::string saved_;
};

std::string stderr_identity() {
    struct stat status{};
    REQUIRE(fstat(STDERR_FILENO, &status) == 0);
    return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

}  // namespace

TEST_SUITE("log") {
    TEST_CASE("lines for people have date, milliseconds and a padded level") {
        const std::string line = formatted(false, spdlog::level::info, "hello");
        REQUIRE(line.size() == std::string_view("2026-01-31 12:00:00.123 info  hello\n").size());
        const std::string_view shape = "dddd-dd-dd dd:dd:dd.ddd ";
        for (std::size_t i = 0; i < shape.size(); ++i) {
            CAPTURE(i);
            if (shape[i] == 'd') {
                CHECK(std::string_view("0123456789").find(line[i]) != std::string_view::npos);
            } else {
                CHECK(line[i] == shape[i]);
            }
        }
        CHECK(line.substr(shape.size()) == "info  hello\n");
    }

    TEST_CASE("each level has its name, and its priority in the journal") {
        struct Case {
            spdlog::level::level_enum level;
            std::string_view name;
            std::string_view journal;
        };
        const Case cases[] = {
            {spdlog::level::trace, "trace x\n", "<7>x\n"},
            {spdlog::level::debug, "debug x\n", "<7>x\n"},
            {spdlog::level::info, "info  x\n", "<6>x\n"},
            {spdlog::level::warn, "warn  x\n", "<4>x\n"},
            {spdlog::level::err, "error x\n", "<3>x\n"},
            {spdlog::level::critical, "fatal x\n", "<2>x\n"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            CHECK(formatted(false, c.level, "x").substr(24) == c.name);
            CHECK(formatted(true, c.level, "x") == c.journal);
        }
    }

    TEST_CASE("a credential in a message does not reach the line") {
        for (const bool journal : {false, true}) {
            const std::string line =
                formatted(journal, spdlog::level::err, "401 for Bearer sk-abcdefghijklmnop\nnext");
            CHECK(line.find("abcdefgh") == std::string::npos);
            CHECK(line.ends_with("401 for [redacted] next\n"));
        }
    }

    TEST_CASE("the logger writes to stderr, redacted, at its level and above") {
        CapturedStderr captured;
        llmr::log::init("warn");
        llmr::log::info("hidden");
        llmr::log::warn("key {} seen", "sk-abcdefghijklmnop");
        llmr::log::set_level("debug");
        llmr::log::debug("now shown");
        llmr::log::set_level("off");
        llmr::log::error("silenced");
        llmr::log::set_level("no such level");
        llmr::log::debug("below info");
        llmr::log::info("at info");
        const std::string text = captured.take();
        CHECK(text.find("hidden") == std::string::npos);
        CHECK(text.find("warn  key [redacted] seen\n") != std::string::npos);
        CHECK(text.find("debug now shown\n") != std::string::npos);
        CHECK(text.find("silenced") == std::string::npos);
        CHECK(text.find("below info") == std::string::npos);
        CHECK(text.find("info  at info\n") != std::string::npos);
    }

    TEST_CASE("stderr is the journal only if JOURNAL_STREAM names the very file it is") {
        {
            const JournalStream same(stderr_identity());
            CHECK(llmr::under_journal());
        }
        for (const char* other : {"", "0:0", "8:12345", "nonsense"}) {
            CAPTURE(other);
            const JournalStream different(other);
            CHECK_FALSE(llmr::under_journal());
        }
    }

    TEST_CASE("as JSON a line is one object, redacted, with its priority in the journal") {
        const auto json = llmr::LogFormat::json;
        const std::string_view said = "it said \"no\" to sk-abcdefghijklmnop\nnext";
        const std::string line = formatted(false, spdlog::level::warn, said, json);
        CHECK(line.starts_with(R"({"time":"2)"));
        CHECK(line.ends_with(
            "\"level\":\"warn\",\"message\":\"it said \\\"no\\\" to [redacted] next\"}\n"));
        CHECK(formatted(true, spdlog::level::err, "x", json).starts_with("<3>{\"time\":"));
    }

    TEST_CASE("fields are members in JSON and name=value in text, redacted") {
        const llmr::log::Field fields[] = {
            {"model", "mistral:7b"}, {"note", "two words"}, {"ms", "12.5", true}};
        CapturedStderr captured;
        llmr::log::init("debug", llmr::LogFormat::json);
        llmr::log::debug_fields("query", fields);
        llmr::log::debug("plain");
        llmr::log::init("debug");
        llmr::log::debug_fields("query", fields);
        llmr::log::set_level("info");
        CHECK_FALSE(llmr::log::debugging());
        const std::string text = captured.take();
        CHECK(
            text.find(R"("message":"query","model":"mistral:7b","note":"two words","ms":12.5})") !=
            std::string::npos);
        CHECK(text.find(R"("message":"plain"})") != std::string::npos);
        CHECK(text.find("debug query model=mistral:7b note=\"two words\" ms=12.5\n") !=
              std::string::npos);
    }

    TEST_CASE("under the journal the logger writes priorities and no time") {
        CapturedStderr captured;
        const JournalStream same(stderr_identity());
        llmr::log::init("info");
        llmr::log::warn("low disk");
        CHECK(captured.take() == "<4>low disk\n");
    }
}
