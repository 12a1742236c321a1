#include "daemon/commands/explain.hpp"

#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "daemon/app.hpp"
#include "daemon/commands/ask_router.hpp"

namespace llmr::daemon::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPath = "/router/explain?for=/v1/chat/completions";

std::string query_body(const std::string& text, const std::string& model) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("model", model).key("messages").begin_array();
    json.begin_object().field("role", "user").field("content", text).end_object();
    json.end_array().end_object();
    return body;
}

/// A directory that goes away.
class ScratchDirectory {
public:
    ScratchDirectory() : path_(fs::temp_directory_path() / ("llm-router-" + random_alnum(12))) {
        fs::create_directories(path_);
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

Result<std::string> ask_own_router(const Config& config, const std::string& body) {
    const ScratchDirectory directory;
    Config own = config;
    own.listen = {{"127.0.0.1", 0}};
    own.db_path = directory.file("ledger.db");
    own.threads = 1;
    log::set_level("error");
    App app(std::make_shared<const Config>(std::move(own)));
    if (auto started = app.start(); !started) return started.error();
    auto answer = ask_router(app.addresses().front(), config, kPath, body);
    app.stop();
    if (!answer) return Error(Errc::internal, "the router that was begun for this does not answer");
    return std::move(*answer);
}

}  // namespace

Result<Explained> explain_query(const Config& config, const std::string& text,
                                const std::string& model) {
    const std::string body = query_body(text, model);
    if (auto answer = ask_running_router(config, kPath, body)) {
        if (!*answer) return answer->error();
        return Explained{std::move(**answer), false};
    }
    auto answer = ask_own_router(config, body);
    if (!answer) return answer.error();
    return Explained{std::move(*answer), true};
}

}  // namespace llmr::daemon::commands
