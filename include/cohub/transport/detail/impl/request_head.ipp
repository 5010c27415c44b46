#ifndef COHUB_TRANSPORT_DETAIL_IMPL_REQUEST_HEAD_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_REQUEST_HEAD_IPP

#include <cohub/core/secret.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/redaction.hpp>
#include <cohub/transport/detail/request_head.hpp>
#include <cohub/version.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// Texts of static storage usually have the same address.
inline bool is_same(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && (a.data() == b.data() || a == b);
}

inline std::string request_head::basic_credentials(secret const& key)
{
    // A string that grows releases its old memory without overwriting it.
    std::string plain, basic;
    plain.reserve(key.reveal().size() + 1);
    plain.append(key.reveal()) += ':';
    std::string coded = base64(plain);
    constexpr std::string_view scheme = "Basic ";
    basic.reserve(scheme.size() + coded.size());
    basic.append(scheme).append(coded);
    cohub::detail::wipe(plain);
    cohub::detail::wipe(coded);
    return basic;
}

COHUB_DECL request_head::request_head(options const& o, http::origin const& origin, secret key)
    : options_(o), origin_(origin), key_(std::move(key)), basic_(basic_credentials(key_))
{
}

COHUB_DECL void request_head::set_key(secret&& key)
{
    std::string basic = basic_credentials(key);
    cohub::detail::wipe(basic_);
    basic_ = std::move(basic);
    key_ = std::move(key);
    for (auto& h : heads_) cohub::detail::wipe(h.text);
    heads_.clear();
}

COHUB_DECL request_head::~request_head()
{
    cohub::detail::wipe(basic_);
    for (auto& h : heads_) cohub::detail::wipe(h.text);
}

inline bool has_name(header_list const& list, std::string_view name) noexcept
{
    using cohub::detail::ascii_lower;
    for (auto const& h : list) {
        std::size_t same = 0;
        if (h.first.size() != name.size()) continue;
        while (same != name.size() && ascii_lower(h.first[same]) == ascii_lower(name[same])) ++same;
        if (same == name.size()) return true;
    }
    return false;
}

COHUB_DECL std::string request_head::begin(
    call::request const& r, call::attempt_extras const* extras
) const
{
    header_list const none;
    auto const& of_call = r.options.headers();
    auto const& of_attempt = extras != nullptr ? extras->headers : none;
    std::string_view const trace = extras != nullptr ? extras->traceparent : std::string_view();
    // The string must not grow after the key was added.
    std::string const authority = origin_.authority();
    std::size_t size = 512 + key_.reveal().size() * 2 + origin_.base_path.size() + r.target.size() +
                       r.target_end.size() + authority.size() + options_.user_agent.size() +
                       r.fields.size() + r.content_type.size();
    for (auto const& [name, value] : options_.headers) size += name.size() + value.size() + 4;
    for (auto const* const list : {&of_call, &of_attempt})
        for (auto const& [name, value] : *list) size += name.size() + value.reveal().size() + 4;
    std::string text;
    text.reserve(size);
    text.append(r.verb).append(" ").append(origin_.base_path).append(r.target).append(r.target_end);
    text.append(" HTTP/1.1\r\nHost: ").append(authority);
    if (r.with_key && !key_.empty()) {
        text.append("\r\nAuthorization: ");
        if (r.bearer)
            text.append("Bearer ").append(key_.reveal());
        else
            text.append(basic_);
    }
    text.append("\r\nUser-Agent: ");
    if (!options_.user_agent.empty()) text.append(options_.user_agent).append(" ");
    text.append("cohub/" COHUB_VERSION_STRING "\r\n");
    for (auto const& [name, value] : options_.headers)
        if (!has_name(of_call, name) && !has_name(of_attempt, name))
            text.append(name).append(": ").append(value).append("\r\n");
    for (auto const& [name, value] : of_call)
        if (!has_name(of_attempt, name))
            text.append(name).append(": ").append(value.reveal()).append("\r\n");
    for (auto const& [name, value] : of_attempt)
        text.append(name).append(": ").append(value.reveal()).append("\r\n");
    if (!trace.empty() && !has_name(of_attempt, "traceparent"))
        text.append("traceparent: ").append(trace).append("\r\n");
    text.append(r.fields);
    return text;
}

COHUB_DECL std::string request_head::make(
    call::request const& r, call::attempt_extras const* extras
) const
{
    std::string text = begin(r, extras);
    text.append("Accept: application/json\r\n");
    if (!r.content_type.empty())
        text.append("Content-Type: ").append(r.content_type).append("\r\n");
    if (r.verb != "GET") text.append("Content-Length: ");
    return text;
}

COHUB_DECL std::string const& request_head::kept(call::request const& r)
{
    for (auto const& h : heads_)
        if (is_same(h.target, r.target) && is_same(h.verb, r.verb) &&
            is_same(h.content_type, r.content_type))
            return h.text;
    return heads_.emplace_back(head{r.verb, r.target, r.content_type, make(r, nullptr)}).text;
}

COHUB_DECL void request_head::write(
    call::request const& r,
    std::string_view timeout,
    call::attempt_extras const* extras,
    std::string& to
)
{
    constexpr std::size_t most_added = 64;  // a length, a timeout and brackets
    auto const make_room = [&](std::size_t head_size) {
        if (to.capacity() >= head_size + r.body.size() + most_added) return;
        cohub::detail::wipe(to);
        to.reserve(head_size + r.body.size() + most_added);
    };
    if (r.target_end.empty() && r.fields.empty() && r.with_key && !r.bearer && extras == nullptr &&
        r.options.headers().empty()) {
        std::string const& made = kept(r);
        make_room(made.size());
        to.assign(made);
    } else {
        std::string made = make(r, extras);
        make_room(made.size());
        to.assign(made);
        cohub::detail::wipe(made);
    }
    std::string_view const field = timeout.empty() ? "" : ",\"timeout\":";
    if (r.verb != "GET") {
        char digits[24];
        std::size_t const size = r.body.size() + field.size() + timeout.size() + r.is_rpc;
        auto const end = std::to_chars(digits, digits + sizeof digits, size).ptr;
        to.append(digits, end).append("\r\n\r\n", 4);
    } else
        to.append("\r\n", 2);
    to.append(r.body);
    if (!timeout.empty()) to.append(field).append(timeout);
    if (r.is_rpc) to += '}';
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
