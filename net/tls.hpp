#pragma once

#include <memory>
#include <string>

#include "core/error.hpp"

namespace boost::asio::ssl {
class context;
}

namespace llmr::net {

/// A client context: TLS 1.2 or newer, the system's trust store (plus `extra_ca_file` if not
/// empty), peer verification on. Shared by all connections of a thread or process.
Result<std::shared_ptr<boost::asio::ssl::context>> make_client_tls(
    const std::string& extra_ca_file = {});

}  // namespace llmr::net
