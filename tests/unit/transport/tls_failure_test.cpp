#include <cohub/transport/detail/tls_failure.hpp>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace cohub::transport::detail {
namespace {

unsigned long ssl_error(int reason) { return ERR_PACK(ERR_LIB_SSL, 0, reason); }

TEST(TlsFailureTest, KnowsAnEndWithoutAWord)
{
    EXPECT_TRUE(is_plain_end(0));
    EXPECT_TRUE(is_plain_end(ssl_error(SSL_R_UNEXPECTED_EOF_WHILE_READING)));
    EXPECT_FALSE(is_plain_end(ssl_error(SSL_R_WRONG_VERSION_NUMBER)));
    // In another part of OpenSSL, the same number means something else.
    EXPECT_FALSE(is_plain_end(ERR_PACK(ERR_LIB_X509, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING)));
}

TEST(TlsFailureTest, SaysWhomNotToTrustAndWhatToDo)
{
    auto const code = ssl_error(SSL_R_CERTIFICATE_VERIFY_FAILED);
    failure const f = describe_tls_failure(code, X509_V_ERR_CERT_HAS_EXPIRED, true);
    EXPECT_EQ(f.code, errc::tls_untrusted);
    EXPECT_NE(f.detail.find("expired"), std::string::npos) << f.detail;
    EXPECT_NE(f.detail.find("renewed"), std::string::npos) << f.detail;
    failure const unsigned_ = describe_tls_failure(ssl_error(SSL_R_BAD_SIGNATURE), X509_V_OK, true);
    EXPECT_EQ(unsigned_.code, errc::tls_untrusted);
    EXPECT_NE(unsigned_.detail, "");
    // Certificates are checked only in the handshake.
    EXPECT_EQ(describe_tls_failure(code, X509_V_OK, false).code, errc::tls_failed);
}

// D7: the advice depends on the reason.
TEST(TlsFailureTest, AdvisesByTheReason)
{
    struct row
    {
        long verdict;
        char const* word;
    };
    for (row const& r :
         {row{X509_V_ERR_CERT_HAS_EXPIRED, "renewed"},
          row{X509_V_ERR_CERT_NOT_YET_VALID, "clock"},
          row{X509_V_ERR_HOSTNAME_MISMATCH, "another name"},
          row{X509_V_ERR_IP_ADDRESS_MISMATCH, "another name"},
          row{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "tls.ca_file"},
          row{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "tls.ca_file"},
          row{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "tls.ca_file"},
          row{X509_V_ERR_EE_KEY_TOO_SMALL, "replaced"}}) {
        failure const f =
            describe_tls_failure(ssl_error(SSL_R_CERTIFICATE_VERIFY_FAILED), r.verdict, true);
        EXPECT_EQ(f.code, errc::tls_untrusted);
        EXPECT_NE(f.detail.find(r.word), std::string::npos) << f.detail;
        bool const of_issuers = std::string_view(r.word) == "tls.ca_file";
        EXPECT_EQ(f.detail.find("ca_file") != std::string::npos, of_issuers) << f.detail;
    }
}

TEST(TlsFailureTest, AsksWhetherItIsTlsAtAll)
{
    for (int const reason :
         {SSL_R_WRONG_VERSION_NUMBER,
          SSL_R_HTTP_REQUEST,
          SSL_R_PACKET_LENGTH_TOO_LONG,
          SSL_R_UNKNOWN_PROTOCOL,
          SSL_R_UNEXPECTED_MESSAGE,
          SSL_R_BAD_RECORD_TYPE}) {
        failure const f = describe_tls_failure(ssl_error(reason), X509_V_OK, true);
        EXPECT_EQ(f.code, errc::tls_failed);
        EXPECT_NE(f.detail.find("does this port speak TLS at all?"), std::string::npos) << reason;
        failure const later = describe_tls_failure(ssl_error(reason), X509_V_OK, false);
        EXPECT_EQ(later.detail.find("at all?"), std::string::npos) << reason;
    }
    failure const alert =
        describe_tls_failure(ssl_error(SSL_R_TLSV1_ALERT_PROTOCOL_VERSION), X509_V_OK, true);
    EXPECT_EQ(alert.code, errc::tls_failed);
    EXPECT_EQ(alert.detail.find("at all?"), std::string::npos) << alert.detail;
}

}  // namespace
}  // namespace cohub::transport::detail
