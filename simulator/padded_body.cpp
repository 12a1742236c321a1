#include "simulator/padded_body.hpp"

#include <utility>

namespace llmr::simulator {
namespace {

class PaddedBody : public EventSource {
public:
    PaddedBody(std::string padding, std::string body, std::int64_t tokens)
        : padding_(std::move(padding)), body_(std::move(body)), tokens_(static_cast<int>(tokens)) {}

    std::optional<int> next(std::string& out) override {
        switch (stage_++) {
            case 0:
                out += padding_;
                return kAtOnce;
            case 1:
                // Once the first token is there; what follows waits for all of them.
                out += padding_;
                return tokens_;
            case 2:
                out += body_;
                return 0;
            default:
                return std::nullopt;
        }
    }

private:
    std::string padding_;
    std::string body_;
    int tokens_;
    int stage_ = 0;
};

}  // namespace

void pad_body(Reply& reply, std::string padding) {
    reply.events = std::make_unique<PaddedBody>(std::move(padding), std::exchange(reply.body, {}),
                                                reply.body_tokens);
}

}  // namespace llmr::simulator
