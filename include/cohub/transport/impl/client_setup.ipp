#ifndef COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP

#include <cohub/transport/client.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace cohub::transport {

namespace detail {

inline bool is_token_char(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// What is wrong with a header, in words; nothing if it may be sent.
inline std::string header_problem(std::string_view name, std::string_view value)
{
    static constexpr std::string_view ours[] = {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "authorization",
        "content-type",
        "accept-encoding",
        "expect",
        "upgrade",
        "te",
        "trailer",
        "user-agent"};
    std::string const shown = "header \"" + cohub::detail::escaped(name, 60) + "\"";
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char))
        return shown + ": the name must be a token (RFC 9110)";
    if (name.size() + value.size() > 8192) return shown + ": longer than 8192 bytes";
    constexpr std::string_view handshake = "sec-websocket-";
    if (boost::beast::iequals(
            boost::beast::string_view(name.data(), std::min(name.size(), handshake.size())),
            boost::beast::string_view(handshake.data(), handshake.size())
        ))
        return shown + ": the library sets it itself";
    for (auto const& o : ours)
        if (boost::beast::iequals(
                boost::beast::string_view(name.data(), name.size()),
                boost::beast::string_view(o.data(), o.size())
            ))
            return shown + ": the library sets it itself";
    for (char const c : value)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return shown + ": the value has a control character";
    return {};
}

inline std::string key_problem(std::string_view key, key_use use)
{
    if (key.empty() && use == key_use::optional) return {};
    if (key.empty()) return "api_key is empty; set it, or COCALC_API_KEY for options::from_env()";
    if (key.size() > 4096) return "api_key is longer than 4096 bytes";
    for (char const c : key) {
        auto const u = static_cast<unsigned char>(c);
        if (u == '\r' || u == '\n')
            return "api_key has a line break; was it read from a file with its last line's end?";
        if (u <= 0x20 || u >= 0x7F) return "api_key has a blank, control or non-ASCII character";
        if (u == ':') return "api_key has a colon, which no key may have";
    }
    return {};
}

[[gnu::cold]] inline std::string options_problem(options const& o, key_use use)
{
    using std::chrono::milliseconds;
    // A nanosecond clock holds 292 years; a century is beyond all needs and safe to add to a time.
    constexpr milliseconds century = std::chrono::hours(24 * 36525);
    auto const in_range = [&](milliseconds t) { return t > milliseconds(0) && t <= century; };
    if (o.pool.max_connections == 0 || o.pool.max_connections > 65535)
        return "pool.max_connections must be 1 to 65535";
    if (o.pool.max_connecting == 0) return "pool.max_connecting must be at least 1";
    if (!in_range(o.pool.idle_timeout)) return "pool.idle_timeout must be positive";
    if (!in_range(o.pool.max_age)) return "pool.max_age must be positive";
    if (o.timeouts.call && !in_range(*o.timeouts.call)) return "timeouts.call must be positive";
    if (!in_range(o.timeouts.resolve)) return "timeouts.resolve must be positive";
    if (!in_range(o.timeouts.connect)) return "timeouts.connect must be positive";
    if (!in_range(o.timeouts.handshake)) return "timeouts.handshake must be positive";
    if (o.retry.max_attempts < 1 || o.retry.max_attempts > 100)
        return "retry.max_attempts must be 1 to 100";
    if (o.retry.base < milliseconds(0) || o.retry.base > century)
        return "retry.base must not be negative";
    if (o.retry.cap < milliseconds(0) || o.retry.cap > century)
        return "retry.cap must not be negative";
    if (o.limits.max_header < 256 || o.limits.max_header > (1u << 30))
        return "limits.max_header must be 256 bytes to 1 GiB";
    if (o.limits.max_body == 0) return "limits.max_body must be at least 1 byte";
    if (o.limits.max_request == 0) return "limits.max_request must be at least 1 byte";
    for (char const c : o.user_agent)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F)
            return "user_agent has a control or non-ASCII character";
    if (o.user_agent.size() > 8192) return "user_agent is longer than 8192 bytes";
    for (auto const& [name, value] : o.headers)
        if (std::string p = header_problem(name, value); !p.empty()) return p;
    return key_problem(o.api_key.reveal(), use);
}

}  // namespace detail

