#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "simulator/delivery.hpp"

namespace llmr::simulator {

/// Waits until the model of a reply with `enter` is in memory, and fills the reply. Null: the peer
/// left first. Both arguments must outlive the operation.
boost::asio::awaitable<std::shared_ptr<ModelMemory::Guest>> wait_for_memory(Connection& connection,
                                                                            Reply& reply);

}  // namespace llmr::simulator
