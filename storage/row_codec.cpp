#include "storage/row_codec.hpp"

#include <string_view>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/attempt_columns.hpp"
#include "storage/enum_names.hpp"

namespace llmr::storage {
namespace {

const std::vector<std::string_view>& columns() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        AttemptRow row;
        visit_columns(row, [&](const char* name, auto&) { list.emplace_back(name); });
        return list;
    }();
    return names;
}

/// Binds one member after the other.
class Binder {
public:
    explicit Binder(SQLite::Statement& statement) : statement_(statement) {}

    void operator()(const char*, const std::string& value) {
        statement_.bindNoCopy(++index_, value);
    }
    void operator()(const char*, std::int64_t value) { statement_.bind(++index_, value); }
    void operator()(const char*, int value) { statement_.bind(++index_, value); }
    void operator()(const char*, bool value) { statement_.bind(++index_, int{value}); }
    void operator()(const char*, double value) { statement_.bind(++index_, value); }
    void operator()(const char*, const std::optional<PicoUsd>& value) {
        value ? statement_.bind(++index_, *value) : statement_.bind(++index_);
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(const char*, Enum value) {
        // Names are string literals: they end in NUL and live as long as the program.
        statement_.bindNoCopy(++index_, to_string(value).data());
    }

private:
    SQLite::Statement& statement_;
    int index_ = 0;
};

/// Reads one member after the other.
class Reader {
public:
    Reader(SQLite::Statement& statement, int first) : statement_(statement), index_(first) {}

    void operator()(const char*, std::string& value) { value = next().getString(); }
    void operator()(const char*, std::int64_t& value) { value = next().getInt64(); }
    void operator()(const char*, int& value) { value = next().getInt(); }
    void operator()(const char*, bool& value) { value = next().getInt() != 0; }
    void operator()(const char*, double& value) { value = next().getDouble(); }
    void operator()(const char*, std::optional<PicoUsd>& value) {
        const SQLite::Column column = next();
        value = column.isNull() ? std::nullopt : std::optional<PicoUsd>(column.getInt64());
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(const char*, Enum& value) {
        value = stored_enum<Enum>(next().getString());
    }

private:
    SQLite::Column next() { return statement_.getColumn(index_++); }

    SQLite::Statement& statement_;
    int index_;
};

}  // namespace

const std::string& column_list() {
    static const std::string list = fmt::format("{}", fmt::join(columns(), ", "));
    return list;
}

std::string upsert_sql() {
    std::string parameters;
    std::string updates;
    for (std::size_t index = 0; index < columns().size(); ++index) {
        const std::string_view comma = index == 0 ? "" : ", ";
        // An open row is never final: which attempt is the last is known when it closes.
        parameters += columns()[index] == "is_final"
                          ? fmt::format("{}(?{} AND ?{} <> 'open')", comma, index + 1, index)
                          : fmt::format("{}?{}", comma, index + 1);
        updates += fmt::format("{}{} = excluded.{}", comma, columns()[index], columns()[index]);
    }
    return fmt::format(
        "INSERT INTO attempts({}) VALUES({}) ON CONFLICT(request_id, attempt) DO UPDATE SET {} "
        "WHERE attempts.status = 'open'",
        column_list(), parameters, updates);
}

std::string replace_sql() {
    std::string updates;
    for (std::size_t index = 0; index < columns().size(); ++index)
        updates += fmt::format("{}{} = ?{}", index == 0 ? "" : ", ", columns()[index], index + 1);
    return fmt::format("UPDATE attempts SET {} WHERE request_id = ?1 AND attempt = ?2", updates);
}

void bind_row(SQLite::Statement& statement, const AttemptRow& row) {
    visit_columns(row, Binder(statement));
}

AttemptRow read_row(SQLite::Statement& statement, int first_column) {
    AttemptRow row;
    visit_columns(row, Reader(statement, first_column));
    return row;
}

}  // namespace llmr::storage
