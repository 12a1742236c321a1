#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "core/config.hpp"

namespace llmr::test {

/// Loads `variables` on a machine that has a home folder and is no container.
inline ConfigResult load(Environment variables, bool in_container = false) {
    variables.try_emplace("HOME", "/home/u");
    return load_config(variables, in_container);
}

/// The configuration; fails the test, with the errors, if there is none.
inline Config load_ok(const Environment& variables) {
    const ConfigResult result = load(variables);
    for (const std::string& error : result.errors)
        FAIL_CHECK(error);
    REQUIRE(result.config != nullptr);
    return *result.config;
}

inline std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// A folder for files, gone with the test.
class TempFolder {
public:
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "llmr-config-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    std::string path() const { return path_.string(); }
    std::string file(const std::string& name, const std::string& contents) const {
        std::ofstream(path_ / name, std::ios::binary) << contents;
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

}  // namespace llmr::test
