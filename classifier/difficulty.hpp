#pragma once

#include "classifier/features.hpp"
#include "classifier/signals.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// How hard the query is within its type, as a real number on the scale of 1 to 10 and inside the
/// type's band.
double difficulty(QueryType type, const Features& features, const Signals& signals);

}  // namespace llmr::classifier
