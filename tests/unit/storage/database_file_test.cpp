#include "storage/database_file.hpp"

#include <fstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat info{};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777U;
}

}  // namespace

TEST_CASE("directories are made for the owner alone, and so are the files") {
    const TempDir dir;
    const std::string path = dir.file("state/router/ledger.db");
    const auto ledger = open_ledger(path);
    CHECK(mode_of(dir.file("state")) == 0700U);
    CHECK(mode_of(dir.file("state/router")) == 0700U);
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
        CAPTURE(suffix);
        CHECK(mode_of(path + suffix) == 0600U);
    }
}

TEST_CASE("a second ledger on the same file is refused until the first is gone") {
    const TempDir dir;
    auto first = open_ledger(dir.file("ledger.db"));
    LedgerOptions options;
    options.path = dir.file("ledger.db");
    const auto second = Ledger::open(options);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().message.find("in use") != std::string::npos);
    first.reset();
    CHECK(Ledger::open(options).has_value());
}

TEST_CASE("what cannot be opened is reported with its path and a reason") {
    const TempDir dir;
    std::ofstream(dir.file("text")) << "this is no database, but long enough to look like one\n"
                                    << std::string(200, 'x');
    struct Row {
        std::string path;
        const char* reason;
    };
    for (const Row& row : {Row{dir.file("text"), "not a database"},
                           Row{dir.file("text/below.db"), "directory"}, Row{"", "no path"}}) {
        LedgerOptions options;
        options.path = row.path;
        const auto result = Ledger::open(options);
        CAPTURE(row.path);
        REQUIRE_FALSE(result.has_value());
        CAPTURE(result.error().message);
        CHECK(result.error().code == Errc::ledger_unavailable);
        CHECK(result.error().message.find(row.path) != std::string::npos);
        CHECK(result.error().message.find(row.reason) != std::string::npos);
    }
}

TEST_CASE("network file systems are told from local ones") {
    CHECK(unsuitable_file_system(0x6969).value_or("") == "NFS");
    CHECK(unsuitable_file_system(0x01021997).value_or("") == "9p");
    CHECK(unsuitable_file_system(0xFE534D42).value_or("") == "SMB2");
    CHECK(unsuitable_file_system(0x65735546).value_or("") == "FUSE");
    for (const long long local : {0xEF53LL, 0x58465342LL, 0x9123683ELL, 0x01021994LL, 0x794C7630LL})
        CHECK_FALSE(unsuitable_file_system(local).has_value());
}
