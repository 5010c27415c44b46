#ifndef COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <algorithm>

namespace cohub::transport {

namespace detail {

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
    if (o.pool.connect_linger < milliseconds(0) || o.pool.connect_linger > century)
        return "pool.connect_linger must not be negative";
    if (o.pool.connect_backoff_cap < milliseconds(0) || o.pool.connect_backoff_cap > century)
        return "pool.connect_backoff_cap must not be negative";
    if (o.timeouts.call && !in_range(*o.timeouts.call)) return "timeouts.call must be positive";
    if (!in_range(o.timeouts.resolve)) return "timeouts.resolve must be positive";
    if (!in_range(o.timeouts.connect)) return "timeouts.connect must be positive";
    if (o.pool.max_waiting == 0) return "pool.max_waiting must be at least 1";
    if (o.timeouts.attempt && !in_range(*o.timeouts.attempt))
        return "timeouts.attempt must be positive";
    if (!(o.retry.budget_ratio >= 0 && o.retry.budget_ratio <= 100))
        return "retry.budget_ratio must be 0 to 100";
    if (!(o.retry.budget_reserve >= 0 && o.retry.budget_reserve <= 1e6))
        return "retry.budget_reserve must be 0 to 1,000,000";
    if (o.timeouts.address_delay < milliseconds(0) || o.timeouts.address_delay > century)
        return "timeouts.address_delay must not be negative";
    if (!in_range(o.timeouts.handshake)) return "timeouts.handshake must be positive";
    if (o.retry.max_attempts < 1 || o.retry.max_attempts > 100)
        return "retry.max_attempts must be 1 to 100";
    if (o.retry.base < milliseconds(0) || o.retry.base > century)
        return "retry.base must not be negative";
    if (o.retry.cap < milliseconds(0) || o.retry.cap > century)
        return "retry.cap must not be negative";
    if (o.limits.max_header < 256 || o.limits.max_header > (1u << 30))
        return "limits.max_header must be 256 bytes to 1 GiB";
    if (o.coalesce.window < std::chrono::microseconds(0) ||
        o.coalesce.window > std::chrono::hours(1))
        return "coalesce.window must be 0 to an hour";
    if (o.coalesce.max_ids == 0 || o.coalesce.max_ids > 10'000)
        return "coalesce.max_ids must be 1 to 10,000";
    if (o.limits.max_body == 0) return "limits.max_body must be at least 1 byte";
    if (o.limits.max_request == 0) return "limits.max_request must be at least 1 byte";
    for (char const c : o.user_agent)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F)
            return "user_agent has a control or non-ASCII character";
    if (o.user_agent.size() > 8192) return "user_agent is longer than 8192 bytes";
    for (auto const& [name, value] : o.headers)
        if (std::string p = header_problem(name, value); !p.empty()) return p;
    if (o.api_key.empty() && use == key_use::required && !o.hooks.api_key)
        return "api_key is empty; set it, or COCALC_API_KEY for options::from_env()";
    return key_problem(o.api_key.reveal());
}

}  // namespace detail

COHUB_DECL boost::intrusive_ptr<client> client::make(
    executor_type const& executor, cohub::options&& o, key_use use
)
{
    auto const refuse = [](std::string why) {
        throw error(failure(errc::invalid_argument, std::move(why)));
    };
    if (!executor) refuse("the executor is empty; give one that runs");
    if (std::string const p = detail::options_problem(o, use); !p.empty())
        refuse(cohub::detail::concat({"options: ", p}));
    http::origin to = http::parse_origin(o.host);
    if (!to.tls && !to.is_loopback_address && to.host != "localhost")
        refuse(cohub::detail::concat(
            {"host: http:// would send the API key in clear text to ",
             to.authority(),
             "; use https://, or http:// with 127.0.0.1, [::1] or localhost"}
        ));
    boost::intrusive_ptr<detail::tls_context> tls;
    if (to.tls) tls = detail::tls_context::make(o.tls, to);
    boost::intrusive_ptr<client> self(
        new client(executor, std::move(o), std::move(to), std::move(tls), use)
    );
    self->attach();
    return self;
}

COHUB_DECL client::client(
    executor_type const& executor,
    cohub::options&& o,
    http::origin&& to,
    boost::intrusive_ptr<detail::tls_context> tls,
    key_use use
)
    : io_core(*this, executor, std::move(o), std::move(to), std::move(tls)),
      key_use_(use),
      pool_([this] {
          detail::pool_rules r;
          r.max_connections = options_.pool.max_connections;
          r.max_connecting = options_.pool.max_connecting;
          r.max_idle = options_.pool.max_idle;
          r.idle_timeout = options_.pool.idle_timeout;
          r.max_age = options_.pool.max_age;
          r.connect_linger = options_.pool.connect_linger;
          r.backoff_base = options_.retry.base;
          r.backoff_cap = options_.pool.connect_backoff_cap;
          return r;
      }()),
      budget_(options_.retry.budget_ratio, options_.retry.budget_reserve),
      key_source_(*this),
      lacks_key_(options_.hooks.api_key && head_.key().empty())
{
}

COHUB_DECL client::~client()
{
    key_source_.stop();
    cohub::detail::wipe(request_);
}

}  // namespace cohub::transport

#endif
