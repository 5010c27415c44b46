#ifndef COHUB_TRANSPORT_DETAIL_REDACTION_HPP
#define COHUB_TRANSPORT_DETAIL_REDACTION_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Removes a key from texts, in the forms in which a server may echo it: plain, in
/// hexadecimal or base64, and with any of its characters written as `%73`, `\u0073`, `&#115;` or
/// `&#x73;`. In a text that was cut, it also removes the beginning of a key.
class redaction
{
public:
    COHUB_DECL explicit redaction(secret const& key);
    redaction(redaction const&) = delete;
    redaction& operator=(redaction const&) = delete;
    COHUB_DECL ~redaction();

    COHUB_DECL void mask(std::string& text) const;

private:
    /// How many characters of a key's beginning may be shown: enough to identify the key, and no
    /// more.
    static constexpr std::size_t most_shown = 7;

    std::string key_;
    std::string forms_[8];  // hexadecimal first; some may be empty
};

/// @brief Hides a user's header if its name means that it is confidential: the whole value, and the
/// longer of its parts, since a server may quote one of several.
COHUB_DECL void mask_header(std::string& text, std::string_view name, std::string_view value);

/// @brief Base64 (RFC 4648), as in HTTP's Basic credentials.
COHUB_DECL std::string base64(std::string_view text);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/redaction.ipp>
#endif

#endif
