#include "providers/azure_path.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>

namespace llmr::providers {
namespace {

constexpr std::string_view kFirstWithStreamOptions = "2024-09-01";

}  // namespace

std::string azure_path(std::string_view path, std::string_view deployment,
                       std::string_view api_version) {
    const bool named = path != "/responses" && path != "/models";
    const std::string place =
        named ? "/deployments/" + boost::urls::encode(deployment, boost::urls::unreserved_chars)
              : std::string();
    return fmt::format("{}{}?api-version={}", place, path, api_version);
}

bool azure_knows_stream_options(std::string_view api_version) {
    return api_version.empty() || api_version.substr(0, 10) >= kFirstWithStreamOptions;
}

}  // namespace llmr::providers
