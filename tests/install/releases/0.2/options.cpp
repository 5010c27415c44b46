// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/cohub.hpp>
#include <cohub/core/auto_advance_clock.hpp>
#include <cohub/prometheus.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void values_of_retry()
{
    static_cast<void>(cohub::retry::safe);
    static_cast<void>(cohub::retry::never);
}

[[maybe_unused]] void values_of_errc()
{
    static_cast<void>(cohub::errc::invalid_argument);
    static_cast<void>(cohub::errc::resolve_failed);
    static_cast<void>(cohub::errc::connect_failed);
    static_cast<void>(cohub::errc::tls_untrusted);
    static_cast<void>(cohub::errc::tls_failed);
    static_cast<void>(cohub::errc::timeout);
    static_cast<void>(cohub::errc::cancelled);
    static_cast<void>(cohub::errc::connection_lost);
    static_cast<void>(cohub::errc::truncated);
    static_cast<void>(cohub::errc::protocol_error);
    static_cast<void>(cohub::errc::too_large);
    static_cast<void>(cohub::errc::unexpected_encoding);
    static_cast<void>(cohub::errc::bad_json);
    static_cast<void>(cohub::errc::bad_shape);
    static_cast<void>(cohub::errc::api_error);
    static_cast<void>(cohub::errc::unauthorized);
    static_cast<void>(cohub::errc::forbidden);
    static_cast<void>(cohub::errc::not_found);
    static_cast<void>(cohub::errc::conflict);
    static_cast<void>(cohub::errc::rate_limited);
    static_cast<void>(cohub::errc::http_status);
    static_cast<void>(cohub::errc::redirect_refused);
    static_cast<void>(cohub::errc::client_closed);
    static_cast<void>(cohub::errc::unavailable);
    static_cast<void>(cohub::errc::not_implemented);
    static_cast<void>(cohub::errc::sign_in_required);
    static_cast<void>(cohub::errc::ws_refused);
    static_cast<void>(cohub::errc::ws_protocol);
    static_cast<void>(cohub::errc::ws_lost);
    static_cast<void>(cohub::errc::ws_closed);
    static_cast<void>(cohub::errc::overloaded);
    static_cast<void>(cohub::errc::proxy_unauthorized);
    static_cast<void>(cohub::errc::proxy_refused);
}

[[maybe_unused]] void values_of_condition()
{
    static_cast<void>(cohub::condition::transient);
    static_cast<void>(cohub::condition::transport);
    static_cast<void>(cohub::condition::refused);
    static_cast<void>(cohub::condition::bad_answer);
}

[[maybe_unused]] void values_of_stage()
{
    static_cast<void>(cohub::stage::none);
    static_cast<void>(cohub::stage::queued);
    static_cast<void>(cohub::stage::resolving);
    static_cast<void>(cohub::stage::connecting);
    static_cast<void>(cohub::stage::handshaking);
    static_cast<void>(cohub::stage::writing);
    static_cast<void>(cohub::stage::reading_head);
    static_cast<void>(cohub::stage::reading_body);
    static_cast<void>(cohub::stage::backing_off);
}

[[maybe_unused]] void values_of_threading()
{
    static_cast<void>(cohub::threading::multi);
    static_cast<void>(cohub::threading::single);
}

[[maybe_unused]] void use(cohub::as_result_t&) { static_cast<void>(cohub::as_result_t()); }

[[maybe_unused]] void use(cohub::attempt_event& x)
{
    member<std::string>(x.method);
    member<std::string>(x.origin);
    member<int>(x.attempt);
    member<std::uint64_t>(x.connection);
    member<bool>(x.reused_connection);
    member<error_code>(x.error);
    member<cohub::stage>(x.at);
    member<int>(x.http_status);
    member<std::chrono::nanoseconds>(x.took);
    member<std::optional<std::chrono::nanoseconds>>(x.next_in);
    member<std::string>(x.request_body);
    member<std::string>(x.response_body);
    member<std::string>(x.traceparent);
    static_cast<void>(cohub::attempt_event());
}

[[maybe_unused]] void use(cohub::auto_advance_clock& x)
{
    static_cast<void>(cohub::auto_advance_clock(any<std::chrono::system_clock::time_point>()));
    static_cast<void>(cohub::auto_advance_clock());
    static_cast<void>(x.now());
    static_cast<void>(x.wall());
    static_cast<void>(x.elapsed());
    static_cast<void>(x.advance(any<cohub::clock::duration>()));
    static_cast<void>(x.subscribe(any<cohub::clock::listener&>()));
    static_cast<void>(x.unsubscribe(any<cohub::clock::listener&>()));
    static_cast<void>(x.expect(
        any<cohub::clock::listener&>(), any<cohub::clock::time_point>(), any<cohub::clock::reason>()
    ));
    static_cast<void>(cohub::auto_advance_clock::reason::deadline);
    static_cast<void>(cohub::auto_advance_clock::reason::answer);
    static_cast<void>(cohub::auto_advance_clock::reason::pause);
    static_cast<void>(cohub::auto_advance_clock::reason::idle);
    static_cast<void>(any<cohub::auto_advance_clock::duration*>());
    static_cast<void>(any<cohub::auto_advance_clock::time_point*>());
}

