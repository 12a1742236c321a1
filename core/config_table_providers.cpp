// The rows that say which servers there are beside Ollama, and who the router is to them.
#include "core/config_provider_kinds.hpp"
#include "core/config_rows.hpp"

namespace llmr::config {
namespace {

constexpr Condition kNotOllama{"LLM_PROVIDER", false, true};
constexpr Condition kIsOllama{"LLM_PROVIDER", true, false};
constexpr Condition kMem0IsOther{"MEM0_LLM_PROVIDER", false, false};
constexpr Condition kEmbeddingIsOther{"EMBEDDING_PROVIDER", false, false};
constexpr Condition kMem0EmbedderIsOther{"MEM0_EMBEDDER_PROVIDER", false, false};

void add_main_server(Table& table) {
    table
        .add(
            "LLM_PROVIDER", provider_name(&Draft::provider), "",
            "Whose LLM_BASE_URL, LLM_API_KEY and LLM_CHOICE are: openai, azure, anthropic, gemini, "
            "vertex_ai, deepseek, openrouter, lm_studio, hosted_vllm, litellm_proxy, ollama, or "
            "openai_compatible for any other server with OpenAI's API.")
        .alias("MEM0_LLM_PROVIDER")
        .default_note("openai, or the owner of the host in LLM_BASE_URL")
        .at_restart();
    table
        .add("LLM_BASE_URL", provider_url(""), "",
             "Its base URL, used as given: include /v1 if it has one. The server exists if this or "
             "a key is set; on loopback or a private network it counts as local.")
        .default_note("that of the provider")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("LLM_API_KEY", provider_keys(""), "",
             "Its key. Several with commas between are used in turn when one is limited; so are "
             "those of the variables below.")
        .default_note("that of the provider's own variable");
    table
        .add("LLM_EXTERNAL_MODEL", model_list(&Draft::external_models), "openai/gpt-4o-mini",
             "Models outside Ollama as provider/model, best first: the first one that works and "
             "can be paid answers, and savings are counted against the first. Without a provider "
             "it is the one of LLM_PROVIDER. ollama/... names a local model for every kind of "
             "chat.")
        .alias("LLM_MODEL")
        .alias("LLM_CHOICE", kNotOllama)
        .alias("MEM0_LLM_MODEL", kMem0IsOther);
    table
        .add("LLM_FALLBACK_MODEL", model_list(&Draft::fallback_models), "",
             "Models that come after those, in the same form.")
        .default_note("none")
        .at_restart();
    table
        .add("LLM_LOCAL_MODEL", model_name(&Draft::local_model), "",
             "Local model for every kind of chat that has no variable of its own.")
        .alias("LLM_CHOICE", kIsOllama)
        .default_note("none: each kind has its default");
}

void add_embeddings(Table& table) {
    table
        .add("EMBEDDING_PROVIDER", provider_name(&Draft::embedding_provider), "",
             "Who computes embeddings, in the words of LLM_PROVIDER. Another one than ollama gets "
             "all embeddings, wherever it is.")
        .alias("MEM0_EMBEDDER_PROVIDER")
        .default_note("ollama")
        .at_restart();
    table
        .add("LLM_EXTERNAL_EMBEDDING_MODEL", model_name(&Draft::embedding_model), "",
             "Its model. For Ollama it is LLM_MODEL_EMBEDDING.")
        .alias("EMBEDDING_MODEL_CHOICE", kEmbeddingIsOther)
        .alias("MEM0_EMBEDDER_MODEL", kMem0EmbedderIsOther)
        .default_note("text-embedding-3-small; of Azure its deployment")
        .at_restart();
    table
        .add("EMBEDDING_BASE_URL", provider_url("embedding"), "",
             "Its base URL, if it is another than that of chat.")
        .default_note("that of chat")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("EMBEDDING_API_KEY", provider_keys("embedding"), "",
             "Its key, if it is another than that of chat. A key is not sent to another host than "
             "the "
             "one it was given for.")
        .default_note("that of chat, at the same host");
    table
        .add("EMBEDDING_MODEL_DIMS", count(&GenerationDefaults::dimensions, 65'536), "",
             "Length of the vectors that is asked for where the client asks for none, of models "
             "that can shorten them.")
        .default_note("the model's own");
}

void add_keyed(Table& table, std::string_view provider, std::string_view server,
               std::vector<std::string> key_aliases, std::vector<std::string> url_aliases) {
    const Provider& row = *find_provider(provider);
    const std::string name(row.name);
    Row key = table.add(std::string(row.key_variable), provider_keys(name), "",
                        fmt::format("Key for {}.", server));
    for (std::string& alias : key_aliases)
        key.alias(std::move(alias));
    key.default_note("none");
    Row url = table.add(std::string(row.url_variable), provider_url(name), "",
                        fmt::format("Base URL of {}.", server));
    for (std::string& alias : url_aliases)
        url.alias(std::move(alias));
    url.default_note(row.base_url.empty() ? "none" : std::string(row.base_url))
        .echo(Echo::if_given)
        .at_restart();
}

void add_provider_keys(Table& table) {
    add_keyed(table, "openai", "OpenAI; it goes to LLM_BASE_URL where LLM_API_KEY is not set", {},
              {"OPENAI_API_BASE"});
    add_keyed(table, "anthropic", "Anthropic, without /v1", {}, {"ANTHROPIC_BASE_URL"});
    add_keyed(table, "gemini", "the Gemini API", {"GOOGLE_API_KEY"}, {});
    add_keyed(table, "deepseek", "DeepSeek", {}, {"DEEPSEEK_BASE_URL"});
    add_keyed(table, "openrouter", "OpenRouter", {}, {"OPENROUTER_BASE_URL"});
    add_keyed(table, "lm_studio", "LM Studio", {}, {"LM_STUDIO_BASE_URL"});
    add_keyed(table, "hosted_vllm", "vLLM", {"VLLM_API_KEY"}, {"VLLM_BASE_URL"});
    add_keyed(table, "litellm_proxy", "a LiteLLM proxy", {}, {"LITELLM_PROXY_BASE_URL"});
}

void add_openrouter(Table& table) {
    table
        .add("LLM_OPENROUTER_MODELS", name_list(&Config::openrouter_models), "",
             "Models that OpenRouter itself falls back to, where the client names none.")
        .default_note("none");
    table
        .add("LLM_OPENROUTER_ROUTE", plain_text("route", &Config::openrouter_route), "",
             "The member route of requests to OpenRouter, as fallback.")
        .default_note("none");
    table
        .add("LLM_OPENROUTER_SITE_URL", draft_text("URL", &Draft::site_url), "",
             "What OpenRouter's statistics attribute queries to (HTTP-Referer).")
        .alias("OR_SITE_URL")
        .default_note("none")
        .at_restart();
    table
        .add("LLM_OPENROUTER_APP_NAME", draft_text("name", &Draft::app_name), "",
             "The name that they show (X-OpenRouter-Title).")
        .alias("OR_APP_NAME")
        .default_note("none")
        .at_restart();
}

void add_azure_endpoints(Table& table) {
    table
        .add("LLM_AZURE_ENDPOINT", azure_endpoint(&Draft::azure), "",
             "Azure OpenAI: https://RESOURCE.openai.azure.com. With /openai/v1 behind it, or "
             "LLM_AZURE_API_VERSION=v1, the undated API is used.")
        .alias("AZURE_API_BASE")
        .alias("AZURE_OPENAI_ENDPOINT")
        .default_note("none")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("LLM_AZURE_OPENAI_API_KEY", azure_keys(&Draft::azure), "",
             "Its key. Without one the router signs in to Entra (LLM_AZURE_AUTH).")
        .alias("AZURE_API_KEY")
        .alias("AZURE_OPENAI_API_KEY")
        .default_note("none");
    table
        .add("LLM_AZURE_API_VERSION", azure_version(&Draft::azure), "2024-10-21",
             "Version of its API.")
        .alias("AZURE_API_VERSION")
        .alias("OPENAI_API_VERSION")
        .at_restart();
    table
        .add("LLM_AZURE_DEPLOYMENT",
             text_of("deployment name", &Draft::azure, &AzureDraft::deployment), "",
             "Deployment that queries go to. It is priced as the model that LLM_CHOICE or "
             "LLM_EXTERNAL_MODEL names.")
        .default_note("named by the model: azure/DEPLOYMENT")
        .at_restart();
    table
        .add("EMBEDDING_AZURE_ENDPOINT", azure_endpoint(&Draft::embedding_azure), "",
             "The same four for embeddings, where they differ.")
        .default_note("LLM_AZURE_ENDPOINT")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("EMBEDDING_AZURE_OPENAI_API_KEY", azure_keys(&Draft::embedding_azure), "",
             "Key of that endpoint.")
        .default_note("LLM_AZURE_OPENAI_API_KEY");
    table
        .add("EMBEDDING_AZURE_API_VERSION", azure_version(&Draft::embedding_azure), "",
             "Version of its API.")
        .default_note("LLM_AZURE_API_VERSION")
        .at_restart();
    table
        .add("EMBEDDING_AZURE_DEPLOYMENT",
             text_of("deployment name", &Draft::embedding_azure, &AzureDraft::deployment), "",
             "Deployment of the embedding model.")
        .default_note("EMBEDDING_MODEL_CHOICE")
        .at_restart();
}

void add_entra(Table& table) {
    table
        .add("LLM_AZURE_AUTH", azure_auth(), "auto",
             "How the router signs in to Azure: key, token (AZURE_AD_TOKEN), secret "
             "(AZURE_CLIENT_SECRET), workload (AZURE_FEDERATED_TOKEN_FILE), managed (the identity "
             "of the machine). auto: the first of these that is set.")
        .at_restart();
    table
        .add("LLM_AZURE_SCOPE", text_of("scope", &Draft::entra, &EntraDraft::scope),
             "https://cognitiveservices.azure.com/.default",
             "What Entra tokens are for. Newer Foundry resources want "
             "https://ai.azure.com/.default.")
        .alias("AZURE_SCOPE")
        .at_restart();
    table
        .add("AZURE_TENANT_ID", text_of("tenant id", &Draft::entra, &EntraDraft::tenant), "",
             "Entra tenant.")
        .default_note("none")
        .at_restart();
    table
        .add("AZURE_CLIENT_ID", text_of("client id", &Draft::entra, &EntraDraft::client_id), "",
             "Application that signs in, or the user-assigned identity of the machine.")
        .default_note("none")
        .at_restart();
    table.add("AZURE_CLIENT_SECRET", entra_secret(&EntraDraft::client_secret), "", "Its secret.")
        .default_note("none");
    table
        .add("AZURE_FEDERATED_TOKEN_FILE", text_of("path", &Draft::entra, &EntraDraft::token_file),
             "", "File with the token of a workload; it is read for every sign-in.")
        .default_note("none")
        .at_restart();
    table
        .add("AZURE_AD_TOKEN", entra_secret(&EntraDraft::token), "",
             "A ready-made access token. It is not renewed.")
        .default_note("none");
    table
        .add("AZURE_AUTHORITY_HOST", identity_url(&EntraDraft::authority),
             "https://login.microsoftonline.com", "Where Entra is; other clouds have their own.")
        .at_restart();
    table
        .add("AZURE_POD_IDENTITY_AUTHORITY_HOST", identity_url(&EntraDraft::metadata_host),
             "http://169.254.169.254", "Where the metadata service of an Azure machine is.")
        .at_restart();
    table
        .add("IDENTITY_ENDPOINT", identity_url(&EntraDraft::identity_endpoint), "",
             "Identity endpoint of App Service and Container Apps; the platform sets it.")
        .default_note("none")
        .at_restart();
    table
        .add("IDENTITY_HEADER", entra_secret(&EntraDraft::identity_header), "",
             "What it wants to see; the platform sets it.")
        .default_note("none");
}

void add_google(Table& table) {
    table.add("VERTEXAI_PROJECT", vertex_project(), "", "Google Cloud project for Vertex AI.")
        .alias("VERTEX_PROJECT")
        .alias("GOOGLE_CLOUD_PROJECT")
        .default_note("none")
        .at_restart();
    table
        .add("VERTEXAI_LOCATION", vertex_location(), "us-central1",
             "Its location; global is one, too.")
        .alias("VERTEX_LOCATION")
        .alias("GOOGLE_CLOUD_LOCATION")
        .at_restart();
    table
        .add("GOOGLE_APPLICATION_CREDENTIALS",
             text_of("path", &Draft::vertex, &VertexDraft::credentials_file), "",
             "Credentials file: a service account, or an authorized user.")
        .default_note("the metadata server of the machine")
        .at_restart();
    table
        .add("VERTEXAI_API_BASE", vertex_url(), "",
             "Vertex AI at another address, without /v1/projects.")
        .default_note("https://LOCATION-aiplatform.googleapis.com")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("GCE_METADATA_HOST",
             text_of("host[:port]", &Draft::vertex, &VertexDraft::metadata_host),
             "metadata.google.internal", "Metadata server of a Google Cloud machine.")
        .at_restart();
}

void add_request_defaults(Table& table) {
    table
        .add("LLM_TEMPERATURE", decimal(&GenerationDefaults::temperature, 0.0, 2.0), "",
             "What chat requests get that say nothing of it themselves; so are those below. Models "
             "that refuse it do not get it.")
        .default_note("the model's own");
    table.add("LLM_TOP_P", decimal(&GenerationDefaults::top_p, 0.0, 1.0), "", "Nucleus sampling.")
        .default_note("the model's own");
    table
        .add("LLM_TOP_K", count(&GenerationDefaults::top_k, 1'000'000), "",
             "The k most likely tokens; for servers that know it.")
        .default_note("the model's own");
    table
        .add("LLM_MAX_TOKENS", count(&GenerationDefaults::max_tokens, 10'000'000), "",
             "Most tokens of an answer.")
        .default_note("the model's own");
    table.add("LLM_STORE", store_flag(), "false",
              "true: OpenAI and Azure are asked to store answers, for their dashboard.");
    table
        .add("LLM_EXTRA_HEADERS", header_list(), "",
             "Headers for every upstream but Ollama: \"Name: value\" with semicolons between, or a "
             "JSON object. azure/Name: value is for one upstream alone.")
        .default_note("none")
        .at_restart();
}

}  // namespace

void add_providers(Table& table) {
    add_main_server(table);
    add_provider_keys(table);
    add_embeddings(table);
}

void add_provider_groups(Table& table) {
    table.begin_group("Azure OpenAI");
    add_azure_endpoints(table);
    add_entra(table);
    table.begin_group("Vertex AI");
    add_google(table);
    table.begin_group("OpenRouter");
    add_openrouter(table);
    table.begin_group("Requests");
    add_request_defaults(table);
}

}  // namespace llmr::config
