#include "net/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace llmr::net {

namespace ssl = boost::asio::ssl;

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
        context->load_verify_file(extra_ca_file, ec);
        if (ec) return failure("cannot load " + extra_ca_file + ": " + ec.message());
    }
    return context;
}

}  // namespace llmr::net
