#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TRUST_STORE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TRUST_STORE_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/pem.hpp>
#include <cohub/transport/detail/trust_store.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL std::string add_issuers(X509_STORE* store, std::string const& pem)
{
    bio_owner const bio{std::string_view(pem)};
    std::string problem;
    for (int n = 1;; ++n) {
        X509* const cert = PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr);
        bool const is_read = cert != nullptr;
        bool const is_added = is_read && X509_STORE_add_cert(store, cert) == 1;
        X509_free(cert);
        if (is_added) continue;
        auto const why = ERR_peek_last_error();
        bool const at_end = !is_read && ERR_GET_LIB(why) == ERR_LIB_PEM &&
                            ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
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

/// OpenSSL reads an issuer's extensions when it first finds it in a chain, once and with a lock
/// held. It checks without a lock whether that has been done. If it is done here, connections of
/// several threads write nothing to the issuers that they share. OpenSSL's own order is right, but
/// ThreadSanitizer cannot see that. (Handshakes load issuers in a directory of hashes later.)
inline void read_extensions(X509_STORE* store) noexcept
{
    STACK_OF(X509)* const all = X509_STORE_get1_all_certs(store);
    for (int i = 0, n = sk_X509_num(all); i < n; ++i)
        X509_check_purpose(sk_X509_value(all, i), -1, 0);
    sk_X509_pop_free(all, X509_free);
    ERR_clear_error();
}

/// The last stores that were used.
class trust_stores
{
public:
    /// The sources of a store.
    struct key
    {
        std::string text;             // certificates, or where the system's are
        platform::file_stamp file{};  // of the system's
        platform::file_stamp folder{};
        bool operator==(key const&) const = default;
    };

    static trust_stores& of_process()
    {
        static auto* const one = new trust_stores;  // OpenSSL may end before static objects
        return *one;
    }

    template <class Make>
    trust_store_ptr find_or_make(key k, Make const& make)
    {
        // A thread that does not exist in this child process may hold its lock forever.
        if (fork_count_ != platform::fork_count()) return make();
        std::lock_guard const lock(mutex_);
        ++uses_;
        entry* oldest = &kept_[0];
        for (auto& e : kept_) {
            if (e.store && e.made_of == k) {
                e.used = uses_;
                return shared(e.store);
            }
            if (e.used < oldest->used) oldest = &e;
        }
        *oldest = entry{std::move(k), make(), uses_};
        return shared(oldest->store);
    }

private:
    static trust_store_ptr shared(trust_store_ptr const& store) noexcept
    {
        X509_STORE_up_ref(store.get());
        return trust_store_ptr(store.get());
    }
    static unsigned forks_so_far()
    {
        platform::count_forks();
        return platform::fork_count();
    }

    struct entry
    {
        key made_of;
        trust_store_ptr store;
        std::uint64_t used = 0;
    };

    unsigned const fork_count_ = forks_so_far();
    std::mutex mutex_;
    entry kept_[4];
    std::uint64_t uses_ = 0;
};

inline trust_store_ptr new_store()
{
    trust_store_ptr store(X509_STORE_new());
    if (!store) throw std::bad_alloc();
    return store;
}

/// Where the system's issuers are, and a stamp that shows whether they have changed.
inline trust_stores::key key_of_system()
{
    auto const where = [](char const* variable, char const* usual) {
        char const* const set = std::getenv(variable);
        return std::string(set != nullptr ? set : usual);
    };
    auto const file = where(X509_get_default_cert_file_env(), X509_get_default_cert_file());
    auto const folder = where(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
    trust_stores::key k;
    k.text = cohub::detail::concat({"system\n", file, "\n", folder});
    k.file = platform::stamp_of(file.c_str());
    k.folder = platform::stamp_of(folder.c_str());
    return k;
}

inline void add_system_issuers(X509_STORE* store)
{
    if (X509_STORE_set_default_paths(store) == 1) return;
    ERR_clear_error();
    refuse_tls({"the system has no store of trusted issuers; set ca_file"});
}

inline trust_store_ptr trust_store_of_system()
{
    return trust_stores::of_process().find_or_make(key_of_system(), [] {
        auto store = new_store();
        add_system_issuers(store.get());
        read_extensions(store.get());
        return store;
    });
}

COHUB_DECL trust_store_ptr trust_store(tls_options const& o)
{
    if (o.ca_file.empty() && o.ca_pem.empty()) return trust_store_of_system();
    std::string const from_file =
        o.ca_file.empty() ? std::string() : text_of_file(o.ca_file, "ca_file");
    trust_stores::key k;
    if (o.add_system_store) k = key_of_system();
    cohub::detail::append(
        k.text, {"\nown\n", std::to_string(from_file.size()), "\n", from_file, o.ca_pem}
    );
    return trust_stores::of_process().find_or_make(std::move(k), [&] {
        auto store = new_store();
        // The certificates in these files are trusted: root or intermediate issuers, or the server
        // itself.
        X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
        if (!o.ca_file.empty())
            if (std::string const p = add_issuers(store.get(), from_file); !p.empty())
                refuse_tls({"ca_file \"", cohub::detail::escaped(o.ca_file, 200), "\" ", p});
        if (!o.ca_pem.empty())
            if (std::string const p = add_issuers(store.get(), o.ca_pem); !p.empty())
                refuse_tls({"ca_pem ", p});
        if (o.add_system_store) add_system_issuers(store.get());
        read_extensions(store.get());
        return store;
    });
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
