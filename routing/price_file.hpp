#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "routing/price_book.hpp"

namespace llmr::routing {

/// The prices of a file, and what of it they leave out.
struct PriceFile {
    PriceBook book;
    std::size_t left_out = 0;                 ///< entries of a JSON map that give no price by token
    std::vector<std::string> first_left_out;  ///< names of a few of them
};

/// The built-in prices under those of a file: a JSON price map (price_map.hpp) if its first
/// character is a brace, else the project's own table (price_table.hpp). An empty path: the
/// built-in ones alone. Reads the file, so not for an I/O thread. Errors: invalid_parameter with
/// the path and the line or entry; the file cannot be read; it is larger than 64 MiB.
Result<PriceFile> read_price_file(const std::string& path);
/// Their book alone.
Result<PriceBook> load_prices(const std::string& path);

}  // namespace llmr::routing
