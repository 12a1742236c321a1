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

Result<PriceMap> parse_rows(std::string_view text) {
    if (trim(text).starts_with('{')) return parse_price_map(text);
    Result<std::vector<PriceRow>> rows = parse_price_table(text);
    if (!rows) return rows.error();
    PriceMap map;
    map.rows = std::move(*rows);
    return map;
}

Result<PriceFile> read_book(const std::string& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    std::string_view rest = *text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    Result<PriceMap> map = parse_rows(rest);
    if (!map) return map.error();
    Result<PriceBook> book = PriceBook::from_rows(std::move(map->rows));
    if (!book) return book.error();
    return PriceFile{std::move(*book), map->left_out, std::move(map->first_left_out)};
}

}  // namespace

Result<PriceFile> read_price_file(const std::string& path) {
    if (path.empty()) return PriceFile{PriceBook::built_in(), 0, {}};
    Result<PriceFile> file = read_book(path);
    if (!file) return Error(Errc::invalid_parameter, path + ": " + file.error().message);
    file->book = PriceBook::built_in().overridden_by(file->book);
    return file;
}

Result<PriceBook> load_prices(const std::string& path) {
    Result<PriceFile> file = read_price_file(path);
    if (!file) return file.error();
    return std::move(file->book);
}

}  // namespace llmr::routing
