#include <map>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/gemini_model.hpp"
#include "providers/images.hpp"
#include "providers/message_parts.hpp"
#include "providers/request_writers.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

/// What Google documents for calls that the model did not make itself: it is let pass.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

void write_text(JsonWriter& out, std::string_view text) {
    out.begin_object().field("text", text).end_object();
}

std::string place_of_part(const ChatRequest& request, const Message& message,
                          const ContentPart& part) {
    const auto index = static_cast<std::size_t>(&part - message.parts.data());
    return indexed(place_of(request, message) + ".content", index);
}

/// Whose a turn is. What tools gave is a turn of its own: it must follow the calls at once and
/// answer each of them.
enum class Side : std::uint8_t { none, user, model, tools };

/// Writes turns: messages of one side in a row become one, and what a system message says in the
/// middle of a conversation is told by the user.
class Turns {
public:
    Turns(JsonWriter& out, const ChatRequest& request, const Target& target)
        : out_(out),
          request_(request),
          with_ids_(!target.vertex),
          wants_signatures_(gemini_model(target.model).wants_signatures) {}

    std::optional<Error> write(const Message& message) {
        if (auto bad = refuse_other_parts(request_, message)) return bad;
        if (message.role == Role::tool) return write_result(message);
        if (auto bad = write_result_images()) return bad;
        const Side side = message.role == Role::assistant ? Side::model : Side::user;
        if (auto bad = write_parts(side, message)) return bad;
        return write_calls(message);
    }

    std::optional<Error> end() {
        if (auto bad = write_result_images()) return bad;
        close();
        return std::nullopt;
    }

private:
    // A turn begins with its first part: the server refuses one without any.
    void begin(Side side) {
        if (side_ == side) return;
        close();
        side_ = side;
        out_.begin_object().field("role", side == Side::model ? "model" : "user");
        out_.key("parts").begin_array();
    }

    void close() {
        if (side_ != Side::none) out_.end_array().end_object();
        side_ = Side::none;
    }

    std::optional<Error> write_image(Side side, const Message& message, const ContentPart& part) {
        const bool address = part.text.starts_with("http://") || part.text.starts_with("https://");
        if (address) {
            return unsupported(place_of_part(request_, message, part),
                               "the server that answers fetches no images; send it as a data: URI");
        }
        begin(side);
        const std::string uri = image_data_uri(part.text);
        out_.begin_object().key("inlineData").begin_object();
        out_.field("mimeType", data_uri_type(uri));
        out_.field("data", data_uri_payload(uri).value_or(part.text)).end_object().end_object();
        return std::nullopt;
    }

    // Text and images in their order. An empty text is refused by the server.
    std::optional<Error> write_parts(Side side, const Message& message) {
        for (const ContentPart& part : message.parts) {
            if (part.kind == ContentPart::Kind::image) {
                if (auto bad = write_image(side, message, part)) return bad;
            } else if (part.kind == ContentPart::Kind::text && !part.text.empty()) {
                begin(side);
                write_text(out_, part.text);
            }
        }
        return std::nullopt;
    }

    std::optional<Error> write_calls(const Message& message) {
        for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
            const ToolCall& call = message.tool_calls[i];
            const auto arguments = call_arguments(request_, message, i);
            if (!arguments) return arguments.error();
            begin(Side::model);
            const std::string id = calls_.add(call.id, call.name);
            out_.begin_object().key("functionCall").begin_object();
            if (with_ids_) out_.field("id", id);
            out_.field("name", call.name).raw_field("args", *arguments).end_object();
            // Of calls that were made together only the first has one.
            if (!call.thought_signature.empty())
                out_.field("thoughtSignature", call.thought_signature);
            else if (wants_signatures_ && i == 0)
                out_.field("thoughtSignature", kNoSignature);
            out_.end_object();
            names_[id] = call.name;
        }
        return std::nullopt;
    }

    std::optional<Error> write_result(const Message& message) {
        const auto id = answered_call(request_, message, calls_);
        if (!id) return id.error();
        begin(Side::tools);
        out_.begin_object().key("functionResponse").begin_object();
        if (with_ids_) out_.field("id", *id);
        out_.field("name", names_[*id]).key("response");
        write_response(message);
        out_.end_object().end_object();
        if (has_images(message)) with_images_.push_back(&message);
        return std::nullopt;
    }

    // An object stays one; what else a tool gave is put under Google's names for it.
    void write_response(const Message& message) {
        const std::string text = joined_text(message);
        auto object = text.empty() ? std::nullopt : arguments_object(std::string_view(text));
        if (object && !message.tool_failed) {
            out_.raw(*object);
            return;
        }
        out_.begin_object().key(message.tool_failed ? "error" : "output");
        if (object)
            out_.raw(*object);
        else
            out_.value(text);
        out_.end_object();
    }

    // A response is an object here: the images it shows go into a turn of the user behind it.
    std::optional<Error> write_result_images() {
        for (const Message* result : std::exchange(with_images_, {})) {
            for (const ContentPart& part : result->parts) {
                if (part.kind != ContentPart::Kind::image) continue;
                if (auto bad = write_image(Side::user, *result, part)) return bad;
            }
        }
        return std::nullopt;
    }

    JsonWriter& out_;
    const ChatRequest& request_;
    const bool with_ids_;
    const bool wants_signatures_;
    OpenCalls calls_;
    std::map<std::string, std::string_view> names_;  ///< of the tool, by the id of the call
    std::vector<const Message*> with_images_;        ///< results whose images are to come
    Side side_ = Side::none;
};

}  // namespace

std::optional<Error> write_gemini_contents(JsonWriter& out, const ChatRequest& request,
                                           const Target& target) {
    const std::size_t all = request.messages.size();
    std::size_t first = leading_system_messages(request);
    if (first == all) first = 0;  // a conversation of nothing is refused by the server
    Turns turns(out, request, target);
    out.begin_array();
    for (std::size_t i = first; i < all; ++i) {
        if (auto bad = turns.write(request.messages[i])) return bad;
    }
    if (auto bad = turns.end()) return bad;
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
