#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace llmr::test {

/// A self-signed certificate made on the spot, its server context, and the certificate as a file
/// that a client can be told to trust.
class TestCertificate {
public:
    /// `alt_names` as in OpenSSL's configuration: "DNS:localhost,IP:127.0.0.1".
    /// It holds for an hour before and after `seconds_from_now`.
    explicit TestCertificate(const std::string& alt_names, long seconds_from_now = 0)
        : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free),
          certificate_(X509_new(), X509_free) {
        X509* x = certificate_.get();
        X509_set_version(x, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), seconds_from_now - 3600);
        X509_gmtime_adj(X509_getm_notAfter(x), seconds_from_now + 3600);
        X509_set_pubkey(x, key_.get());
        X509_NAME* name = X509_get_subject_name(x);
        // OpenSSL finds authorities by name.
        const std::string common_name = ("test " + alt_names).substr(0, 64);
        const auto* common = reinterpret_cast<const unsigned char*>(common_name.c_str());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
        X509_set_issuer_name(x, name);
        extend(NID_basic_constraints, "critical,CA:TRUE");
        extend(NID_subject_alt_name, alt_names.c_str());
        check(X509_sign(x, key_.get(), EVP_sha256()) > 0);
        write_file();
        make_context();
    }
    ~TestCertificate() { std::remove(path_.c_str()); }
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;

    SSL_CTX* server() const { return context_.get(); }
    const std::string& path() const { return path_; }

private:
    static void check(bool ok) {
        if (!ok) throw std::runtime_error("cannot make a test certificate");
    }

    void extend(int nid, const char* value) {
        X509V3_CTX context{};
        X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
        check(extension != nullptr);
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    void write_file() {
        char name[] = "/tmp/llmr-test-ca-XXXXXX";
        const int fd = ::mkstemp(name);
        check(fd >= 0);
        path_ = name;
        std::FILE* file = ::fdopen(fd, "w");
        PEM_write_X509(file, certificate_.get());
        std::fclose(file);
    }

    void make_context() {
        context_.reset(SSL_CTX_new(TLS_server_method()));
        check(SSL_CTX_use_certificate(context_.get(), certificate_.get()) == 1);
        check(SSL_CTX_use_PrivateKey(context_.get(), key_.get()) == 1);
    }

    struct FreeContext {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::unique_ptr<X509, decltype(&X509_free)> certificate_;
    std::unique_ptr<SSL_CTX, FreeContext> context_;
    std::string path_;
};

}  // namespace llmr::test
