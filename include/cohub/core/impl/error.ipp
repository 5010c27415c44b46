#ifndef COHUB_CORE_IMPL_ERROR_IPP
#define COHUB_CORE_IMPL_ERROR_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>

#include <boost/system/errc.hpp>

namespace cohub::inline abi_0_2 {

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

/// @brief A code as a label and as words.
struct errc_words
{
    std::string_view label;
    char const* text;
};

inline errc_words words_of(errc e) noexcept
{
    switch (e) {
        case errc::invalid_argument:
            return {"invalid_argument", "invalid argument"};
        case errc::resolve_failed:
            return {"resolve_failed", "the host name could not be resolved"};
        case errc::connect_failed:
            return {"connect_failed", "could not connect"};
        case errc::tls_untrusted:
            return {"tls_untrusted", "the server's certificate is not trusted"};
        case errc::tls_failed:
            return {"tls_failed", "TLS failed"};
        case errc::timeout:
            return {"timeout", "timed out"};
        case errc::cancelled:
            return {"cancelled", "cancelled"};
        case errc::connection_lost:
            return {"connection_lost", "the connection was lost before an answer began"};
        case errc::truncated:
            return {"truncated", "the answer broke off"};
        case errc::protocol_error:
            return {"protocol_error", "the answer was not valid HTTP/1.1"};
        case errc::too_large:
            return {"too_large", "too large"};
        case errc::unexpected_encoding:
            return {"unexpected_encoding", "the body has an encoding that was not asked for"};
        case errc::bad_json:
            return {"bad_json", "the body was not JSON"};
        case errc::bad_shape:
            return {"bad_shape", "the answer's JSON has another shape than this API's"};
        case errc::api_error:
            return {"api_error", "the server answered with an error"};
        case errc::unauthorized:
            return {"unauthorized", "not authorized"};
        case errc::forbidden:
            return {"forbidden", "forbidden"};
        case errc::not_found:
            return {"not_found", "not found"};
        case errc::conflict:
            return {"conflict", "conflict"};
        case errc::rate_limited:
            return {"rate_limited", "rate limited"};
        case errc::http_status:
            return {"http_status", "the server answered with an HTTP error status"};
        case errc::redirect_refused:
            return {"redirect_refused", "the server sent a redirect, which is never followed"};
        case errc::client_closed:
            return {"client_closed", "the client was closed"};
        case errc::unavailable:
            return {"unavailable", "the service is not available now"};
        case errc::not_implemented:
            return {"not_implemented", "the server does not have this function"};
        case errc::sign_in_required:
            return {"sign_in_required", "sign in first"};
        case errc::ws_refused:
            return {"ws_refused", "the server did not switch to WebSocket"};
        case errc::ws_protocol:
            return {"ws_protocol", "the server broke the WebSocket protocol"};
        case errc::ws_lost:
            return {"ws_lost", "the WebSocket stream was lost"};
        case errc::ws_closed:
            return {"ws_closed", "the server closed the WebSocket stream"};
        case errc::overloaded:
            return {
                "overloaded",
                "not sent: the client has more calls than the server answers in time"};
        case errc::proxy_unauthorized:
            return {"proxy_unauthorized", "the proxy wants other credentials"};
        case errc::proxy_refused:
            return {"proxy_refused", "the proxy did not open the way to the server"};
    }
    return {"unknown", "unknown error"};
}

// Boost's categories are never deleted through their base class, whose destructor is protected.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif

class error_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "cohub"; }
    std::string message(int value) const override
    {
        return words_of(static_cast<errc>(value)).text;
    }
    char const* message(int value, char*, std::size_t) const noexcept override
    {
        return words_of(static_cast<errc>(value)).text;
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
                       e == errc::ws_closed || e == errc::overloaded;
            case condition::transport:
                return e == errc::resolve_failed || e == errc::connect_failed ||
                       e == errc::tls_untrusted || e == errc::tls_failed ||
                       e == errc::connection_lost || e == errc::truncated ||
                       e == errc::protocol_error || e == errc::unexpected_encoding ||
                       e == errc::redirect_refused || e == errc::ws_protocol ||
                       e == errc::ws_lost || e == errc::ws_closed ||
                       e == errc::proxy_unauthorized || e == errc::proxy_refused;
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

/// Whether a character, in UTF-8, is invisible but changes how others look: a mark of zero width,
/// or one that changes the direction of writing.
inline bool is_invisible(std::string_view character) noexcept
{
    auto const byte = [character](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(character[i]));
    };
    unsigned code = 0;
    if (character.size() == 2) code = (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    if (character.size() == 3)
        code = (byte(0) & 0xF) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (character.size() == 4)
        code =
            (byte(0) & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    auto const is_in = [code](unsigned from, unsigned to) { return code >= from && code <= to; };
    // Variation selectors stay: they are part of many characters.
    return code == 0xAD || code == 0x61C || is_in(0x115F, 0x1160) || is_in(0x180B, 0x180E) ||
           is_in(0x200B, 0x200F) || is_in(0x2028, 0x202E) || is_in(0x2060, 0x206F) ||
           code == 0x3164 || code == 0xFEFF || is_in(0xFFF9, 0xFFFB) || is_in(0xE0000, 0xE007F);
}

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
        // C1 controls (U+0080..U+009F) control terminals, as C0 ones do.
        bool const c1 = n == 2 && c == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
        bool const unseen = is_invisible(text.substr(0, n));
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (n == 0 || c < 0x20 || c == 0x7F || c1 || unseen) {
            // Byte by byte, as \x.., which differs from a \u.... that the text itself may contain.
            std::size_t const bytes = unseen ? n : 1;
            for (char const b : text.substr(0, bytes)) {
                out += "\\x";
                out += hex[static_cast<unsigned char>(b) >> 4];
                out += hex[static_cast<unsigned char>(b) & 15];
            }
            text.remove_prefix(bytes);
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

COHUB_DECL std::string_view to_string(errc e) noexcept { return detail::words_of(e).label; }

COHUB_DECL bool detail::is_in(error_code const& code, int http_status, condition c) noexcept
{
    return code == c || (c == condition::transient && code == errc::http_status &&
                         is_passing_status(http_status));
}

COHUB_DECL bool failure::is(condition c) const noexcept
{
    return detail::is_in(code, http_status, c);
}

COHUB_DECL std::string failure::message() const
{
    using cohub::detail::append;
    std::string out;
    // The texts of the systems for this code differ.
    append(
        out,
        {where.empty() ? "cohub" : detail::escaped(where, 200),
         ": ",
         code == errc::cancelled ? detail::words_of(errc::cancelled).text : code.message()}
    );
    if (http_status != 0 && http_status != 200)
        append(out, {" (HTTP ", std::to_string(http_status), ")"});
    if (close_code != 0) append(out, {" (code ", std::to_string(close_code), ")"});
    if ((code == errc::timeout || code == errc::cancelled) && at != stage::none)
        append(out, {" while ", to_string(at)});
    if (!path.empty()) append(out, {" at ", path});
    if (!server_message.empty()) append(out, {": ", server_message});
    if (!detail.empty()) append(out, {": ", detail});
    if (cause)
        if (auto const words = cause.message(); detail.find(words) == std::string::npos)
            append(out, {": ", words});
    if (retry_after)
        append(out, {"; the server asks to wait ", std::to_string(retry_after->count()), " s"});
    if (!origin.empty()) append(out, {" [", origin, "]"});
    if (attempts > 1) append(out, {" after ", std::to_string(attempts), " attempts"});
    // With a gateway's status, or a timeout that the server reports, it is not known whether the
    // call ran.
    bool const in_doubt = http_status == 0 || http_status == 408 || http_status == 502 ||
                          http_status == 504 || code == errc::timeout;
    if (maybe_sent && code != errc::api_error && in_doubt)
        out += "; the call may have taken effect";
    return out;
}

}  // namespace cohub::inline abi_0_2

#endif