[[maybe_unused]] void use(cohub::call_event& x)
{
    member<std::string>(x.method);
    member<std::string>(x.origin);
    member<int>(x.attempts);
    member<error_code>(x.error);
    member<int>(x.http_status);
    member<std::array<std::chrono::nanoseconds, cohub::stage_count>>(x.spent);
    member<std::uint64_t>(x.bytes_sent);
    member<std::uint64_t>(x.bytes_received);
    member<bool>(x.new_connection);
    member<std::string>(x.traceparent);
    static_cast<void>(cohub::call_event());
    static_cast<void>(x.took());
}

[[maybe_unused]] void use(cohub::call_options& x)
{
    static_cast<void>(cohub::call_options());
    static_cast<void>(x.timeout(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.deadline(any<cohub::clock::time_point>()));
    static_cast<void>(x.retries(any<int>()));
    static_cast<void>(x.idempotent(any<bool>()));
    static_cast<void>(x.idempotent());
    static_cast<void>(x.header(any<std::string>(), any<cohub::secret>()));
    static_cast<void>(x.shared());
    static_cast<void>(x.hedge_after(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.has_timeout());
    static_cast<void>(x.has_deadline());
    static_cast<void>(x.timeout());
    static_cast<void>(x.deadline());
    static_cast<void>(x.retries());
    static_cast<void>(x.headers());
    static_cast<void>(x.is_shared());
    static_cast<void>(x.hedge_delay());
}

[[maybe_unused]] void use(cohub::clock& x)
{
    static_cast<void>(cohub::clock::reason::deadline);
    static_cast<void>(cohub::clock::reason::answer);
    static_cast<void>(cohub::clock::reason::pause);
    static_cast<void>(cohub::clock::reason::idle);
    static_cast<void>(any<cohub::clock::duration*>());
    static_cast<void>(any<cohub::clock::time_point*>());
    static_cast<void>(x.now());
    static_cast<void>(x.wall());
    static_cast<void>(x.subscribe(any<cohub::clock::listener&>()));
    static_cast<void>(x.unsubscribe(any<cohub::clock::listener&>()));
    static_cast<void>(x.expect(
        any<cohub::clock::listener&>(), any<cohub::clock::time_point>(), any<cohub::clock::reason>()
    ));
}

[[maybe_unused]] void use(cohub::clock::listener& x) { static_cast<void>(x.time_moved()); }

[[maybe_unused]] void use(cohub::coalesce_options& x)
{
    member<std::chrono::microseconds>(x.window);
    member<std::size_t>(x.max_ids);
    static_cast<void>(cohub::coalesce_options());
    static_cast<void>(x.cache(any<std::chrono::milliseconds>(), any<std::size_t>()));
    static_cast<void>(x.cache(any<std::chrono::milliseconds>()));
    static_cast<void>(x.ttl());
    static_cast<void>(x.max_entries());
}

[[maybe_unused]] void use(cohub::connection_stats& x)
{
    member<std::uint64_t>(x.opened);
    member<std::uint64_t>(x.established);
    member<std::uint64_t>(x.resumed);
    member<std::uint64_t>(x.closed);
    member<std::uint64_t>(x.reused);
    member<std::uint64_t>(x.failed_connects);
    member<std::uint64_t>(x.suspects);
    member<std::uint64_t>(x.refused);
    member<std::uint64_t>(x.repeated);
    member<std::uint64_t>(x.over_budget);
    member<std::uint64_t>(x.shared);
    member<std::uint64_t>(x.hedged);
    member<std::uint64_t>(x.hedges_won);
    member<std::uint64_t>(x.cached);
    member<std::size_t>(x.connecting);
    member<std::size_t>(x.in_use);
    member<std::size_t>(x.idle);
    member<std::size_t>(x.waiting);
    member<std::size_t>(x.calls);
    member<double>(x.retry_budget);
    static_cast<void>(cohub::connection_stats());
}

[[maybe_unused]] void use(cohub::error& x)
{
    static_cast<void>(cohub::error(any<cohub::failure>()));
    static_cast<void>(x.what());
    static_cast<void>(x.why());
    static_cast<void>(x.method());
    static_cast<void>(x.attempts());
    static_cast<void>(x.http_status());
    static_cast<void>(x.server_message());
}

[[maybe_unused]] void use(cohub::failure& x)
{
    member<error_code>(x.code);
    member<error_code>(x.cause);
    member<cohub::stage>(x.at);
    member<int>(x.attempts);
    member<int>(x.http_status);
    member<int>(x.close_code);
    member<bool>(x.maybe_sent);
    member<std::optional<std::chrono::seconds>>(x.retry_after);
    member<std::string>(x.where);
    member<std::string>(x.origin);
    member<std::string>(x.server_message);
    member<std::string>(x.path);
    member<std::string>(x.detail);
    member<std::array<std::chrono::nanoseconds, cohub::stage_count>>(x.spent);
    static_cast<void>(cohub::failure());
    static_cast<void>(cohub::failure(any<cohub::errc>(), any<std::string>()));
    static_cast<void>(cohub::failure(any<cohub::errc>()));
    static_cast<void>(x.is(any<cohub::condition>()));
    static_cast<void>(x.kind());
    static_cast<void>(x.message());
}

[[maybe_unused]] void use(cohub::gather_options& x)
{
    static_cast<void>(cohub::gather_options());
    static_cast<void>(x.limit(any<std::size_t>()));
    static_cast<void>(x.stop_on_error(any<bool>()));
    static_cast<void>(x.stop_on_error());
    static_cast<void>(x.on_progress(any<std::function<void(std::size_t done, std::size_t all)>>()));
    static_cast<void>(x.limit());
    static_cast<void>(x.stops_on_error());
    static_cast<void>(x.progress());
}

[[maybe_unused]] void use(cohub::hooks& x)
{
    static_cast<void>(any<cohub::hooks::endpoints*>());
    static_cast<void>(any<cohub::hooks::resolve_callback*>());
    static_cast<void>(any<cohub::hooks::key_callback*>());
    member<std::function<
        void(std::string const& host, std::uint16_t port, cohub::hooks::resolve_callback)>>(
        x.resolve
    );
    member<std::function<void(cohub::hooks::key_callback)>>(x.api_key);
    member<std::function<void(cohub::attempt_event const&)>>(x.on_attempt);
    member<std::size_t>(x.body_excerpt);
    member<std::function<void(cohub::call_event const&)>>(x.on_call);
    member<std::function<void(cohub::next_attempt const&, cohub::header_list&)>>(x.add_headers);
    member<std::function<void(ssl_ctx_st*)>>(x.on_ssl_context);
    static_cast<void>(cohub::hooks());
}

[[maybe_unused]] void use(cohub::labelled_stats& x)
{
    member<cohub::connection_stats>(x.stats);
    member<std::vector<std::pair<std::string, std::string>>>(x.labels);
    static_cast<void>(cohub::labelled_stats());
    static_cast<void>(cohub::labelled_stats(
        any<cohub::connection_stats const&>(),
        any<std::vector<std::pair<std::string, std::string>>>()
    ));
    static_cast<void>(cohub::labelled_stats(any<cohub::connection_stats const&>()));
}

[[maybe_unused]] void use(cohub::limit_options& x)
{
    member<std::size_t>(x.max_header);
    member<std::size_t>(x.max_body);
    member<std::size_t>(x.max_request);
    static_cast<void>(cohub::limit_options());
}

[[maybe_unused]] void use(cohub::manual_clock& x)
{
    static_cast<void>(cohub::manual_clock(any<std::chrono::system_clock::time_point>()));
    static_cast<void>(cohub::manual_clock());
    static_cast<void>(x.now());
    static_cast<void>(x.wall());
    static_cast<void>(x.advance(any<cohub::clock::duration>()));
    static_cast<void>(x.subscribe(any<cohub::clock::listener&>()));
    static_cast<void>(x.unsubscribe(any<cohub::clock::listener&>()));
    static_cast<void>(cohub::manual_clock::reason::deadline);
    static_cast<void>(cohub::manual_clock::reason::answer);
    static_cast<void>(cohub::manual_clock::reason::pause);
    static_cast<void>(cohub::manual_clock::reason::idle);
    static_cast<void>(any<cohub::manual_clock::duration*>());
    static_cast<void>(any<cohub::manual_clock::time_point*>());
    static_cast<void>(x.expect(
        any<cohub::clock::listener&>(), any<cohub::clock::time_point>(), any<cohub::clock::reason>()
    ));
}

[[maybe_unused]] void use(cohub::next_attempt& x)
{
    member<std::string_view>(x.method);
    member<int>(x.attempt);
    member<std::string_view>(x.traceparent);
}

[[maybe_unused]] void use(cohub::options& x)
{
    member<std::string>(x.host);
    member<cohub::secret>(x.api_key);
    member<cohub::proxy_options>(x.proxy);
    member<std::string>(x.socket_path);
    member<cohub::tls_options>(x.tls);
    member<cohub::pool_options>(x.pool);
    member<cohub::timeout_options>(x.timeouts);
    member<cohub::retry_options>(x.retry);
    member<cohub::limit_options>(x.limits);
    member<cohub::coalesce_options>(x.coalesce);
    member<cohub::hooks>(x.hooks);
    member<cohub::threading>(x.threads);
    member<std::string>(x.user_agent);
    member<bool>(x.make_traceparent);
    member<std::vector<std::pair<std::string, std::string>>>(x.headers);
    member<std::shared_ptr<cohub::clock>>(x.clock);
    member<std::shared_ptr<cohub::transport::network>>(x.network);
    static_cast<void>(cohub::options());
    static_cast<void>(cohub::options(any<std::string>(), any<cohub::secret>()));
    static_cast<void>(cohub::options(any<std::string>()));
    static_cast<void>(cohub::options::from_env());
}

[[maybe_unused]] void use(cohub::pool_options& x)
{
    member<std::size_t>(x.max_connections);
    member<std::size_t>(x.max_connecting);
    member<std::size_t>(x.max_idle);
    member<std::chrono::milliseconds>(x.idle_timeout);
    member<std::chrono::milliseconds>(x.max_age);
    member<std::chrono::milliseconds>(x.connect_linger);
    member<std::chrono::milliseconds>(x.connect_backoff_cap);
    member<std::size_t>(x.max_waiting);
    member<bool>(x.refuse_late_calls);
    static_cast<void>(cohub::pool_options());
}

[[maybe_unused]] void use(cohub::proxy_options& x)
{
    static_cast<void>(cohub::proxy_options());
    static_cast<void>(cohub::proxy_options(any<std::string>()));
    static_cast<void>(x.credentials(any<std::string>(), any<cohub::secret>()));
    static_cast<void>(x.no_proxy(any<std::string>()));
    static_cast<void>(cohub::proxy_options::from_env());
}

[[maybe_unused]] void use(cohub::retry_options& x)
{
    member<int>(x.max_attempts);
    member<std::chrono::milliseconds>(x.base);
    member<std::chrono::milliseconds>(x.cap);
    member<std::chrono::seconds>(x.retry_after_cap);
    member<double>(x.budget_ratio);
    member<double>(x.budget_reserve);
    member<std::uint64_t>(x.seed);
    static_cast<void>(cohub::retry_options());
}

[[maybe_unused]] void use(cohub::secret& x)
{
    static_cast<void>(cohub::secret());
    static_cast<void>(cohub::secret(any<std::string>()));
    static_cast<void>(cohub::secret(any<std::string_view>()));
    static_cast<void>(cohub::secret(any<char const*>()));
    static_cast<void>(x.reveal());
    static_cast<void>(x.empty());
}

[[maybe_unused]] void use(cohub::sharded_hub& x)
{
    static_cast<void>(cohub::sharded_hub(any<cohub::options const&>(), any<std::size_t>()));
    static_cast<void>(cohub::sharded_hub(any<cohub::options const&>()));
    static_cast<void>(x.size());
    static_cast<void>(x.any());
    static_cast<void>(x.set_api_key(any<cohub::secret const&>()));
    static_cast<void>(x.reload_tls());
    static_cast<void>(x.warm_up(any<std::size_t>()));
    static_cast<void>(x.close(any<bool>()));
    static_cast<void>(x.close());
    static_cast<void>(x.async_close(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.async_close());
    static_cast<void>(x.stats());
}

[[maybe_unused]] void use(cohub::timeout_options& x)
{
    member<std::optional<std::chrono::milliseconds>>(x.call);
    member<std::chrono::milliseconds>(x.resolve);
    member<std::chrono::milliseconds>(x.connect);
    member<std::chrono::milliseconds>(x.address_delay);
    member<std::chrono::milliseconds>(x.handshake);
    member<std::optional<std::chrono::milliseconds>>(x.attempt);
    static_cast<void>(cohub::timeout_options());
}

[[maybe_unused]] void use(cohub::tls_options& x)
{
    member<std::string>(x.ca_file);
    member<std::string>(x.ca_pem);
    member<bool>(x.add_system_store);
    member<std::string>(x.client_cert_file);
    member<std::string>(x.client_key_file);
    member<std::string>(x.client_cert_pem);
    member<cohub::secret>(x.client_key_pem);
    member<cohub::tls::verify>(x.verify);
    member<cohub::tls::version>(x.min_version);
    member<bool>(x.resume_sessions);
    static_cast<void>(cohub::tls_options());
    static_cast<void>(x.has_client_certificate());
}

}  // namespace
