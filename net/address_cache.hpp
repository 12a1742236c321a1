#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "core/clock.hpp"

namespace llmr::net {

using Addresses = std::vector<boost::asio::ip::address>;

/// Alternates the families, beginning with that of the first address, so that one broken family
/// costs one attempt (RFC 8305, section 4). The order within a family stays. Duplicates go.
Addresses interleave(const Addresses& addresses);

/// What names resolved to, for `ttl`. Names come from configuration, so there are few. One thread.
class AddressCache {
public:
    explicit AddressCache(std::chrono::seconds ttl = std::chrono::seconds(30)) : ttl_(ttl) {}

    /// Null if the name is unknown or its entry is too old.
    const Addresses* find(const std::string& host, SteadyTime now) const;
    void store(const std::string& host, Addresses addresses, SteadyTime now);

private:
    struct Entry {
        Addresses addresses;
        SteadyTime until;
    };

    std::chrono::seconds ttl_;
    std::map<std::string, Entry> entries_;
};

}  // namespace llmr::net
