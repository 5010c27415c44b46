#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TRUST_STORE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TRUST_STORE_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/trust_store.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <new>
#include <sstream>
#include <utility>
#include <vector>

namespace cohub::transport::detail {

COHUB_DECL std::string add_issuers(X509_STORE* store, std::string const& pem)
{
    std::unique_ptr<BIO, decltype(&BIO_free)> const bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free
    );
    if (!bio) throw std::bad_alloc();
    std::string problem;
    for (int n = 1;; ++n) {
        std::unique_ptr<X509, decltype(&X509_free)> const cert(
            PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr), &X509_free
        );
        if (cert && X509_STORE_add_cert(store, cert.get()) == 1) continue;
        auto const why = ERR_peek_last_error();
        bool const at_end =
            !cert && ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
        if (at_end && n == 1)
            problem = "holds no certificate in PEM";
        else if (!at_end) {
            char const* const reason = ERR_reason_error_string(why);
            problem = cohub::detail::concat(
                {"is damaged: its certificate number ",
                 std::to_string(n),
                 " cannot be read (",
                 reason != nullptr ? reason : "unknown error",
                 ")"}
            );
        }
        break;
    }
    ERR_clear_error();
    return problem;
}

/// OpenSSL reads an issuer's extensions when it first meets it in a chain, once and under a lock,
/// and looks without one whether that has been done. Done here, connections of several threads
/// write nothing to the issuers that they share; that OpenSSL's own order is right, ThreadSanitizer
/// cannot see. (Issuers that lie in a directory under their hashes are loaded later, by
/// handshakes.)
inline void read_extensions(X509_STORE* store) noexcept
{
    STACK_OF(X509)* const all = X509_STORE_get1_all_certs(store);
    for (int i = 0, n = sk_X509_num(all); i < n; ++i)
        X509_check_purpose(sk_X509_value(all, i), -1, 0);
    sk_X509_pop_free(all, X509_free);
    ERR_clear_error();
}

/// The stores that were used last.
class trust_stores
{
public:
    /// What a store was made of.
    struct key
    {
        std::string names;
        std::vector<std::filesystem::file_time_type> times;
        std::uintmax_t size = 0;
        bool operator==(key const&) const = default;

        void add_file(std::string const& path)
        {
            std::error_code ignored;
            names.append(path).push_back('\n');
            times.push_back(std::filesystem::last_write_time(path, ignored));
            auto const n = std::filesystem::file_size(path, ignored);
            size += ignored ? 0 : n;
        }
    };

    static trust_stores& of_process()
    {
        static auto* const one = new trust_stores;  // OpenSSL may be gone before statics are
        return *one;
    }

    template <class Make>
    trust_store_ptr find_or_make(key k, Make const& make)
    {
        // Its lock may be held for ever by a thread that is not in this child process.
        if (fork_count_ != platform::fork_count()) return make();
        std::lock_guard const lock(mutex_);
        auto const found =
            std::find_if(kept_.begin(), kept_.end(), [&](auto const& e) { return e.first == k; });
        if (found != kept_.end()) {
            std::rotate(kept_.begin(), found, found + 1);
            return kept_.front().second;
        }
        trust_store_ptr made = make();
        constexpr std::size_t most = 4;
        if (kept_.size() == most) kept_.pop_back();
        kept_.emplace(kept_.begin(), std::move(k), made);
        return made;
    }

private:
    static unsigned forks_so_far()
    {
        platform::count_forks();
        return platform::fork_count();
    }

    unsigned const fork_count_ = forks_so_far();
    std::mutex mutex_;
    std::vector<std::pair<key, trust_store_ptr>> kept_;
};

[[noreturn]] inline void refuse_trust(std::initializer_list<std::string_view> why)
{
    std::string text = "tls: ";
    for (auto const part : why) text += part;
    throw error(failure(errc::invalid_argument, std::move(text)));
}

inline trust_store_ptr new_store()
{
    trust_store_ptr store(X509_STORE_new(), &X509_STORE_free);
    if (!store) throw std::bad_alloc();
    return store;
}

inline trust_store_ptr trust_store_of_system()
{
    auto const where = [](char const* variable, char const* usual) {
        char const* const set = std::getenv(variable);
        return std::string(set != nullptr ? set : usual);
    };
    trust_stores::key k;
    k.names = "system\n";
    k.add_file(where(X509_get_default_cert_file_env(), X509_get_default_cert_file()));
    k.add_file(where(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()));
    return trust_stores::of_process().find_or_make(std::move(k), [] {
        auto store = new_store();
        if (X509_STORE_set_default_paths(store.get()) != 1) {
            ERR_clear_error();
            refuse_trust({"the system has no store of trusted issuers; set ca_file"});
        }
        read_extensions(store.get());
        return store;
    });
}

COHUB_DECL trust_store_ptr trust_store(tls_options const& o)
{
    if (o.ca_file.empty() && o.ca_pem.empty()) return trust_store_of_system();
    trust_stores::key k;
    k.names = "own\n";
    if (!o.ca_file.empty()) k.add_file(o.ca_file);
    k.names += o.ca_pem;
    return trust_stores::of_process().find_or_make(std::move(k), [&] {
        auto store = new_store();
        // Who is named here is trusted, be it an issuer of issuers or the server itself.
        X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
        if (!o.ca_file.empty()) {
            std::string const name = cohub::detail::escaped(o.ca_file, 200);
            std::ifstream file(o.ca_file, std::ios::binary);
            std::ostringstream text;
            if (file) text << file.rdbuf();  // of a folder nothing comes
            std::string const pem = std::move(text).str();
            if (pem.empty())
                refuse_trust(
                    {"ca_file \"", name, "\" cannot be read or holds no certificate in PEM"}
                );
            if (std::string const p = add_issuers(store.get(), pem); !p.empty())
                refuse_trust({"ca_file \"", name, "\" ", p});
        }
        if (!o.ca_pem.empty())
            if (std::string const p = add_issuers(store.get(), o.ca_pem); !p.empty())
                refuse_trust({"ca_pem ", p});
        read_extensions(store.get());
        return store;
    });
}

}  // namespace cohub::transport::detail

#endif
