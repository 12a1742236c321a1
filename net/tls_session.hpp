#pragma once

#include <memory>
#include <string>

#include <boost/system/error_code.hpp>
#include <openssl/ssl.h>

namespace llmr::net {

struct FreeTlsSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
/// What lets a later handshake with the same server skip the certificate exchange.
using TlsSession = std::unique_ptr<SSL_SESSION, FreeTlsSession>;

/// Before the handshake: the peer's certificate must be for `host` (a name, sent as SNI too, or an
/// address). False if OpenSSL refuses the name.
bool expect_peer(SSL* ssl, const std::string& host);
/// The session of a connection on which the server has answered; null if it cannot be resumed.
TlsSession resumable_session(SSL* ssl);
/// "TLS: certificate verify failed (self-signed certificate)".
std::string describe_tls_failure(const boost::system::error_code& ec, SSL* ssl);

}  // namespace llmr::net
