#include "cohub/fake/pki.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace cohub::inline abi_0_2::fake {
namespace {

template <auto Free>
struct freed_by
{
    template <class T>
    void operator()(T* p) const
    {
        Free(p);
    }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using bignum_ptr = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using builder_ptr = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;
using key_context_ptr = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using parameters_ptr = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;

constexpr std::chrono::seconds day{24 * 60 * 60};

[[noreturn]] void fail(char const* what)
{
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    throw std::runtime_error(std::string("pki: ") + what + ": " + reason.data());
}

template <class T>
T* need(T* p, char const* what)
{
    if (p == nullptr) {
        fail(what);
    }
    return p;
}

void need(int ok, char const* what)
{
    if (ok != 1) {
        fail(what);
    }
}

bio_ptr memory_bio() { return bio_ptr(need(BIO_new(BIO_s_mem()), "memory")); }

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate)
{
    bio_ptr bio = memory_bio();
    need(PEM_write_bio_X509(bio.get(), certificate), "write certificate");
    return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key)
{
    bio_ptr bio = memory_bio();
    need(
        PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr), "write key"
    );
    return text_of(bio.get());
}

key_ptr make_key(certificate_request::key_kind kind)
{
    if (kind == certificate_request::key_kind::rsa) {
        return key_ptr(need(EVP_RSA_gen(2048), "make RSA key"));
    }
    return key_ptr(need(EVP_EC_gen("P-256"), "make P-256 key"));
}

void set_name(X509_NAME* name, std::string_view common_name)
{
    need(
        X509_NAME_add_entry_by_txt(
            name,
            "CN",
            MBSTRING_UTF8,
            reinterpret_cast<unsigned char const*>(common_name.data()),
            static_cast<int>(common_name.size()),
            -1,
            0
        ),
        "set subject"
    );
}

void add_extension(X509* certificate, X509* issuer, int nid, std::string const& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    extension_ptr extension(
        need(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), "make extension")
    );
    need(X509_add_ext(certificate, extension.get(), -1), "add extension");
}

std::string alternative_names(certificate_request const& request)
{
    std::string names;
    auto const add = [&names](char const* kind, std::string const& value) {
        names += names.empty() ? "" : ",";
        names += kind;
        names += value;
    };
    for (std::string const& name : request.dns_names()) {
        add("DNS:", name);
    }
    for (std::string const& address : request.ip_addresses()) {
        add("IP:", address);
    }
    return names;
}

enum class role
{
    leaf,
    authority
};

// Signs with `signer`; a null `issuer` makes the certificate its own issuer.
certificate_ptr make_certificate(
    certificate_request const& request, role what, EVP_PKEY* key, X509* issuer, EVP_PKEY* signer
)
{
    certificate_ptr certificate(need(X509_new(), "make certificate"));
    X509* const x = certificate.get();
    need(X509_set_version(x, X509_VERSION_3), "set version");

    // 64 random bits. The top bit is clear, so that the number is positive and eight bytes long.
    std::array<unsigned char, 8> serial{};
    need(RAND_bytes(serial.data(), serial.size()), "random serial");
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7fU) | 0x40U);
    bignum_ptr number(need(BN_bin2bn(serial.data(), serial.size(), nullptr), "serial"));
    need(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)), "serial");

    need(X509_gmtime_adj(X509_getm_notBefore(x), request.not_before().count()), "not before");
    need(X509_gmtime_adj(X509_getm_notAfter(x), request.not_after().count()), "not after");
    set_name(X509_get_subject_name(x), request.common_name());
    X509* const signed_by = issuer == nullptr ? x : issuer;
    need(X509_set_issuer_name(x, X509_get_subject_name(signed_by)), "set issuer");
    need(X509_set_pubkey(x, key), "set public key");

    add_extension(x, signed_by, NID_subject_key_identifier, "hash");
    add_extension(x, signed_by, NID_authority_key_identifier, "keyid");
    if (what == role::authority) {
        add_extension(x, signed_by, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(x, signed_by, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        add_extension(x, signed_by, NID_basic_constraints, "critical,CA:FALSE");
        add_extension(x, signed_by, NID_key_usage, "critical,digitalSignature,keyEncipherment");
        add_extension(x, signed_by, NID_ext_key_usage, "serverAuth,clientAuth");
        if (std::string const names = alternative_names(request); !names.empty()) {
            add_extension(x, signed_by, NID_subject_alt_name, names);
        }
    }
    if (X509_sign(x, signer, EVP_sha256()) == 0) {
        fail("sign");
    }
    return certificate;
}

certificate_request authority_request(std::string_view name)
{
    certificate_request request{std::string(name)};
    request.not_before(-365 * day).not_after(10 * 365 * day);
    return request;
}

bignum_ptr secret_of(EVP_PKEY const* key)
{
    BIGNUM* secret = nullptr;
    need(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &secret), "read private key");
    return bignum_ptr(secret);
}

}  // namespace

