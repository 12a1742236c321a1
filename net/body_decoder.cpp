#include "net/body_decoder.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <zlib.h>
#include <zstd.h>

#include "core/text.hpp"

namespace llmr::net {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
/// zlib's numbers for the frames: gzip, zlib, and none.
constexpr int kGzipFrame = 15 + 16;
constexpr int kZlibFrame = 15;
constexpr int kNoFrame = -15;
/// 8 MiB, what RFC 9659 allows a sender: a frame that wants more would make us allocate it.
constexpr int kZstdWindowLog = 23;

using Block = std::array<char, kBlock>;

Error broken(std::string_view coding) {
    return {Errc::bad_request, "the request body is not valid " + std::string(coding) + " data",
            "content-encoding"};
}

Error too_large() {
    return {Errc::body_too_large, "the decoded request body is larger than this server accepts"};
}

/// False: it would be more than `limit`.
bool append(std::string& out, const Block& block, std::size_t size, std::size_t limit) {
    if (size > limit - out.size()) return false;
    out.append(block.data(), size);
    return true;
}

/// zlib's state, freed on every way out.
class Inflater {
public:
    explicit Inflater(int frame) { ready_ = inflateInit2(&stream_, frame) == Z_OK; }
    ~Inflater() {
        if (ready_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool ready() const { return ready_; }
    void set_input(std::string_view bytes) {
        // The interface of zlib is older than const; it does not write there.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    std::size_t left() const { return stream_.avail_in; }
    /// zlib's result; `size`: how many bytes of `block` were filled.
    int run(Block& block, std::size_t& size) {
        stream_.next_out = reinterpret_cast<Bytef*>(block.data());
        stream_.avail_out = static_cast<uInt>(block.size());
        const int result = inflate(&stream_, Z_NO_FLUSH);
        size = block.size() - stream_.avail_out;
        return result;
    }
    bool restart() { return inflateReset(&stream_) == Z_OK; }

private:
    z_stream stream_{};
    bool ready_ = false;
};

/// A gzip file may have several members, one after the other; zlib's frame comes once.
Result<std::string> inflate_body(std::string_view coding, std::string_view body, int frame,
                                 std::size_t limit) {
    Inflater inflater(frame);
    if (!inflater.ready()) return Error(Errc::internal, "zlib cannot start");
    inflater.set_input(body);
    const auto block = std::make_unique<Block>();
    std::string out;
    for (;;) {
        std::size_t size = 0;
        const int result = inflater.run(*block, size);
        if (!append(out, *block, size, limit)) return too_large();
        if (result == Z_STREAM_END) {
            if (inflater.left() == 0) return out;
            if (frame != kGzipFrame || !inflater.restart()) return broken(coding);
            continue;
        }
        // Z_BUF_ERROR: the input ended in the middle.
        if (result != Z_OK) return broken(coding);
    }
}

/// RFC 9110 means zlib's frame by "deflate"; some clients leave it out.
int frame_of_deflate(std::string_view body) {
    if (body.size() < 2) return kNoFrame;
    const unsigned first = static_cast<unsigned char>(body[0]);
    const unsigned second = static_cast<unsigned char>(body[1]);
    const bool framed = (first & 0x0FU) == 8 && (first * 256 + second) % 31 == 0;
    return framed ? kZlibFrame : kNoFrame;
}

struct FreeZstd {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Result<std::string> unzstd(std::string_view body, std::size_t limit) {
    const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
    if (!context) return Error(Errc::internal, "zstd cannot start");
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
    const auto block = std::make_unique<Block>();
    ZSTD_inBuffer in{body.data(), body.size(), 0};
    std::string out;
    std::size_t wanted = 0;
    bool full = false;
    while (in.pos < in.size || full) {
        ZSTD_outBuffer produced{block->data(), block->size(), 0};
        wanted = ZSTD_decompressStream(context.get(), &produced, &in);
        if (ZSTD_isError(wanted) != 0) return broken("zstd");
        if (!append(out, *block, produced.pos, limit)) return too_large();
        // A block that is full may have more behind it, although all input is taken.
        full = produced.pos == produced.size && wanted != 0;
    }
    if (wanted != 0 || body.empty()) return broken("zstd");  // the frame did not end
    return out;
}

}  // namespace

Result<std::string> decode_body(std::string_view coding, std::string_view body, std::size_t limit) {
    const std::string name = to_lower(trim(coding));
    if (name == "gzip" || name == "x-gzip") return inflate_body("gzip", body, kGzipFrame, limit);
    if (name == "deflate") return inflate_body(name, body, frame_of_deflate(body), limit);
    if (name == "zstd") return unzstd(body, limit);
    if (name == "identity" || name.empty()) return std::string(body);
    return Error(Errc::unsupported_parameter,
                 "the content coding is not supported; known are gzip, deflate and zstd",
                 "content-encoding");
}

}  // namespace llmr::net
