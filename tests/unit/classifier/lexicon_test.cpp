#include "classifier/lexicon.hpp"

#include <string_view>

#include <doctest/doctest.h>

#include "classifier/unicode.hpp"

namespace llmr::classifier_test {
namespace {

using classifier::Cue;

classifier::CueSet look_up(std::string_view word) {
    classifier::Fingerprint print;
    for (std::size_t at = 0; at < word.size();) {
        print.add(classifier::fold(classifier::decode(word, at)).first);
    }
    return classifier::Lexicon::instance().find(print.value());
}

}  // namespace

TEST_CASE("words are found whole, in any case and with or without accents") {
    CHECK(has(look_up("summarize"), Cue::summarize));
    CHECK(has(look_up("SUMMARIZE"), Cue::summarize));
    CHECK(has(look_up("résume"), Cue::summarize));
    CHECK(has(look_up("resume"), Cue::summarize));
    CHECK(has(look_up("函数"), Cue::artefact));
    CHECK(look_up("summarizer") == 0);
    CHECK(look_up("classical") == 0);
    CHECK(look_up("debris") == 0);
}

TEST_CASE("one slip of the finger is forgiven in long words, two are not") {
    const classifier::Lexicon& lexicon = classifier::Lexicon::instance();
    CHECK(has(lexicon.find_misspelt("sumamrize"), Cue::summarize));
    CHECK(has(lexicon.find_misspelt("fucntion"), Cue::artefact));
    CHECK(has(lexicon.find_misspelt("functon"), Cue::artefact));
    CHECK(has(lexicon.find_misspelt("pyhton"), Cue::code_strong));
    CHECK(has(lexicon.find_misspelt("wirte"), Cue::create));
    CHECK(lexicon.find_misspelt("ucnftion") == 0);
    CHECK(lexicon.find_misspelt("fun") == 0);
    CHECK(lexicon.find_misspelt("") == 0);
}

}  // namespace llmr::classifier_test
