#pragma once

#include <string>
#include <string_view>

/// The files of the dashboard, held in the program. Thread-safe, without I/O.
namespace llmr::web {

struct Asset {
    std::string_view name;  ///< "index.html"
    std::string_view content_type;
    std::string_view bytes;
    std::string_view gzip;  ///< the same, compressed
    std::string etag;       ///< strong, with its quotes, of `bytes`
    std::string gzip_etag;  ///< of `gzip`: another representation
};

/// By name; the empty name is the page itself. Null if there is no such file.
const Asset* find_asset(std::string_view name);

}  // namespace llmr::web
