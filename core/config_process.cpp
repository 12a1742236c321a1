#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "core/config.hpp"

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
