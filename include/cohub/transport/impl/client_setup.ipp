#ifndef COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP

#include <cohub/transport/client.hpp>
#include <cohub/version.hpp>

#include <boost/asio/io_context.hpp>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace cohub::transport {

namespace detail {

inline std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    int const n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}

inline std::string hex(std::string_view text, std::string_view digits)
{
    std::string out;
    for (char const c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

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

inline std::string options_problem(options const& o, key_use use)
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

COHUB_DECL result<boost::intrusive_ptr<client>> client::make(
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
    std::unique_ptr<tls_context> tls;
    if (to->tls) {
        auto made = tls_context::make(o.tls, *to);
        if (!made) return made.error();
        tls = std::move(*made);
    }
    boost::intrusive_ptr<client> self(new client(io, std::move(o), std::move(*to)));
    self->tls_ = std::move(tls);
    if (self->options_.clock) self->options_.clock->subscribe(*self);
    self->service_ = &boost::asio::use_service<client_service>(io);
    self->service_->add(self.get());
    return self;
}

COHUB_DECL client::client(boost::asio::io_context& io, cohub::options&& o, http::origin&& to)
    : io_(io),
      options_(std::move(o)),
      origin_(std::move(to)),
      origin_text_(origin_.text()),
      mutex_(options_.threads == threading::multi),
      pool_([this] {
          detail::pool_rules r;
          r.max_connections = options_.pool.max_connections;
          r.max_connecting = options_.pool.max_connecting;
          r.max_idle = options_.pool.max_idle;
          r.idle_timeout = options_.pool.idle_timeout;
          r.max_age = options_.pool.max_age;
          return r;
      }()),
      timer_(std::in_place, io.get_executor()),
      resolver_(std::in_place, io.get_executor())
{
    random_state_ = options_.retry.seed;
    if (random_state_ == 0) {
        unsigned char seed[sizeof random_state_] = {};
        RAND_bytes(seed, sizeof seed);
        std::memcpy(&random_state_, seed, sizeof seed);
    }
    std::string key(options_.api_key.reveal());
    std::string const bare = detail::base64(key);
    never_shown_.push_back(key);
    never_shown_.push_back(detail::hex(key, "0123456789abcdef"));
    never_shown_.push_back(detail::hex(key, "0123456789ABCDEF"));
    // Base64 of whatever follows the key agrees in all but the last group of three bytes.
    never_shown_.push_back(bare.substr(0, key.size() / 3 * 4));
    key += ':';
    credentials_ = "Basic " + detail::base64(key);
    cohub::detail::wipe(key);
    std::erase_if(never_shown_, [](std::string const& s) { return s.size() < 4; });
}

COHUB_DECL client::~client()
{
    for (auto& h : heads_) cohub::detail::wipe(h.text);
    for (auto& s : never_shown_) cohub::detail::wipe(s);
    cohub::detail::wipe(scratch_);
    cohub::detail::wipe(credentials_);
}

/// All of a request's head up to the value of Content-Length, if it has one; the same for every
/// call of one route.
COHUB_DECL std::string const& client::head_for(call::request const& r)
{
    for (auto const& h : heads_)
        if (h.target == r.target && h.verb == r.verb && h.content_type == r.content_type)
            return h.text;
    heads_.push_back(head{r.verb, r.target, r.content_type, make_head(r)});
    return heads_.back().text;
}

COHUB_DECL std::string client::make_head(call::request const& r) const
{
    std::string text;
    text.reserve(512 + options_.api_key.reveal().size() * 2);
    text.append(r.verb).append(" ").append(origin_.base_path).append(r.target).append(r.target_end);
    text.append(" HTTP/1.1\r\nHost: ").append(origin_.authority());
    if (r.with_key && !options_.api_key.empty()) {
        text.append("\r\nAuthorization: ");
        if (r.bearer)
            text.append("Bearer ").append(options_.api_key.reveal());
        else
            text.append(credentials_);
    }
    text.append("\r\nUser-Agent: ");
    if (!options_.user_agent.empty()) text.append(options_.user_agent).append(" ");
    text.append("cohub/" COHUB_VERSION_STRING "\r\nAccept: application/json\r\n");
    for (auto const& [name, value] : options_.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    text.append(r.fields);
    if (!r.content_type.empty())
        text.append("Content-Type: ").append(r.content_type).append("\r\n");
    if (r.verb != "GET") text.append("Content-Length: ");
    return text;
}

COHUB_DECL void client::build_request(operation const& op)
{
    char number[24];
    auto const digits = [&number](auto value) {
        auto const done = std::to_chars(number, number + sizeof number, value);
        return std::string_view(number, static_cast<std::size_t>(done.ptr - number));
    };
    char tail[48];
    std::size_t tail_size = 0;
    if (op.req.is_rpc) {
        if (op.tells_timeout) {
            auto left = std::chrono::ceil<std::chrono::milliseconds>(op.deadline - now_);
            if (op.req.takes.count() != 0) left = std::min(left, op.req.takes);
            constexpr std::string_view name = ",\"timeout\":";
            auto const value = digits(std::max<std::int64_t>(1, left.count()));
            tail_size = name.copy(tail, name.size());
            tail_size += value.copy(tail + tail_size, value.size());
        }
        tail[tail_size++] = '}';
    }
    call::request const& r = op.req;
    if (r.target_end.empty() && r.fields.empty() && r.with_key && !r.bearer)
        scratch_.assign(head_for(r));
    else {
        std::string made = make_head(r);
        scratch_.assign(made);
        cohub::detail::wipe(made);
    }
    if (r.verb != "GET") scratch_.append(digits(r.body.size() + tail_size)).append("\r\n");
    scratch_.append("\r\n").append(r.body).append(tail, tail_size);
}

}  // namespace cohub::transport

#endif
