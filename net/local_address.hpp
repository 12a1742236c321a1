#pragma once

#include <boost/asio/ip/address.hpp>

namespace llmr::net {

/// True for the addresses of this machine and its network, as is_private_host has them.
bool is_local_address(const boost::asio::ip::address& address);

}  // namespace llmr::net
