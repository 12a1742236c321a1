#include "routing/price_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/text.hpp"
#include "routing/price_map.hpp"
#include "routing/price_table.hpp"

namespace llmr::routing {
namespace {

constexpr std::size_t kMostBytes = 64 << 20;  // LiteLLM's whole map is about 1 MiB

Result<std::string> read_file(const std::string& path) {
    const auto fault = [](std::string why) {
        return Error(Errc::invalid_parameter, std::move(why));
    };
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return fault(std::string("cannot be read: ") + std::strerror(errno));
    std::string text;
    std::string piece(64 << 10, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
           file.gcount() > 0) {
        text.append(piece, 0, static_cast<std::size_t>(file.gcount()));
        if (text.size() > kMostBytes) return fault("is larger than 64 MiB");
    }
    if (file.bad()) return fault("cannot be read");
    return text;
}

Result<std::vector<PriceRow>> parse_rows(std::string_view text) {
    if (!trim(text).starts_with('{')) return parse_price_table(text);
    Result<PriceMap> map = parse_price_map(text);
    if (!map) return map.error();
    return std::move(map->rows);
}

Result<PriceBook> read_book(const std::string& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    std::string_view rest = *text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    Result<std::vector<PriceRow>> rows = parse_rows(rest);
    if (!rows) return rows.error();
    return PriceBook::from_rows(std::move(*rows));
}

}  // namespace

Result<PriceBook> load_prices(const std::string& path) {
    if (path.empty()) return PriceBook::built_in();
    const Result<PriceBook> book = read_book(path);
    if (!book) return Error(Errc::invalid_parameter, path + ": " + book.error().message);
    return PriceBook::built_in().overridden_by(*book);
}

}  // namespace llmr::routing
