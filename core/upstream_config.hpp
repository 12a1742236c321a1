#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/provider.hpp"
#include "core/secret.hpp"
#include "core/types.hpp"

namespace llmr {

/// Where an access token comes from.
enum class TokenKind : std::uint8_t {
    none,               ///< there is none: keys, or nothing
    fixed,              ///< given ready-made
    entra_secret,       ///< Microsoft Entra, client credentials with a secret
    entra_workload,     ///< Microsoft Entra, the token file of a Kubernetes workload
    entra_managed,      ///< the instance metadata service of an Azure machine
    entra_app_service,  ///< the identity endpoint of App Service and Container Apps
    google_file,        ///< a Google credentials file: service account or authorized user
    google_metadata,    ///< the metadata server of a Google Cloud machine
};
std::string_view to_string(TokenKind kind);

/// How to get an access token.
struct TokenSource {
    TokenKind kind = TokenKind::none;
    std::string url;        ///< authority, metadata server or identity endpoint; no trailing slash
    std::string tenant;     ///< Entra
    std::string client_id;  ///< Entra; of a managed identity empty: the machine's own
    std::string scope;      ///< "https://cognitiveservices.azure.com/.default"
    std::string file;       ///< of the workload's token, or Google's credentials
    Secret secret;          ///< client secret, identity header, or the ready-made token
    bool operator==(const TokenSource&) const = default;
};

/// A header that goes with every request to an upstream.
struct ExtraHeader {
    std::string name;
    Secret value;
    bool operator==(const ExtraHeader&) const = default;
};

/// One configured server.
struct UpstreamConfig {
    std::string name;  ///< "ollama", "ollama-2", "openai", "azure", "azure-embedding"
    Dialect dialect = Dialect::ollama;
    std::string base_url;  ///< http(s)://host[:port][/prefix], no trailing slash; request paths
                           ///< ("/chat/completions", "/api/chat") are appended to it
    std::vector<Secret> api_keys;  ///< tried in turn; none: no key is sent
    Locality locality = Locality::local;
    std::string provider;  ///< name of its row in the catalogue; empty: by dialect
    TokenSource token;
    std::string api_version;           ///< Azure's dated API; empty: paths as they are
    std::vector<ExtraHeader> headers;  ///< LLM_EXTRA_HEADERS
    bool operator==(const UpstreamConfig&) const = default;
};

/// Its row in the catalogue.
const Provider& provider_of(const UpstreamConfig& upstream);
/// Has it anything to show who it is?
inline bool has_credential(const UpstreamConfig& upstream) {
    return !upstream.api_keys.empty() || upstream.token.kind != TokenKind::none;
}
/// Whether Azure's paths with a deployment in them are used.
inline bool has_deployment_paths(const UpstreamConfig& upstream) {
    return !upstream.api_version.empty();
}

/// A model of an upstream other than Ollama that queries may go to.
struct ExternalModel {
    std::string upstream;  ///< its name; empty: none is configured, the model is a price only
    std::string model;     ///< the upstream's own name for it
    bool operator==(const ExternalModel&) const = default;
};

/// What requests get that say nothing of it themselves (LLM_TEMPERATURE and so on).
struct GenerationDefaults {
    std::string temperature;  ///< decimal text; empty: none
    std::string top_p;        ///< the same
    std::int64_t top_k = 0;   ///< 0: none
    std::int64_t max_tokens = 0;
    bool store = false;
    std::int64_t dimensions = 0;
    bool empty() const { return *this == GenerationDefaults{}; }
    bool operator==(const GenerationDefaults&) const = default;
};

}  // namespace llmr