certificate_request::certificate_request(std::string common_name)
    : common_name_(std::move(common_name)), not_before_(-day), not_after_(365 * day)
{
}

certificate_request& certificate_request::dns(std::string name)
{
    dns_names_.push_back(std::move(name));
    return *this;
}

certificate_request& certificate_request::ip(std::string address)
{
    ip_addresses_.push_back(std::move(address));
    return *this;
}

certificate_request& certificate_request::not_before(std::chrono::seconds from_now)
{
    not_before_ = from_now;
    return *this;
}

certificate_request& certificate_request::not_after(std::chrono::seconds from_now)
{
    not_after_ = from_now;
    return *this;
}

certificate_request& certificate_request::rsa()
{
    kind_ = key_kind::rsa;
    return *this;
}

certificate_request& certificate_request::ecdsa()
{
    kind_ = key_kind::ecdsa;
    return *this;
}

struct authority::state
{
    key_ptr key;
    certificate_ptr certificate;
    std::string pem;
    // The certificates that are sent with a leaf issued here: this one and those above it, without
    // the root.
    std::string chain;
};

authority::authority(std::shared_ptr<state const> s) : state_(std::move(s)) {}

authority::authority(std::string_view name)
{
    auto made = std::make_shared<state>();
    made->key = make_key(certificate_request::key_kind::ecdsa);
    made->certificate = make_certificate(
        authority_request(name), role::authority, made->key.get(), nullptr, made->key.get()
    );
    made->pem = pem_of(made->certificate.get());
    state_ = std::move(made);
}

identity authority::issue(certificate_request const& request) const
{
    key_ptr key = make_key(request.kind());
    certificate_ptr certificate = make_certificate(
        request, role::leaf, key.get(), state_->certificate.get(), state_->key.get()
    );
    return identity(pem_of(certificate.get()), pem_of(key.get()), state_->chain);
}

authority authority::intermediate(std::string_view name) const
{
    auto made = std::make_shared<state>();
    made->key = make_key(certificate_request::key_kind::ecdsa);
    made->certificate = make_certificate(
        authority_request(name),
        role::authority,
        made->key.get(),
        state_->certificate.get(),
        state_->key.get()
    );
    made->pem = pem_of(made->certificate.get());
    made->chain = made->pem + state_->chain;
    return authority(std::move(made));
}

std::string const& authority::pem() const { return state_->pem; }

identity self_signed(certificate_request const& request)
{
    key_ptr key = make_key(request.kind());
    certificate_ptr certificate =
        make_certificate(request, role::leaf, key.get(), nullptr, key.get());
    return identity(pem_of(certificate.get()), pem_of(key.get()));
}

certificate_request loopback_request()
{
    certificate_request request("localhost");
    request.dns("localhost").ip("127.0.0.1").ip("::1");
    return request;
}

identity identity::with_foreign_key() const
{
    bio_ptr bio = memory_bio();
    need(
        BIO_write(bio.get(), key_pem.data(), static_cast<int>(key_pem.size())) ==
            static_cast<int>(key_pem.size()),
        "copy key"
    );
    key_ptr own(need(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), "read key"));
    key_ptr other = make_key(certificate_request::key_kind::ecdsa);

    std::array<unsigned char, 133> point{};
    std::size_t size = 0;
    need(
        EVP_PKEY_get_octet_string_param(
            own.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size
        ),
        "read public key"
    );
    bignum_ptr secret = secret_of(other.get());

    builder_ptr builder(need(OSSL_PARAM_BLD_new(), "parameters"));
    need(
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0),
        "group"
    );
    need(
        OSSL_PARAM_BLD_push_octet_string(
            builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), size
        ),
        "public half"
    );
    need(
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()),
        "private half"
    );
    parameters_ptr parameters(need(OSSL_PARAM_BLD_to_param(builder.get()), "parameters"));
    key_context_ptr context(need(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), "context"));
    need(EVP_PKEY_fromdata_init(context.get()), "context");
    EVP_PKEY* mixed = nullptr;
    need(EVP_PKEY_fromdata(context.get(), &mixed, EVP_PKEY_KEYPAIR, parameters.get()), "mixed key");
    key_ptr owned(mixed);
    return identity(certificate_pem, pem_of(owned.get()), chain_pem);
}

}  // namespace cohub::inline abi_0_2::fake
