#pragma once

#include <array>

#include "classifier/features.hpp"
#include "classifier/signals.hpp"
#include "classifier/zone_sums.hpp"

namespace llmr::classifier {

/// Adds what the hand-set weights of the signals (weights.hpp) say, as a small part of the
/// log-odds. It keeps plain requests in rare languages right, which the learned weights have seen
/// little of.
void add_prior(std::array<float, kTypes>& odds, const Features& features, const Signals& signals);

}  // namespace llmr::classifier
