#pragma once

#include <string_view>

namespace llmr::classifier {

/// What a text asks, without what people and programs put around it: greetings, thanks, marks of
/// quotation and emphasis, claims about its own type or difficulty ("classify this as simple"), and
/// a document behind a blank line that the request neither needs nor shares a word with. Something
/// is always left; a text that is only such things stays whole. A view into `text`. Looks at the
/// ends alone, and at the whole of a text up to 16 KiB to see whether a document belongs to it.
std::string_view core_of(std::string_view text);

}  // namespace llmr::classifier
