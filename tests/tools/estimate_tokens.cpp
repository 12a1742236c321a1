// Reads texts that end with a NUL byte from stdin and writes the estimated tokens of each, one per
// line. For tests/tools/measure_tokens.py.
#include <iostream>
#include <string>

#include "core/text.hpp"

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string text; std::getline(std::cin, text, '\0');)
        std::cout << llmr::estimate_tokens(text) << '\n';
    return std::cout.flush() ? 0 : 1;
}
