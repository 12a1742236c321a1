#pragma once

#include "classifier/dense_features.hpp"
#include "classifier/features.hpp"
#include "classifier/model.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// Adds what spoke most for the type that was chosen: signals in words, and where the words stand
/// that did. `why_type` is false where the type was not for the classifier to choose.
void tell_reasons(Classification& result, const Features& features, const DenseFeatures& dense,
                  const Verdict& verdict, const Model& model, bool why_type);

}  // namespace llmr::classifier
