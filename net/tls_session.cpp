#include "net/tls_session.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "net/transport_error.hpp"

namespace llmr::net {

bool expect_peer(SSL* ssl, const std::string& host) {
    boost::system::error_code not_literal;
    boost::asio::ip::make_address(host, not_literal);
    if (!not_literal) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    }
    // SSL_set_tlsext_host_name is a macro that casts away const; this is what it does.
    std::string name = host;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) ==
               1 &&
           SSL_set1_host(ssl, host.c_str()) == 1;
}

TlsSession resumable_session(SSL* ssl) {
    TlsSession session(SSL_get1_session(ssl));
    if (session && SSL_SESSION_is_resumable(session.get()) != 1) session.reset();
    return session;
}

std::string describe_tls_failure(const boost::system::error_code& ec, SSL* ssl) {
    if (ec.category() != boost::asio::error::get_ssl_category()) return "TLS: " + describe(ec);
    const char* reason = ERR_reason_error_string(static_cast<unsigned long>(ec.value()));
    std::string text = "TLS: ";
    text += reason != nullptr ? reason : "handshake failed";
    const long verified = SSL_get_verify_result(ssl);
    if (verified != X509_V_OK) {
        text.append(" (").append(X509_verify_cert_error_string(verified)).append(")");
    }
    return text;
}

}  // namespace llmr::net
