#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "routing/replay.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::daemon {

/// The queries that rows of the ledger tell of, as `replay` wants them: some 150 bytes each. Rows
/// come in any order; those that are open still are left out. Not thread-safe.
class RecordedQueries {
public:
    void add(const storage::AttemptRow& row);
    std::size_t size() const { return queries_.size(); }
    std::vector<routing::RecordedQuery>& queries() { return queries_; }
    /// The name of RecordedQuery::model.
    const std::string& model_name(std::uint32_t number) const { return models_.at(number); }

private:
    routing::RecordedQuery& query_of(const storage::AttemptRow& row);
    std::uint32_t number_of(const std::string& model);

    std::vector<routing::RecordedQuery> queries_;
    std::unordered_map<std::int64_t, std::size_t> by_seq_;
    std::vector<int> last_attempt_;  ///< of each query: the number of the attempt it shows
    std::vector<std::string> models_;
    std::unordered_map<std::string, std::uint32_t> model_numbers_;
};

}  // namespace llmr::daemon
