#pragma once

#include "classifier/features.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// The complexity a type may have, as real numbers: rounded, they are the routing table's integers.
struct Band {
    double low;
    double high;
};
Band band_of(QueryType type);

/// Rules that hold whatever else is said: they see the type the weights chose and answer the one
/// that counts. `reason` becomes the cause of a change, and stays empty without one.
QueryType apply_rules(QueryType chosen, const Features& features, Reason& reason);

}  // namespace llmr::classifier
