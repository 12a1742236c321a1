#include "web/assets.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/secret.hpp"

#define LLMR_ASSET(symbol, name)                  \
    extern const char llmr_web_##symbol[];        \
    extern const char llmr_web_##symbol##_gzip[]; \
    extern const char llmr_web_##symbol##_end[];
extern "C" {
#include "web/asset_list.inc"
}
#undef LLMR_ASSET

namespace llmr::web {
namespace {

struct Type {
    std::string_view ending;
    std::string_view content_type;
};
constexpr std::array kTypes{
    Type{".html", "text/html; charset=utf-8"}, Type{".css", "text/css; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"}, Type{".svg", "image/svg+xml"}};

std::string_view type_of(std::string_view name) {
    for (const Type& type : kTypes)
        if (name.ends_with(type.ending)) return type.content_type;
    return "application/octet-stream";
}

/// 64 bits of the hash: enough to tell versions of a file apart.
std::string hex_of(std::string_view bytes) {
    const Sha256 hash = sha256(bytes);
    return fmt::format("{:02x}", fmt::join(hash.begin(), hash.begin() + 8, ""));
}

Asset make(std::string_view name, const char* begin, const char* gzip, const char* end) {
    Asset asset;
    asset.name = name;
    asset.content_type = type_of(name);
    asset.bytes = {begin, static_cast<std::size_t>(gzip - begin)};
    asset.gzip = {gzip, static_cast<std::size_t>(end - gzip)};
    const std::string hash = hex_of(asset.bytes);
    asset.etag = fmt::format("\"{}\"", hash);
    asset.gzip_etag = fmt::format("\"{}-gzip\"", hash);
    return asset;
}

const std::vector<Asset>& all_assets() {
#define LLMR_ASSET(symbol, name) \
    make(#name, llmr_web_##symbol, llmr_web_##symbol##_gzip, llmr_web_##symbol##_end),
    static const std::vector<Asset> assets{
#include "web/asset_list.inc"
    };
#undef LLMR_ASSET
    return assets;
}

}  // namespace

const Asset* find_asset(std::string_view name) {
    if (name.empty()) name = "index.html";
    const auto& assets = all_assets();
    const auto found = std::find_if(assets.begin(), assets.end(),
                                    [name](const Asset& asset) { return asset.name == name; });
    return found == assets.end() ? nullptr : &*found;
}

}  // namespace llmr::web
