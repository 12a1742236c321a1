#include <cstdio>
#include <cstdlib>

#include "classifier/model.hpp"

extern "C" {
extern const std::byte llmr_classifier_weights[];
extern const std::byte llmr_classifier_weights_end[];
}

namespace llmr::classifier {

std::span<const std::byte> built_in_weights() {
    return {llmr_classifier_weights, llmr_classifier_weights_end};
}

const Model& Model::built_in() {
    static const Model model = [] {
        auto read = Model::read(built_in_weights());
        if (!read) {
            // Only a build with weights of another version comes here; its tests fail.
            std::fprintf(stderr, "the built-in weights file %s\n", read.error().message.c_str());
            std::abort();
        }
        return std::move(*read);
    }();
    return model;
}

}  // namespace llmr::classifier
