#ifndef COHUB_CALL_IMPL_ANSWER_IPP
#define COHUB_CALL_IMPL_ANSWER_IPP

#include <cohub/call/answer.hpp>
#include <cohub/core/text.hpp>
#include <cohub/http/retry_after.hpp>
#include <cohub/json/decode.hpp>

#include <boost/json/object.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2::call {

namespace detail {

inline std::string shown(request const& r, std::string_view server_message)
{
    if (r.redact_message != nullptr) server_message = r.redact_message(server_message);
    return cohub::detail::escaped(server_message, http::response_parser::max_excerpt);
}

inline failure refused_status(
    request const& r,
    http::response_parser const& answer,
    std::chrono::system_clock::time_point wall
)
{
    int const status = answer.status();
    failure f(errc::http_status);
    f.http_status = status;
    switch (status) {
        case 301:
        case 302:
        case 303:
        case 307:
        case 308:
            f.code = errc::redirect_refused;
            f.detail = "is the host the one that serves the API itself?";
            break;
        case 401:
            f.code = errc::unauthorized;
            break;
        case 403:
            f.code = errc::forbidden;
            break;
        case 404:
            f.code = errc::not_found;
            f.detail = r.not_found_hint;
            break;
        case 409:
            f.code = errc::conflict;
            break;
        case 413:
            f.code = errc::too_large;
            f.detail = "the server refused the size of the request; ask for less at once";
            break;
        case 429:
            f.code = errc::rate_limited;
            break;
        case 501:
            f.code = errc::not_implemented;
            break;
        case 511:
            // Pieces OS, which takes no key, answers this if a sign-in is missing. For other
            // servers it has the meaning of RFC 6585: a page of a network came in between.
            if (!r.with_key)
                f.code = errc::sign_in_required;
            else
                f.detail = "the network asks for a sign-in first: open any page in a browser";
            break;
        default:
            break;
    }
    if (status >= 400)
        if (auto const text = answer.retry_after(); !text.empty())
            f.retry_after = http::parse_retry_after(text, wall);
    std::string_view const body = answer.body();
    json::nothing nothing;
    auto o = json::decode(body, nothing, json::envelope::error_member);
    if (o.status == json::outcome::code::error_envelope) {
        if (r.classify != nullptr && f.code == errc::http_status && status < 500)
            if (errc const known = r.classify(o.text); known != errc::api_error) f.code = known;
        f.server_message = shown(r, o.text);
    } else if (!body.empty() && !r.holds_secret) {
        // Plain text is meant for people. For a page, its beginning is enough.
        bool const text = answer.content_type().starts_with("text/plain");
        f.server_message =
            cohub::detail::escaped(body, text ? http::response_parser::max_excerpt : 256);
    }
    return f;
}

/// Whether the object `body` has a member of this name at its top level.
inline bool has_member(std::string_view body, std::string_view name)
{
    boost::json::object all;
    return json::decode(body, all).status == json::outcome::code::ok && all.contains(name);
}

}  // namespace detail

COHUB_DECL std::optional<failure> read_answer(
    operation& op, http::response_parser const& answer, std::chrono::system_clock::time_point wall
)
{
    int const status = answer.status();
    if (status / 100 != 2) {
        return detail::refused_status(op.req, answer, wall);
    }
    // A call without a result needs no content; the hub's answer is null.
    if (op.type->kind == json::detail::kind::nothing &&
        (status == 204 || (answer.body().empty() && op.req.answer == json::envelope::none)))
        return std::nullopt;
    auto f = read_value(op, answer.body(), answer.content_type());
    if (f) f->http_status = status;
    return f;
}

COHUB_DECL std::optional<failure> read_value(
    operation& op, std::string_view body, std::string_view content_type
)
{
    result_adapter const* const adapter = op.req.adapter.get();
    json::outcome o = adapter != nullptr ? adapter->decode(body, *op.type, op.value, op.req.answer)
                                         : json::decode(body, *op.type, op.value, op.req.answer);
    using status_type = json::outcome::code;
    if (o.status == status_type::error_envelope && !op.req.result_member.empty() &&
        detail::has_member(body, op.req.result_member))
        o = json::decode(body, *op.type, op.value, json::envelope::none);
    if (o.status == status_type::ok) {
        if (adapter == nullptr) return std::nullopt;
        adapter->apply(op.value);
        return adapter->judge(op.value);
    }
    failure f;
    switch (o.status) {
        case status_type::error_envelope:
            f.code = op.req.classify != nullptr ? op.req.classify(o.text) : errc::api_error;
            if (adapter != nullptr && adapter->accepts_error(to_errc(f.code), o.text)) {
                // The error's own object may have been decoded as the beginning of a result.
                if (op.type->clear != nullptr) op.type->clear(op.value);
                return std::nullopt;
            }
            f.server_message = detail::shown(op.req, o.text);
            break;
        case status_type::bad_json:
            f.code = errc::bad_json;
            f.detail = std::move(o.text);
            // What is not an answer of the server may repeat the request.
            if (op.req.holds_secret)
                f.detail.resize(std::min(f.detail.find("; it begins "), f.detail.size()));
            if (!content_type.empty())
                cohub::detail::append(
                    f.detail, {"; content type ", cohub::detail::escaped(content_type, 80)}
                );
            break;
        default:
            f.code = errc::bad_shape;
            f.path = cohub::detail::escaped(o.path, 256);
            f.detail = std::move(o.text);
    }
    return f;
}

}  // namespace cohub::inline abi_0_2::call

#endif
