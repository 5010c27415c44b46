#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// @brief A certificate with its private key, as PEM text.
///
/// `chain_pem` holds the intermediates between the leaf and the root (neither of them included),
/// the leaf's issuer first. It is empty if the root signed the leaf itself.
class identity
{
public:
    identity() = default;
    /// @param certificate PEM
    /// @param key PEM
    /// @param chain PEM of the intermediates
    identity(std::string certificate, std::string key, std::string chain = {})
        : certificate_pem(std::move(certificate)),
          key_pem(std::move(key)),
          chain_pem(std::move(chain))
    {
    }

    /// The leaf certificate.
    std::string certificate_pem;
    /// Its private key.
    std::string key_pem;
    /// The intermediates, the leaf's issuer first.
    std::string chain_pem;

    /// @brief Leaf and intermediates in the order in which a server sends them.
    std::string full_chain_pem() const { return certificate_pem + chain_pem; }

    /// @brief The same certificate with a private key that does not belong to it.
    ///
    /// The key contains the certificate's public half. So a server loads the pair without an error,
    /// but its signatures are wrong. Needs an ECDSA identity.
    identity with_foreign_key() const;
};

/// @brief The contents of a certificate. By default, it has a P-256 key and is valid for one year.
class certificate_request
{
public:
    /// What kind of key the certificate is for.
    enum class key_kind
    {
        /// P-256
        ecdsa,
        /// RSA with 2048 bits.
        rsa
    };

    /// @param common_name the subject; it becomes a subject alternative name only if `dns` adds it
    explicit certificate_request(std::string common_name);

    /// @brief Adds a DNS name to the subject alternative names.
    certificate_request& dns(std::string name);
    /// @brief Adds an IPv4 or IPv6 address, in text form, to the subject alternative names.
    certificate_request& ip(std::string address);
    /// @brief Start of validity, counted from now; negative is in the past.
    certificate_request& not_before(std::chrono::seconds from_now);
    /// @brief End of validity, counted from now; negative is in the past.
    certificate_request& not_after(std::chrono::seconds from_now);
    /// @brief Chooses a 2048-bit RSA key. Making one takes about 0.1 s.
    certificate_request& rsa();
    /// @brief Chooses a P-256 key (the default).
    certificate_request& ecdsa();

    /// @brief The subject.
    std::string const& common_name() const { return common_name_; }
    /// @brief The DNS names so far.
    std::vector<std::string> const& dns_names() const { return dns_names_; }
    /// @brief The addresses so far.
    std::vector<std::string> const& ip_addresses() const { return ip_addresses_; }
    /// @brief Start of validity, counted from now.
    std::chrono::seconds not_before() const { return not_before_; }
    /// @brief End of validity, counted from now.
    std::chrono::seconds not_after() const { return not_after_; }
    /// @brief The kind of key.
    key_kind kind() const { return kind_; }

private:
    std::string common_name_;
    std::vector<std::string> dns_names_;
    std::vector<std::string> ip_addresses_;
    std::chrono::seconds not_before_;
    std::chrono::seconds not_after_;
    key_kind kind_ = key_kind::ecdsa;
};

/// @brief A certificate authority in memory.
///
/// @par Thread safety
/// Several threads may issue certificates at once. Copies share the key.
class authority
{
public:
    /// @brief Makes a root authority.
    /// @param name its common name
    explicit authority(std::string_view name);

    /// @brief Makes a key pair and signs a leaf certificate for it.
    /// @throws std::runtime_error if the request cannot be met (for example a malformed address)
    identity issue(certificate_request const& request) const;

    /// @brief Makes an authority below this one. Identities that it issues include the chain.
    authority intermediate(std::string_view name) const;

    /// @brief This authority's own certificate. A client has to trust that of the root.
    std::string const& pem() const;

private:
    struct state;
    explicit authority(std::shared_ptr<state const> s);

    std::shared_ptr<state const> state_;
};

/// @brief A leaf that signed itself: its form is correct, but no authority issued it.
identity self_signed(certificate_request const& request);

/// @brief The usual request of a local server: `localhost`, `127.0.0.1` and `::1`.
certificate_request loopback_request();

}  // namespace cohub::inline abi_0_2::fake
