#include "net/local_address.hpp"

#include "core/host_class.hpp"

namespace llmr::net {

bool is_local_address(const boost::asio::ip::address& address) {
    return is_private_host(address.to_string());
}

}  // namespace llmr::net
