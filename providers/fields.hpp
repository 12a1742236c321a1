#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "core/error.hpp"

namespace llmr::providers {

/// "a string", "an array", ...: for messages about wrong types.
std::string_view describe_type(simdjson::dom::element value);

/// Typed reads of one JSON object of a request. Missing and null read as nothing; a wrong type
/// reads as nothing and is remembered in `error` (the first one only): invalid_parameter with the
/// full path of the field and what was expected.
class Fields {
public:
    /// `path` is the place of `object` in the request, for example "messages[3]"; empty for the
    /// root.
    Fields(simdjson::dom::element object, std::optional<Error>& error, std::string path = {})
        : object_(object), error_(error), path_(std::move(path)) {}

    std::optional<std::string_view> string(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    /// Also a float, cut to an integer.
    std::optional<std::int64_t> integer(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<simdjson::dom::element> object(std::string_view key) const;
    std::optional<simdjson::dom::array> array(std::string_view key) const;
    std::optional<simdjson::dom::element> any(std::string_view key) const;

    /// The place of a member: "messages[3].content".
    std::string path_of(std::string_view key) const;
    /// Remembers that `key` should have been `expected`.
    void fail(std::string_view key, std::string_view expected) const;

private:
    simdjson::dom::element object_;
    std::optional<Error>& error_;
    std::string path_;
};

/// `{}`: what stands for an object that the client left out. Lives as long as the program.
simdjson::dom::element empty_object();

/// "messages" and 3 give "messages[3]".
std::string indexed(std::string_view path, std::size_t index);

/// "'stop' must be a string, not an array", naming `param`.
Error wrong_type(std::string param, std::string_view expected, simdjson::dom::element value);
/// A parameter that cannot be honoured by the upstream that was chosen.
Error unsupported(std::string param, std::string_view why);

}  // namespace llmr::providers
