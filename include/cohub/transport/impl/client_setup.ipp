#ifndef COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_SETUP_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2::transport {

namespace detail {

inline std::string options_problem(options const& o, key_use use)
{
    using std::chrono::milliseconds;
    // A nanosecond clock holds 292 years. A century is longer than needed, and can be added to a
    // time.
    constexpr milliseconds century = std::chrono::hours(24 * 36525);
    constexpr std::chrono::microseconds hour = std::chrono::hours(1);
    auto const negative = [&](milliseconds t) { return t.count() < 0 || t > century; };
    auto const not_positive = [&](milliseconds t) { return t.count() == 0 || negative(t); };
    struct rule
    {
        bool is_broken;
        char const* text;
    };
    rule const rules[] = {
        {o.pool.max_connections == 0 || o.pool.max_connections > 65535,
         "pool.max_connections must be 1 to 65535"},
        {o.pool.max_connecting == 0, "pool.max_connecting must be at least 1"},
        {not_positive(o.pool.idle_timeout),
         "pool.idle_timeout must be more than 0, and at most 100 years"},
        {not_positive(o.pool.max_age), "pool.max_age must be more than 0, and at most 100 years"},
        {negative(o.pool.connect_linger), "pool.connect_linger must be 0 to 100 years"},
        {negative(o.pool.connect_backoff_cap), "pool.connect_backoff_cap must be 0 to 100 years"},
        {o.timeouts.call && not_positive(*o.timeouts.call),
         "timeouts.call must be more than 0, and at most 100 years"},
        {not_positive(o.timeouts.resolve),
         "timeouts.resolve must be more than 0, and at most 100 years"},
        {not_positive(o.timeouts.connect),
         "timeouts.connect must be more than 0, and at most 100 years"},
        {o.pool.max_waiting == 0, "pool.max_waiting must be at least 1"},
        {o.timeouts.attempt && not_positive(*o.timeouts.attempt),
         "timeouts.attempt must be more than 0, and at most 100 years"},
        {!(o.retry.budget_ratio >= 0 && o.retry.budget_ratio <= 100),
         "retry.budget_ratio must be 0 to 100"},
        {!(o.retry.budget_reserve >= 0 && o.retry.budget_reserve <= 1e6),
         "retry.budget_reserve must be 0 to 1,000,000"},
        {negative(o.timeouts.address_delay), "timeouts.address_delay must be 0 to 100 years"},
        {not_positive(o.timeouts.handshake),
         "timeouts.handshake must be more than 0, and at most 100 years"},
        {o.retry.max_attempts < 1 || o.retry.max_attempts > 100,
         "retry.max_attempts must be 1 to 100"},
        {negative(o.retry.base), "retry.base must be 0 to 100 years"},
        {negative(o.retry.cap), "retry.cap must be 0 to 100 years"},
        {o.limits.max_header < 256 || o.limits.max_header > (1u << 30),
         "limits.max_header must be 256 bytes to 1 GiB"},
        {o.coalesce.window.count() < 0 || o.coalesce.window > hour,
         "coalesce.window must be 0 to an hour"},
        {o.coalesce.max_ids == 0 || o.coalesce.max_ids > 10'000,
         "coalesce.max_ids must be 1 to 10,000"},
        {o.coalesce.carrier() != nullptr &&
             (not_positive(o.coalesce.ttl()) || o.coalesce.max_entries() == 0 ||
              o.coalesce.max_entries() > 10'000'000),
         "coalesce.cache takes a positive time and 1 to 10,000,000 names"},
        {o.limits.max_body == 0, "limits.max_body must be at least 1 byte"},
        {o.limits.max_request == 0, "limits.max_request must be at least 1 byte"},
        {o.user_agent.size() > 8192, "user_agent is longer than 8192 bytes"},
    };
    for (auto const& r : rules)
        if (r.is_broken) return r.text;
    for (char const c : o.user_agent)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F)
            return "user_agent has a control or non-ASCII character";
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
    if (char const* const p = detail::system_socket::path_problem(o.socket_path))
        refuse(cohub::detail::concat({"options: socket_path: ", p}));
    if (o.proxy && !o.socket_path.empty())
        refuse("options: a proxy and a socket_path exclude each other");
    boost::intrusive_ptr<detail::tls_context> tls;
    if (to.tls) tls = detail::tls_context::make(o.tls, to, o.hooks.on_ssl_context);
    if (o.proxy) o.proxy = o.proxy.to(to, o.tls);
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
      key_slot_(*this),
      lacks_key_(options_.hooks.api_key && head_.key().empty())
{
}

COHUB_DECL void client::reload_tls()
{
    if (!origin_.tls) return;
    // Files are read without the lock.
    auto fresh = detail::tls_context::make(options_.tls, origin_, options_.hooks.on_ssl_context);
    proxy_options way;
    if (options_.proxy) way = options_.proxy.to(origin_, options_.tls);
    detail::core_lock lock(*this);
    tls_.swap(fresh);
    std::swap(proxy_, way);
    lock.dispatch(detail::core_lock::from::elsewhere);
}

COHUB_DECL client::~client()
{
    key_slot_.stop();
    cohub::detail::wipe(request_);
}

}  // namespace cohub::inline abi_0_2::transport

#endif
