#include "cohub/fake/pki.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <type_traits>

namespace {

using namespace std::chrono_literals;
using cohub::fake::authority;
using cohub::fake::certificate_request;
using cohub::fake::identity;

static_assert(!std::is_aggregate_v<identity>);
static_assert(!std::is_aggregate_v<certificate_request>);

using x509 = std::shared_ptr<X509>;
using pkey = std::shared_ptr<EVP_PKEY>;

std::shared_ptr<BIO> reader(std::string const& pem)
{
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all};
}

x509 certificate(std::string const& pem)
{
    return {PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr), X509_free};
}

pkey key(std::string const& pem)
{
    return {PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

/// X509_V_OK, or the reason why a client that trusts `root` refuses `who`.
int verify(identity const& who, std::string const& root)
{
    std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
    X509_STORE_add_cert(store.get(), certificate(root).get());
    std::shared_ptr<STACK_OF(X509)> chain(sk_X509_new_null(), [](STACK_OF(X509) * s) {
        sk_X509_pop_free(s, X509_free);
    });
    auto const bio = reader(who.chain_pem);
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        sk_X509_push(chain.get(), next);
    }
    ERR_clear_error();
    x509 const leaf = certificate(who.certificate_pem);
    std::shared_ptr<X509_STORE_CTX> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), chain.get());
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

TEST(PkiTest, LeafIsTrustedThroughItsRoot)
{
    authority const ca("cohub fake CA");
    identity const id =
        ca.issue(certificate_request("localhost").dns("localhost").ip("127.0.0.1").ip("::1"));
    EXPECT_EQ(verify(id, ca.pem()), X509_V_OK);
    x509 const leaf = certificate(id.certificate_pem);
    EXPECT_EQ(X509_check_host(leaf.get(), "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(leaf.get(), "example.org", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.2", 0), 0);
    EXPECT_EQ(X509_check_private_key(leaf.get(), key(id.key_pem).get()), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(key(id.key_pem).get()), 256);
}

TEST(PkiTest, UnknownRootIsRefused)
{
    authority const ca("one");
    authority const other("two");
    EXPECT_EQ(
        verify(ca.issue(cohub::fake::loopback_request()), other.pem()),
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    );
}

TEST(PkiTest, ValidityIsCountedFromNow)
{
    authority const ca("cohub fake CA");
    auto expired = cohub::fake::loopback_request();
    expired.not_before(-48h).not_after(-1h);
    EXPECT_EQ(verify(ca.issue(expired), ca.pem()), X509_V_ERR_CERT_HAS_EXPIRED);
    auto early = cohub::fake::loopback_request();
    early.not_before(1h).not_after(48h);
    EXPECT_EQ(verify(ca.issue(early), ca.pem()), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(PkiTest, IntermediateCarriesTheChain)
{
    authority const root("root");
    authority const deep = root.intermediate("middle").intermediate("lower");
    identity const id = deep.issue(cohub::fake::loopback_request());
    EXPECT_EQ(verify(id, root.pem()), X509_V_OK);
    identity const bare(id.certificate_pem, id.key_pem);
    EXPECT_NE(verify(bare, root.pem()), X509_V_OK);
    EXPECT_EQ(id.full_chain_pem(), id.certificate_pem + id.chain_pem);
}

TEST(PkiTest, SelfSignedLeafIsVouchedForByNobody)
{
    authority const ca("cohub fake CA");
    EXPECT_EQ(
        verify(cohub::fake::self_signed(cohub::fake::loopback_request()), ca.pem()),
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
    );
}

TEST(PkiTest, RsaOnRequest)
{
    authority const ca("cohub fake CA");
    auto request = cohub::fake::loopback_request();
    identity const id = ca.issue(request.rsa());
    EXPECT_EQ(EVP_PKEY_get_base_id(key(id.key_pem).get()), EVP_PKEY_RSA);
    EXPECT_EQ(verify(id, ca.pem()), X509_V_OK);
}

TEST(PkiTest, NoAlternativeNameUnlessAsked)
{
    authority const ca("cohub fake CA");
    x509 const leaf = certificate(ca.issue(certificate_request("localhost")).certificate_pem);
    EXPECT_EQ(X509_get_ext_by_NID(leaf.get(), NID_subject_alt_name, -1), -1);
}

TEST(PkiTest, ForeignKeyLoadsButDoesNotSign)
{
    authority const ca("cohub fake CA");
    identity const id = ca.issue(cohub::fake::loopback_request());
    identity const wrong = id.with_foreign_key();
    EXPECT_NE(wrong.key_pem, id.key_pem);
    x509 const leaf = certificate(wrong.certificate_pem);
    pkey const foreign = key(wrong.key_pem);
    ASSERT_NE(foreign, nullptr);
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    EXPECT_EQ(SSL_CTX_use_certificate(context.get(), leaf.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), foreign.get()), 1);

    std::shared_ptr<EVP_MD_CTX> md(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    unsigned char const text[] = {'x'};
    unsigned char signature[256];
    std::size_t size = sizeof signature;
    ASSERT_EQ(EVP_DigestSignInit(md.get(), nullptr, EVP_sha256(), nullptr, foreign.get()), 1);
    ASSERT_EQ(EVP_DigestSign(md.get(), signature, &size, text, sizeof text), 1);
    std::shared_ptr<EVP_MD_CTX> check(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    pkey const published(X509_get_pubkey(leaf.get()), EVP_PKEY_free);
    ASSERT_EQ(
        EVP_DigestVerifyInit(check.get(), nullptr, EVP_sha256(), nullptr, published.get()), 1
    );
    EXPECT_NE(EVP_DigestVerify(check.get(), signature, size, text, sizeof text), 1);
    ERR_clear_error();
}

TEST(PkiTest, MalformedAddressIsAnError)
{
    authority const ca("cohub fake CA");
    EXPECT_THROW(ca.issue(certificate_request("x").ip("not an address")), std::runtime_error);
}

}  // namespace
