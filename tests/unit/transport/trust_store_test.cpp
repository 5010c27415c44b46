#include <cohub/transport/detail/trust_store.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "unit/transport/memory_tls.hpp"

namespace cohub::transport::detail {
namespace {

/// Each of them has its own key.
std::string issuer() { return tests::tls_identity().pem; }

int size_of(trust_store_ptr const& store)
{
    STACK_OF(X509)* const all = X509_STORE_get1_all_certs(store.get());
    int const n = sk_X509_num(all);
    sk_X509_pop_free(all, X509_free);
    return n;
}

tls_options trusting(std::string pem)
{
    tls_options o;
    o.ca_pem = std::move(pem);
    return o;
}

std::string refusal(tls_options const& o)
{
    try {
        trust_store(o);
    } catch (cohub::error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument);
        return e.why().detail;
    }
    return {};
}

/// A file that is removed after the test.
class pem_file
{
public:
    explicit pem_file(std::string const& text)
        : path(std::filesystem::temp_directory_path() / "cohub_trust_store_test.pem")
    {
        write(text);
    }
    ~pem_file() { std::filesystem::remove(path); }
    pem_file(pem_file const&) = delete;
    pem_file& operator=(pem_file const&) = delete;

    void write(std::string const& text) const
    {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    }
    tls_options options() const
    {
        tls_options o;
        o.ca_file = path.string();
        return o;
    }

    std::filesystem::path const path;
};

// A10
TEST(TrustStore, IsOneForAllThatTrustTheSame)
{
    std::string const a = issuer(), b = issuer();
    EXPECT_EQ(trust_store(trusting(a)), trust_store(trusting(a)));
    EXPECT_NE(trust_store(trusting(a)), trust_store(trusting(b)));
    EXPECT_EQ(size_of(trust_store(trusting(a + b))), 2);
    EXPECT_EQ(trust_store({}), trust_store({}));
    EXPECT_NE(trust_store({}), trust_store(trusting(a)));
}

TEST(TrustStore, ReadsAFileAnewOnceItHasChanged)
{
    auto const of_one_size = [](std::string pem) {
        pem.resize(4096, '\n');
        return pem;
    };
    pem_file const file(of_one_size(issuer()));
    auto const before = trust_store(file.options());
    EXPECT_EQ(trust_store(file.options()), before);
    auto const written = std::filesystem::last_write_time(file.path);
    file.write(of_one_size(issuer() + issuer()));
    std::filesystem::last_write_time(file.path, written);  // its content counts
    auto const after = trust_store(file.options());
    EXPECT_NE(after, before);
    EXPECT_EQ(size_of(after), 2);
    EXPECT_EQ(size_of(before), 1);
}

TEST(TrustStore, OutlivesTheOthersThatAreReadAfterIt)
{
    auto const one = trust_store(trusting(issuer()));
    for (int i = 0; i != 5; ++i) trust_store(trusting(issuer()));
    EXPECT_EQ(size_of(one), 1);
}

// D12
TEST(TrustStore, SaysWhichCertificateIsDamaged)
{
    std::string damaged = issuer();
    damaged.replace(damaged.size() / 2, 4, "!!!!");
    std::string const said = refusal(trusting(issuer() + damaged + issuer()));
    EXPECT_NE(said.find("ca_pem is damaged"), std::string::npos) << said;
    EXPECT_NE(said.find("number 2"), std::string::npos) << said;
    pem_file const file(damaged);
    EXPECT_NE(refusal(file.options()).find("number 1"), std::string::npos);
    // A block that is not a certificate is skipped.
    EXPECT_EQ(refusal(trusting("a comment\n" + issuer() + "another\n")), "");
}

TEST(TrustStore, RefusesToTrustNobody)
{
    EXPECT_NE(refusal(trusting("nothing")).find("holds no certificate"), std::string::npos);
    tls_options missing;
    missing.ca_file = "/nowhere/ca.pem";
    EXPECT_NE(refusal(missing).find("cannot be read"), std::string::npos);
    tls_options folder;
    folder.ca_file = std::filesystem::temp_directory_path().string();
    EXPECT_NE(refusal(folder).find("cannot be read"), std::string::npos);
}

}  // namespace
}  // namespace cohub::transport::detail
