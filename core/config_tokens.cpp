#include "core/config_tokens.hpp"

#include <fmt/format.h>

#include "core/env_file.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kCloudScope = "https://www.googleapis.com/auth/cloud-platform";

bool can_use_secret(const EntraDraft& draft) {
    return !draft.tenant.empty() && !draft.client_id.empty() && !draft.client_secret.empty();
}

bool can_use_workload(const EntraDraft& draft) {
    return !draft.tenant.empty() && !draft.client_id.empty() && !draft.token_file.empty();
}

/// The first way for which everything is there; the machine's own identity needs nothing.
AzureAuth choose(const EntraDraft& draft, bool has_key) {
    if (draft.auth != AzureAuth::automatic) return draft.auth;
    if (has_key) return AzureAuth::key;
    if (!draft.token.empty()) return AzureAuth::token;
    if (can_use_secret(draft)) return AzureAuth::secret;
    if (can_use_workload(draft)) return AzureAuth::workload;
    return AzureAuth::managed;
}

void complain(std::string_view way, std::string_view needs, std::vector<std::string>& errors) {
    errors.push_back(fmt::format("LLM_AZURE_AUTH: {} needs {}", way, needs));
}

void need(AzureAuth way, const EntraDraft& draft, bool has_key, std::vector<std::string>& errors) {
    if (way == AzureAuth::key && !has_key)
        complain("key", "LLM_AZURE_OPENAI_API_KEY", errors);
    else if (way == AzureAuth::token && draft.token.empty())
        complain("token", "AZURE_AD_TOKEN", errors);
    else if (way == AzureAuth::secret && !can_use_secret(draft))
        complain("secret", "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET", errors);
    else if (way == AzureAuth::workload && !can_use_workload(draft))
        complain("workload", "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE",
                 errors);
}

}  // namespace

TokenSource azure_token(const EntraDraft& draft, bool has_key, std::vector<std::string>& errors) {
    const AzureAuth way = choose(draft, has_key);
    need(way, draft, has_key, errors);
    TokenSource source;
    source.url = draft.authority;
    source.tenant = draft.tenant;
    source.client_id = draft.client_id;
    source.scope = draft.scope;
    switch (way) {
        case AzureAuth::automatic:
        case AzureAuth::key:
            return {};
        case AzureAuth::token:
            source.kind = TokenKind::fixed;
            source.secret = draft.token;
            break;
        case AzureAuth::secret:
            source.kind = TokenKind::entra_secret;
            source.secret = draft.client_secret;
            break;
        case AzureAuth::workload:
            source.kind = TokenKind::entra_workload;
            source.file = draft.token_file;
            break;
        case AzureAuth::managed:
            source.kind = TokenKind::entra_managed;
            source.url = draft.metadata_host;
            if (!draft.identity_endpoint.empty()) {
                source.kind = TokenKind::entra_app_service;
                source.url = draft.identity_endpoint;
                source.secret = draft.identity_header;
            }
            break;
    }
    return source;
}

TokenSource vertex_token(const VertexDraft& draft, std::vector<std::string>& errors) {
    TokenSource source;
    source.scope = kCloudScope;
    if (draft.credentials_file.empty()) {
        source.kind = TokenKind::google_metadata;
        source.url = "http://" + draft.metadata_host;
        return source;
    }
    source.kind = TokenKind::google_file;
    source.file = draft.credentials_file;
    // Read again for every token, since it may be replaced; but a wrong path should not wait.
    if (const auto contents = read_small_file(source.file); !contents)
        errors.push_back("GOOGLE_APPLICATION_CREDENTIALS: " + contents.error().message);
    return source;
}

}  // namespace llmr::config
