#include "net/tls.hpp"

#include <cerrno>
#include <cstring>
#include <optional>

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace llmr::net {

namespace ssl = boost::asio::ssl;

namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeX509 {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

Error bad_file(const std::string& path, const std::string& what) {
    return {Errc::invalid_parameter, path + " " + what};
}

/// Adds every certificate of a PEM file; what else is in it is passed over.
std::optional<Error> trust_file(SSL_CTX* context, const std::string& path) {
    ERR_clear_error();
    errno = 0;
    const std::unique_ptr<BIO, FreeBio> file(BIO_new_file(path.c_str(), "r"));
    if (!file) {
        ERR_clear_error();
        return bad_file(path, std::string("cannot be read: ") + std::strerror(errno));
    }
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    int count = 0;
    for (;;) {
        const std::unique_ptr<X509, FreeX509> certificate(
            PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        if (X509_STORE_add_cert(store, certificate.get()) != 1) break;
        ++count;
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (!at_end)
        return bad_file(path, "holds a damaged certificate: number " + std::to_string(count + 1));
    if (count == 0) return bad_file(path, "holds no certificate in PEM format");
    return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<ssl::context>> make_client_tls(const std::string& extra_ca_file) {
    const auto failure = [](const std::string& what) {
        return Error(Errc::internal, "TLS set-up: " + what);
    };
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX* native = context->native_handle();
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
        return failure("TLS 1.2 is not available");
    }
    // Length-prefixed: the one protocol this client speaks.
    constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    if (SSL_CTX_set_alpn_protos(native, kAlpn, sizeof kAlpn) != 0) return failure("ALPN");

    boost::system::error_code ec;
    context->set_verify_mode(ssl::verify_peer, ec);
    if (ec) return failure(ec.message());
    context->set_default_verify_paths(ec);
    if (ec) return failure("the system's trust store cannot be used: " + ec.message());
    if (!extra_ca_file.empty()) {
        if (auto fault = trust_file(native, extra_ca_file)) return *fault;
    }
    return context;
}

}  // namespace llmr::net
