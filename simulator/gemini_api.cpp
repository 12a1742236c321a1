#include "simulator/gemini_api.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kModels = "models";

/// "a/b" of "a/b/c" and what follows it; false if `path` does not begin so.
bool take(std::string_view& path, std::string_view prefix) {
    if (!path.starts_with(prefix)) {
        return false;
    }
    path.remove_prefix(prefix.size());
    return true;
}

/// Takes a segment that may be called anything.
bool take_segment(std::string_view& path) {
    const auto slash = path.find('/');
    if (slash == std::string_view::npos || slash == 0) {
        return false;
    }
    path.remove_prefix(slash + 1);
    return true;
}

/// "/v1beta/models..." and its like: what follows "models".
std::optional<std::string_view> gemini_rest(std::string_view path) {
    const bool known = take(path, "/v1beta/") || take(path, "/v1/");
    return known && take(path, kModels) ? std::optional(path) : std::nullopt;
}

std::optional<std::string_view> vertex_rest(std::string_view path) {
    const bool known = take(path, "/v1/projects/") || take(path, "/v1beta1/projects/");
    if (known && take_segment(path) && take(path, "locations/") && take_segment(path) &&
        take(path, "publishers/google/") && take(path, kModels)) {
        return path;
    }
    return std::nullopt;
}

std::string_view query_member(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
            return pair.substr(key.size() + 1);
        }
    }
    return {};
}

GeminiError bad_json() {
    return {400, "Invalid JSON payload received. Expected an object.", {}, 0, {}};
}

}  // namespace

Reply gemini_json(std::string body) {
    Reply reply;
    reply.content_type = "application/json; charset=UTF-8";
    reply.body = std::move(body);
    return reply;
}

GeminiApi::GeminiApi(const std::vector<std::string>& models, std::string api_key,
                     BehaviourTable& behaviours, const TokenBook* tokens)
    : api_key_(std::move(api_key)), tokens_(tokens), behaviours_(behaviours) {
    for (const auto& name : models) {
        models_.emplace_back(name);
    }
}

const GeminiModel* GeminiApi::find(std::string_view name) const {
    for (const auto& model : models_) {
        if (model.name == name) {
            return &model;
        }
    }
    return nullptr;
}

std::optional<GeminiApi::Call> GeminiApi::call_of(const HttpRequest& request) {
    Call call;
    auto rest = gemini_rest(request.path);
    if (!rest) {
        rest = vertex_rest(request.path);
        call.vertex = rest.has_value();
    }
    if (!rest || (!rest->empty() && rest->front() != '/')) {
        return std::nullopt;
    }
    const auto name = rest->substr(std::min<std::size_t>(rest->size(), 1));
    const auto colon = std::min(name.find(':'), name.size());
    call.model = name.substr(0, colon);
    call.method = name.substr(std::min(colon + 1, name.size()));
    call.sse = query_member(request.query, "alt") == "sse";
    return call;
}

GeminiApi::Handler GeminiApi::handler_of(const Call& call) {
    if (call.method == "generateContent" || call.streams()) {
        return &GeminiApi::generate;
    }
    if (call.method == "countTokens") {
        return &GeminiApi::count;
    }
    if (call.vertex) {
        return call.method == "predict" ? &GeminiApi::predict : nullptr;
    }
    if (call.method == "embedContent") {
        return &GeminiApi::embed;
    }
    return call.method == "batchEmbedContents" ? &GeminiApi::embed_batch : nullptr;
}

std::optional<GeminiError> GeminiApi::check_key(const Call& call,
                                                const HttpRequest& request) const {
    constexpr std::string_view kBearer = "bearer ";
    constexpr std::string_view kCloudScope = "https://www.googleapis.com/auth/cloud-platform";
    const bool by_token = call.vertex && tokens_ != nullptr;
    if (api_key_.empty() && !by_token) {
        return std::nullopt;
    }
    if (call.vertex) {
        const bool bearer = iequals(request.authorization.substr(0, kBearer.size()), kBearer);
        const std::string_view token =
            bearer ? trim(request.authorization.substr(kBearer.size())) : std::string_view();
        const bool let_in = by_token ? tokens_->state(token) == TokenState::valid &&
                                           tokens_->audience(token) == kCloudScope
                                     : token == api_key_;
        if (bearer && let_in) {
            return std::nullopt;
        }
        return GeminiError{401,
                           bearer ? "Request had invalid authentication credentials. Expected "
                                    "OAuth 2 access token, login cookie or other valid "
                                    "authentication credential."
                                  : "Request is missing required authentication credential.",
                           "CREDENTIALS_MISSING",
                           0,
                           {}};
    }
    const auto key = request.header("x-goog-api-key").empty() ? query_member(request.query, "key")
                                                              : request.header("x-goog-api-key");
    if (key.empty()) {
        return GeminiError{403,
                           "Method doesn't allow unregistered callers (callers without established "
                           "identity). Please use API Key or other form of API consumer identity "
                           "to call this API.",
                           {},
                           0,
                           {}};
    }
    if (key == api_key_) {
        return std::nullopt;
    }
    return GeminiError{
        400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID", 0, {}};
}

Reply GeminiApi::answer(const HttpRequest& request) {
    const auto call = call_of(request);
    if (!call) {
        return gemini_error({404, "Requested entity was not found.", {}, 0, {}});
    }
    const auto handler = handler_of(*call);
    if (handler && request.method == "POST") {
        return infer(*call, request, handler);
    }
    if (handler || !call->method.empty() || request.method != "GET") {
        return gemini_error({404, "Requested entity was not found.", {}, 0, {}});
    }
    if (const auto refusal = check_key(*call, request)) {
        return gemini_error(*refusal);
    }
    return call->model.empty() ? list_models(*call) : one_model(*call);
}

Reply GeminiApi::infer(const Call& call, const HttpRequest& request, Handler handler) {
    Reply reply;
    const auto* model = find(call.model);
    if (const auto refusal = check_key(call, request)) {
        reply = gemini_error(*refusal, call.streams());
    } else if (!model) {
        reply = gemini_error(gemini_unknown_model(call.model, call.method, call.vertex),
                             call.streams());
    } else if (const auto root = thread_json_parser().parse(request.body);
               !root || !root->is_object()) {
        reply = gemini_error(bad_json(), call.streams());
    } else {
        reply = (this->*handler)(call, *model, *root);
    }
    reply.model = call.model;
    reply.stream = call.streams();
    reply.inference = call.method != "countTokens";
    return reply;
}

bool GeminiApi::suffers(const Call& call, Reply& reply) {
    auto treatment = behaviours_.choose(call.model);
    if (treatment.fail) {
        reply = gemini_fault(*treatment.switches, call.streams());
    }
    reply.switches = std::move(treatment.switches);
    return treatment.fail;
}

}  // namespace llmr::simulator
