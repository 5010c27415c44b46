#ifndef COHUB_CORE_IMPL_ERROR_IPP
#define COHUB_CORE_IMPL_ERROR_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>

#include <boost/system/errc.hpp>

namespace cohub {

COHUB_DECL std::string_view to_string(stage s) noexcept
{
    switch (s) {
        case stage::queued:
            return "queued";
        case stage::resolving:
            return "resolving";
        case stage::connecting:
            return "connecting";
        case stage::handshaking:
            return "handshaking";
        case stage::writing:
            return "writing";
        case stage::reading_head:
            return "reading_head";
        case stage::reading_body:
            return "reading_body";
        case stage::backing_off:
            return "backing_off";
        case stage::none:
            break;
    }
    return "none";
}

namespace detail {

inline char const* text_of(errc e) noexcept
{
    switch (e) {
        case errc::invalid_argument:
            return "invalid argument";
        case errc::resolve_failed:
            return "the host name could not be resolved";
        case errc::connect_failed:
            return "could not connect";
        case errc::tls_untrusted:
            return "the server's certificate is not trusted";
        case errc::tls_failed:
            return "TLS failed";
        case errc::timeout:
            return "timed out";
        case errc::cancelled:
            return "cancelled";
        case errc::connection_lost:
            return "the connection was lost before an answer began";
        case errc::truncated:
            return "the answer broke off";
        case errc::protocol_error:
            return "the answer was not valid HTTP/1.1";
        case errc::too_large:
            return "too large";
        case errc::unexpected_encoding:
            return "the body came in an encoding nobody asked for";
        case errc::bad_json:
            return "the body was not JSON";
        case errc::bad_shape:
            return "the answer's JSON has another shape than this API's";
        case errc::api_error:
            return "the server answered with an error";
        case errc::unauthorized:
            return "not authorized";
        case errc::forbidden:
            return "forbidden";
        case errc::not_found:
            return "not found";
        case errc::conflict:
            return "conflict";
        case errc::rate_limited:
            return "rate limited";
        case errc::http_status:
            return "the server answered with an HTTP error status";
        case errc::redirect_refused:
            return "the server sent a redirect, which is never followed";
        case errc::client_closed:
            return "the client was closed";
        case errc::unavailable:
            return "the service is not available now";
        case errc::not_implemented:
            return "the server does not have this function";
        case errc::sign_in_required:
            return "sign in first";
        case errc::ws_refused:
            return "the server did not switch to WebSocket";
        case errc::ws_protocol:
            return "the server broke the WebSocket protocol";
        case errc::ws_lost:
            return "the WebSocket stream was lost";
        case errc::ws_closed:
            return "the server closed the WebSocket stream";
    }
    return "unknown error";
}

// Boost's categories are never deleted through their base, whose destructor is protected.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif

class error_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "cohub"; }
    std::string message(int value) const override { return text_of(static_cast<errc>(value)); }
    char const* message(int value, char*, std::size_t) const noexcept override
    {
        return text_of(static_cast<errc>(value));
    }
    boost::system::error_condition default_error_condition(int value) const noexcept override
    {
        namespace generic = boost::system::errc;
        switch (static_cast<errc>(value)) {
            case errc::timeout:
                return generic::make_error_condition(generic::timed_out);
            case errc::invalid_argument:
                return generic::make_error_condition(generic::invalid_argument);
            default:
                return boost::system::error_condition(value, *this);
        }
    }
};

class condition_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "cohub.condition"; }
    std::string message(int value) const override
    {
        switch (static_cast<condition>(value)) {
            case condition::transient:
                return "may work later";
            case condition::transport:
                return "the way to the server failed";
            case condition::refused:
                return "the server refused";
            case condition::bad_answer:
                return "the server's answer makes no sense";
        }
        return "unknown condition";
    }
    bool equivalent(error_code const& code, int value) const noexcept override
    {
        errc const e = to_errc(code);
        switch (static_cast<condition>(value)) {
            case condition::transient:
                return e == errc::timeout || e == errc::connection_lost || e == errc::truncated ||
                       e == errc::connect_failed || e == errc::resolve_failed ||
                       e == errc::rate_limited || e == errc::unavailable || e == errc::ws_lost ||
                       e == errc::ws_closed;
            case condition::transport:
                return e == errc::resolve_failed || e == errc::connect_failed ||
                       e == errc::tls_untrusted || e == errc::tls_failed ||
                       e == errc::connection_lost || e == errc::truncated ||
                       e == errc::protocol_error || e == errc::unexpected_encoding ||
                       e == errc::redirect_refused || e == errc::ws_protocol ||
                       e == errc::ws_lost || e == errc::ws_closed;
            case condition::refused:
                return e == errc::api_error || e == errc::unauthorized || e == errc::forbidden ||
                       e == errc::not_found || e == errc::conflict || e == errc::rate_limited ||
                       e == errc::http_status || e == errc::unavailable ||
                       e == errc::not_implemented || e == errc::sign_in_required ||
                       e == errc::ws_refused;
            case condition::bad_answer:
                return e == errc::bad_json || e == errc::bad_shape;
        }
        return false;
    }
};

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

COHUB_DECL std::string escaped(std::string_view text, std::size_t max)
{
    static constexpr char hex[] = "0123456789abcdef";
    std::string out;
    out.reserve(std::min(text.size(), max) + 3);
    while (!text.empty()) {
        if (out.size() >= max) {
            out += "...";
            break;
        }
        auto const c = static_cast<unsigned char>(text.front());
        std::size_t const n = utf8_length(text);
        // C1 controls (U+0080..U+009F) steer terminals as C0 ones do.
        bool const c1 = n == 2 && c == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (n == 0 || c < 0x20 || c == 0x7F || c1) {
            out += "\\x";
            out += hex[c >> 4];
            out += hex[c & 15];
            text.remove_prefix(1);
            continue;
        } else
            out.append(text.substr(0, n));
        text.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

}  // namespace detail

COHUB_DECL boost::system::error_category const& error_category() noexcept
{
    static detail::error_category_type const category;
    return category;
}

COHUB_DECL boost::system::error_category const& condition_category() noexcept
{
    static detail::condition_category_type const category;
    return category;
}

COHUB_DECL error::error(failure f)
    : boost::system::system_error(f.code), text_(f.message()), failure_(std::move(f))
{
}

COHUB_DECL std::string failure::message() const
{
    using cohub::detail::append;
    std::string out;
    // The system's words for it differ from one to the next.
    append(
        out,
        {where.empty() ? std::string_view("cohub") : where,
         ": ",
         code == errc::cancelled ? detail::text_of(errc::cancelled) : code.message()}
    );
    if (http_status != 0 && http_status != 200)
        append(out, {" (HTTP ", std::to_string(http_status), ")"});
    if (close_code != 0) append(out, {" (code ", std::to_string(close_code), ")"});
    if ((code == errc::timeout || code == errc::cancelled) && at != stage::none)
        append(out, {" while ", to_string(at)});
    if (!path.empty()) append(out, {" at ", path});
    if (!server_message.empty()) append(out, {": ", server_message});
    if (!detail.empty()) append(out, {": ", detail});
    if (cause) append(out, {": ", cause.message()});
    if (retry_after)
        append(out, {"; the server asks to wait ", std::to_string(retry_after->count()), " s"});
    if (!origin.empty()) append(out, {" [", origin, "]"});
    if (attempts > 1) append(out, {" after ", std::to_string(attempts), " attempts"});
    if (maybe_sent && code != errc::api_error && http_status == 0)
        out += "; the call may have taken effect";
    return out;
}

}  // namespace cohub

#endif
