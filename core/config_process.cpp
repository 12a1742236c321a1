#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "core/config.hpp"
#include "core/config_option.hpp"

namespace llmr {

Environment process_environment() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

namespace {

bool is_secret_variable(std::string_view name) {
    for (const config::Option& option : config::options()) {
        if (!option.kind.secret) continue;
        if (option.name == name) return true;
        if (std::find(option.aliases.begin(), option.aliases.end(), name) != option.aliases.end())
            return true;
    }
    return false;
}

}  // namespace

void forget_secrets_of_process() {
    std::vector<std::string> names;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        if (!is_secret_variable(text.substr(0, equals))) continue;
        names.emplace_back(text.substr(0, equals));
        // /proc shows the memory that the kernel filled, whatever unsetenv does.
        explicit_bzero(*entry + equals + 1, text.size() - equals - 1);
    }
    for (const std::string& name : names)
        unsetenv(name.c_str());
}

void forbid_core_dumps() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    // Handlers behind a pipe, such as systemd-coredump, do not heed the limit.
    prctl(PR_SET_DUMPABLE, 0);
}

bool running_in_container() {
    std::error_code ignored;
    return std::filesystem::exists("/.dockerenv", ignored) ||
           std::filesystem::exists("/run/.containerenv", ignored);
}

bool under_journal() {
    const char* const stream = secure_getenv("JOURNAL_STREAM");
    if (stream == nullptr) return false;
    // The variable outlives a redirection of stderr, so it is compared with what stderr is now.
    struct stat status{};
    if (fstat(STDERR_FILENO, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

}  // namespace llmr
