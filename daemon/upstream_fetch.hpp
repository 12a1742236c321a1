#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/local_only.hpp"
#include "daemon/worker.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

/// A management call to an upstream (never inference): the whole body of a 2xx answer.
/// `path` must outlive the call; an empty `body` is a GET; `rule` is that of the client it is made
/// for. Errors as of HttpClient, and the upstream's own for other statuses.
net::Task<Result<std::string>> fetch_from(Worker& worker, std::size_t upstream_index,
                                          std::string_view path, std::string body, LocalOnly rule);

}  // namespace llmr::daemon
