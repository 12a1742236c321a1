#include "net/body_decoder.hpp"

#include <string>
#include <zlib.h>
#include <zstd.h>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::net;

namespace {

constexpr std::size_t kLimit = 1 << 20;
constexpr int kGzip = 15 + 16;
constexpr int kZlib = 15;
constexpr int kRaw = -15;

std::string deflated(const std::string& text, int frame) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, frame, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
    REQUIRE_FALSE(ZSTD_isError(size));
    out.resize(size);
    return out;
}

std::string decoded(std::string_view coding, const std::string& body) {
    auto text = decode_body(coding, body, kLimit);
    return text ? *text : "error: " + std::string(code_string(text.error().code));
}

std::string long_text() {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += std::to_string(i) + " bottles ";
    return text;
}

}  // namespace

TEST_CASE("every known coding gives the text back") {
    for (const std::string& text : {std::string(R"({"model":"auto"})"), long_text()}) {
        CHECK(decoded("gzip", deflated(text, kGzip)) == text);
        CHECK(decoded("x-gzip", deflated(text, kGzip)) == text);
        CHECK(decoded(" GZip ", deflated(text, kGzip)) == text);
        CHECK(decoded("deflate", deflated(text, kZlib)) == text);
        CHECK(decoded("deflate", deflated(text, kRaw)) == text);
        CHECK(decoded("zstd", zstd(text)) == text);
        CHECK(decoded("identity", text) == text);
    }
}

TEST_CASE("several gzip members and several zstd frames are one text") {
    CHECK(decoded("gzip", deflated("one ", kGzip) + deflated("two", kGzip)) == "one two");
    CHECK(decoded("zstd", zstd("one ") + zstd("two")) == "one two");
}

TEST_CASE("broken, cut and trailing data is refused") {
    const std::string text = long_text();
    for (const std::string& coding :
         {std::string("gzip"), std::string("deflate"), std::string("zstd")}) {
        CAPTURE(coding);
        const std::string whole = coding == "gzip"      ? deflated(text, kGzip)
                                  : coding == "deflate" ? deflated(text, kZlib)
                                                        : zstd(text);
        CHECK(decoded(coding, "") == "error: bad_request");
        CHECK(decoded(coding, "{\"model\":\"auto\"}") == "error: bad_request");
        CHECK(decoded(coding, whole + "more") == "error: bad_request");
        for (const std::size_t size : {std::size_t(1), whole.size() / 2, whole.size() - 1})
            CHECK(decoded(coding, whole.substr(0, size)) == "error: bad_request");
        std::string flipped = whole;
        flipped[whole.size() / 2] = static_cast<char>(~flipped[whole.size() / 2]);
        CHECK(decoded(coding, flipped) != text);
    }
}

TEST_CASE("a bomb is stopped at the limit") {
    const std::string zeros(64 << 20, '\0');
    for (const std::string& coding :
         {std::string("gzip"), std::string("deflate"), std::string("zstd")}) {
        CAPTURE(coding);
        const std::string bomb = coding == "gzip"      ? deflated(zeros, kGzip)
                                 : coding == "deflate" ? deflated(zeros, kZlib)
                                                       : zstd(zeros);
        CHECK(bomb.size() < 100'000);
        CHECK(decoded(coding, bomb) == "error: body_too_large");
    }
    const std::string exact(kLimit, 'a');
    CHECK(decoded("gzip", deflated(exact, kGzip)) == exact);
    CHECK(decoded("zstd", zstd(exact)) == exact);
    CHECK(decoded("gzip", deflated(exact + "a", kGzip)) == "error: body_too_large");
}

TEST_CASE("a zstd frame that wants a huge window is refused, not allocated") {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    const std::string text(1000, 'a');
    std::string out(2000, '\0');
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer produced{out.data(), out.size(), 0};
    REQUIRE(ZSTD_compressStream2(context, &produced, &in, ZSTD_e_flush) == 0);
    REQUIRE(ZSTD_compressStream2(context, &produced, &in, ZSTD_e_end) == 0);
    ZSTD_freeCCtx(context);
    out.resize(produced.pos);
    CHECK(decoded("zstd", out) == "error: bad_request");
}

TEST_CASE("an unknown coding is named as what it is") {
    for (const char* coding : {"br", "compress", "gzip, gzip", "rot13"}) {
        const auto text = decode_body(coding, "x", kLimit);
        REQUIRE_FALSE(text.has_value());
        CHECK(text.error().code == Errc::unsupported_parameter);
        CHECK(text.error().param == "content-encoding");
    }
}
