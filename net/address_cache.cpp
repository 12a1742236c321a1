#include "net/address_cache.hpp"

#include <algorithm>
#include <utility>

namespace llmr::net {

Addresses interleave(const Addresses& addresses) {
    Addresses first;
    Addresses second;
    for (const auto& address : addresses) {
        Addresses& family = address.is_v6() == addresses.front().is_v6() ? first : second;
        if (std::find(family.begin(), family.end(), address) == family.end()) {
            family.push_back(address);
        }
    }
    Addresses result;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) result.push_back(first[i]);
        if (i < second.size()) result.push_back(second[i]);
    }
    return result;
}

const Addresses* AddressCache::find(const std::string& host, SteadyTime now) const {
    const auto entry = entries_.find(host);
    if (entry == entries_.end() || entry->second.until <= now) return nullptr;
    return &entry->second.addresses;
}

void AddressCache::store(const std::string& host, Addresses addresses, SteadyTime now) {
    entries_[host] = Entry{std::move(addresses), now + ttl_};
}

}  // namespace llmr::net
