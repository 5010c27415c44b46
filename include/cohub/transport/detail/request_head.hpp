#ifndef COHUB_TRANSPORT_DETAIL_REQUEST_HEAD_HPP
#define COHUB_TRANSPORT_DETAIL_REQUEST_HEAD_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/options.hpp>

#include <list>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Writes the heads of a client's requests, with its credentials.
class request_head
{
public:
    /// @param o is read for each request, except the key
    /// @param origin is read for each request
    COHUB_DECL request_head(options const& o, http::origin const& origin, secret key);
    request_head(request_head const&) = delete;
    request_head& operator=(request_head const&) = delete;
    COHUB_DECL ~request_head();

    secret const& key() const noexcept { return key_; }
    /// @brief Requests use another key from now on.
    /// @throws std::bad_alloc the key does not change
    COHUB_DECL void set_key(secret&& key);

    /// @brief The beginning of every request: method, target, host, key and the caller's own
    /// headers.
    COHUB_DECL std::string begin(
        call::request const& r, call::attempt_extras const* extras = nullptr
    ) const;
    /// @brief Writes a call's request into `to`, head and body.
    /// @param timeout a value for the envelope's `timeout`; empty: none
    /// @param extras null if there are none
    COHUB_DECL void write(
        call::request const& r,
        std::string_view timeout,
        call::attempt_extras const* extras,
        std::string& to
    );

private:
    static std::string basic_credentials(secret const& key);
    COHUB_DECL std::string const& kept(call::request const& r);
    COHUB_DECL std::string make(call::request const& r, call::attempt_extras const* extras) const;

    /// The request's head up to the value of Content-Length, if it has one. It is the same for
    /// every call of one route.
    struct head
    {
        std::string_view verb, target, content_type;
        std::string text;
    };

    options const& options_;
    http::origin const& origin_;
    secret key_;
    std::string basic_;
    std::list<head> heads_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/request_head.ipp>
#endif

#endif
