#include "core/log.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/config.hpp"
#include "core/json.hpp"
#include "core/redact.hpp"
#include "core/text.hpp"

namespace llmr::log {
namespace {

struct Level {
    spdlog::level::level_enum value;
    std::string_view name;
    std::string_view padded;
    std::string_view journal_priority;  ///< of sd-daemon(3)
};
constexpr std::array kLevels{Level{spdlog::level::trace, "trace", "trace", "<7>"},
                             Level{spdlog::level::debug, "debug", "debug", "<7>"},
                             Level{spdlog::level::info, "info", "info ", "<6>"},
                             Level{spdlog::level::warn, "warn", "warn ", "<4>"},
                             Level{spdlog::level::err, "error", "error", "<3>"},
                             Level{spdlog::level::critical, "critical", "fatal", "<2>"},
                             Level{spdlog::level::off, "off", "off  ", "<7>"}};

const Level& find_level(spdlog::level::level_enum value) {
    for (const Level& level : kLevels) {
        if (level.value == value) return level;
    }
    return kLevels[2];
}

/// Writes the level: for people, or for the journal.
class LevelFlag : public spdlog::custom_flag_formatter {
public:
    explicit LevelFlag(bool journal) : journal_(journal) {}

    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const Level& level = find_level(message.level);
        const std::string_view text = journal_ ? level.journal_priority : level.padded;
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<LevelFlag>(journal_);
    }

private:
    bool journal_;
};

std::unique_ptr<spdlog::formatter> make_pattern(bool journal) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<LevelFlag>('*', journal);
    formatter->set_pattern(journal ? "%*%v" : "%Y-%m-%d %H:%M:%S.%e %* %v");
    return formatter;
}

/// Of the message that this thread is logging: sinks write at once, on the thread that logs.
thread_local std::span<const Field> current_fields;

/// "message name=value ...", values with blanks in quotes.
std::string with_fields(std::string message) {
    for (const Field& field : current_fields) {
        const bool quoted = field.value.empty() || field.value.find(' ') != field.value.npos;
        const char* const quote = quoted ? "\"" : "";
        message += fmt::format(" {}={}{}{}", field.name, quote, redact(field.value), quote);
    }
    return message;
}

std::string json_line(const spdlog::details::log_msg& message, std::string_view text) {
    const auto since_epoch = message.time.time_since_epoch();
    std::string line;
    JsonWriter json(line);
    json.begin_object();
    json.field("time",
               iso8601(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()));
    json.field("level", find_level(message.level).name);
    json.field("message", text);
    for (const Field& field : current_fields) {
        if (field.number) {
            json.raw_field(field.name, field.value);
        } else {
            json.field(field.name, redact(field.value));
        }
    }
    json.end_object();
    return line;
}

/// Lets no credential and no line feed of a message reach the sink.
class RedactingFormatter : public spdlog::formatter {
public:
    RedactingFormatter(bool journal, LogFormat format)
        : journal_(journal), format_(format), pattern_(make_pattern(journal)) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const std::string text =
            redact(std::string_view(message.payload.data(), message.payload.size()));
        if (format_ == LogFormat::json) {
            if (journal_) append(find_level(message.level).journal_priority, out);
            append(json_line(message, text), out);
            append("\n", out);
            return;
        }
        const std::string payload = with_fields(text);
        spdlog::details::log_msg clean = message;
        clean.payload = spdlog::string_view_t(payload.data(), payload.size());
        pattern_->format(clean, out);
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<RedactingFormatter>(journal_, format_);
    }

private:
    static void append(std::string_view text, spdlog::memory_buf_t& out) {
        out.append(text.data(), text.data() + text.size());
    }

    bool journal_;
    LogFormat format_;
    std::unique_ptr<spdlog::formatter> pattern_;
};

spdlog::level::level_enum parse_level(std::string_view name) {
    for (const Level& level : kLevels) {
        if (level.name == name) return level.value;
    }
    return spdlog::level::info;
}

}  // namespace

std::unique_ptr<spdlog::formatter> make_formatter(bool journal, LogFormat format) {
    return std::make_unique<RedactingFormatter>(journal, format);
}

void init(std::string_view level, LogFormat format) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
    logger->set_formatter(make_formatter(under_journal(), format));
    logger->set_level(parse_level(level));
    spdlog::set_default_logger(std::move(logger));
}

void set_level(std::string_view level) {
    spdlog::default_logger_raw()->set_level(parse_level(level));
}

bool debugging() {
    return spdlog::default_logger_raw()->should_log(spdlog::level::debug);
}

void debug_fields(std::string_view message, std::span<const Field> fields) {
    current_fields = fields;
    spdlog::debug("{}", message);
    current_fields = {};
}

}  // namespace llmr::log
