#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config_option.hpp"

/// How rows of the option table are written down.
namespace llmr::config {

/// Adds to a row what few rows have. Lives within one statement.
class Row {
public:
    explicit Row(Option& option) : option_(option) {}

    Row& alias(std::string name) {
        option_.aliases.push_back(std::move(name));
        return *this;
    }
    /// An alias that counts only while the condition holds.
    Row& alias(std::string name, Condition condition) {
        option_.guards.push_back({name, condition});
        return alias(std::move(name));
    }
    Row& at_restart() {
        option_.reloadable = false;
        return *this;
    }
    Row& echo(Echo echo) {
        option_.echo = echo;
        return *this;
    }
    Row& default_note(std::string note) {
        option_.default_note = std::move(note);
        return *this;
    }

private:
    Option& option_;
};

class Table {
public:
    void begin_group(std::string name) { group_ = std::move(name); }
    Row add(std::string name, Kind kind, std::string default_value, std::string help) {
        Option& option = rows_.emplace_back();
        option.name = std::move(name);
        option.kind = std::move(kind);
        option.default_value = std::move(default_value);
        option.help = std::move(help);
        option.group = group_;
        option.reloadable = true;
        return Row(option);
    }
    std::vector<Option> take() { return std::move(rows_); }

private:
    std::string group_;
    std::vector<Option> rows_;
};

/// The rows of config_table_providers.cpp: the servers beside Ollama and which of their models are
/// used ...
void add_providers(Table& table);
/// ... and the groups of single providers and of what requests say by default.
void add_provider_groups(Table& table);

}  // namespace llmr::config