COHUB_INNER_DECL result<boost::intrusive_ptr<client>> client::make(
    boost::asio::io_context& io, cohub::options o, key_use use
)
{
    if (std::string p = detail::options_problem(o, use); !p.empty())
        return failure(errc::invalid_argument, "options: " + std::move(p));
    auto to = http::parse_origin(o.host);
    if (!to) return to.error();
    if (!to->tls && !to->is_loopback_address && to->host != "localhost")
        return failure(
            errc::invalid_argument,
            "host: http:// would send the API key in clear text to " + to->authority() +
                "; use https://, or http:// with 127.0.0.1, [::1] or localhost"
        );
    boost::intrusive_ptr<tls_context> tls;
    if (to->tls)
        if (auto f = tls_context::make(o.tls, *to, tls)) return std::move(*f);
    boost::intrusive_ptr<client> self(new client(io, std::move(o), std::move(*to), std::move(tls)));
    if (self->alarm_problem()) return self->no_alarm();
    self->enlist();
    return self;
}

COHUB_INNER_DECL client::client(
    boost::asio::io_context& io,
    cohub::options&& o,
    http::origin&& to,
    boost::intrusive_ptr<tls_context> tls
)
    : driver(io, std::move(o), std::move(to), std::move(tls)), pool_([this] {
          detail::pool_rules r;
          r.max_connections = options_.pool.max_connections;
          r.max_connecting = options_.pool.max_connecting;
          r.max_idle = options_.pool.max_idle;
          r.idle_timeout = options_.pool.idle_timeout;
          r.max_age = options_.pool.max_age;
          return r;
      }())
{
}

COHUB_INNER_DECL client::~client()
{
    for (auto& h : heads_) cohub::detail::wipe(h.text);
    cohub::detail::wipe(scratch_);
}

/// All of a request's head up to the value of Content-Length, if it has one; the same for every
/// call of one route.
COHUB_INNER_DECL std::string const& client::head_for(call::request const& r)
{
    for (auto const& h : heads_)
        if (h.target == r.target && h.verb == r.verb && h.content_type == r.content_type)
            return h.text;
    return heads_.emplace_back(head{r.verb, r.target, r.content_type, make_head(r)}).text;
}

COHUB_INNER_DECL std::string client::make_head(call::request const& r) const
{
    std::string text = begin_head(r);
    text.append("Accept: application/json\r\n");
    if (!r.content_type.empty())
        text.append("Content-Type: ").append(r.content_type).append("\r\n");
    if (r.verb != "GET") text.append("Content-Length: ");
    return text;
}

COHUB_INNER_DECL void client::build_request(operation const& op)
{
    call::request const& r = op.req;
    std::string_view field;
    std::string timeout;
    if (r.is_rpc && op.tells_timeout) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(op.deadline - now_);
        if (r.takes.count() != 0) left = std::min(left, r.takes);
        field = ",\"timeout\":";
        timeout =
            std::to_string(static_cast<std::uint64_t>(std::max<std::int64_t>(1, left.count())));
    }
    if (r.target_end.empty() && r.fields.empty() && r.with_key && !r.bearer)
        scratch_.assign(head_for(r));
    else {
        std::string made = make_head(r);
        scratch_.assign(made);
        cohub::detail::wipe(made);
    }
    if (r.verb != "GET") {
        std::size_t const size = r.body.size() + field.size() + timeout.size() + r.is_rpc;
        scratch_.append(std::to_string(size)).append("\r\n");
    }
    scratch_.append("\r\n").append(r.body).append(field).append(timeout);
    if (r.is_rpc) scratch_ += '}';
}

}  // namespace cohub::transport

#endif
