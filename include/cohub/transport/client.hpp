#ifndef COHUB_TRANSPORT_CLIENT_HPP
#define COHUB_TRANSPORT_CLIENT_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/carrier.hpp>
#include <cohub/transport/connection.hpp>
#include <cohub/transport/detail/pool_state.hpp>
#include <cohub/transport/options.hpp>
#include <cohub/transport/tls.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::transport {

namespace detail {

/// A mutex, unless the user promised one thread.
class maybe_mutex
{
public:
    explicit maybe_mutex(bool real) noexcept : real_(real) {}
    void lock()
    {
        if (real_) mutex_.lock();
    }
    void unlock() noexcept
    {
        if (real_) mutex_.unlock();
    }

private:
    std::mutex mutex_;
    bool real_;
};

}  // namespace detail

class client_service;

/// @brief What carries the calls of one client: pool, deadlines, retries.
///
/// Everything inside is guarded by one lock, held for short and never while the caller's code runs:
/// what is to be told the caller is collected and delivered after the lock is gone.
class client final : public carrier, private connection_owner, private clock::listener
{
public:
    /// @brief Checks the options.
    /// @errors errc::invalid_argument, with what to mend
    COHUB_COLD_DECL static result<boost::intrusive_ptr<client>> make(
        boost::asio::io_context& io, cohub::options o, key_use use = key_use::required
    );

    COHUB_COLD_DECL ~client() override;

    COHUB_DECL void start(call::operation& op) noexcept override;
    COHUB_COLD_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return io_.get_executor(); }

    COHUB_COLD_DECL void close(bool gracefully) noexcept override;
    COHUB_COLD_DECL void warm_up(std::size_t n) noexcept override;
    COHUB_COLD_DECL connection_stats stats() noexcept override;
    http::origin const& where() const noexcept { return origin_; }
    cohub::options const& settings() const noexcept { return options_; }

    /// @brief The io_context is going: drops all without telling anybody.
    COHUB_COLD_DECL void abandon() noexcept;

private:
    friend class client_service;
    using endpoint = connection::endpoint;
    using operation = call::operation;
    using op_list = cohub::detail::linked_list<operation, operation>;

    COHUB_COLD_DECL client(boost::asio::io_context& io, cohub::options&& o, http::origin&& to);

    // connection_owner
    COHUB_COLD_DECL void on_tcp_ready(connection& c) override;
    COHUB_DECL void on_ready(connection& c) override;
    COHUB_COLD_DECL void on_connect_failed(connection& c, failure&& f) override;
    COHUB_DECL void on_answer(connection& c, bool reusable) override;
    COHUB_COLD_DECL void on_broken(connection& c, failure&& f) override;
    COHUB_COLD_DECL void on_idle_lost(connection& c) override;
    COHUB_DECL void enter() override;
    COHUB_DECL void leave() override;
    clock::time_point now() const noexcept override { return now_; }
    void retain() noexcept override { intrusive_ptr_add_ref(this); }
    void release() noexcept override { intrusive_ptr_release(this); }
    COHUB_COLD_DECL void time_moved() noexcept override;

    COHUB_DECL clock::time_point read_clock() const noexcept;
    COHUB_DECL void begin(operation& op);
    COHUB_DECL void try_now(operation& op);
    COHUB_DECL bool send(operation& op, connection& c);
    COHUB_DECL void build_request(operation const& op);
    COHUB_DECL std::string const& head_for(call::request const& r);
    COHUB_COLD_DECL std::string make_head(call::request const& r) const;
    COHUB_DECL void pump();
    COHUB_COLD_DECL void begin_connection();
    COHUB_COLD_DECL void resolved(std::uint64_t round, error_code ec, std::vector<endpoint> found);
    COHUB_COLD_DECL void begin_resolve();
    COHUB_COLD_DECL void set_stage_limit(connection& c, std::chrono::nanoseconds limit);
    COHUB_COLD_DECL void drop(connection& c, bool politely);
    COHUB_COLD_DECL void trim_connecting();
    COHUB_DECL void give_back(connection& c, bool reusable);
    COHUB_DECL void serve(call::waiter* w, connection& c);
    COHUB_COLD_DECL void attempt_failed(
        operation& op, failure&& f, connection const* c, bool stage_limit
    );
    COHUB_COLD_DECL void end_call(operation& op, errc why);
    COHUB_COLD_DECL void let_go(operation& op);
    COHUB_COLD_DECL void shut(errc why);
    COHUB_COLD_DECL void drop_dead_idle();
    COHUB_DECL void unlock_and_deliver(bool may_run_now);
    COHUB_DECL void finish(operation& op, std::unique_ptr<failure> f);
    COHUB_COLD_DECL void fill_in(failure& f, operation& op);
    COHUB_COLD_DECL void redact(std::string& text) const;
    COHUB_COLD_DECL stage stage_of_waiting(operation& op);
    COHUB_DECL void run_timers();
    COHUB_COLD_DECL void timer_due(timer_node& node);
    COHUB_DECL void arm_timer();
    COHUB_COLD_DECL void set_pool_timer();
    COHUB_COLD_DECL double random();
    COHUB_COLD_DECL void trace(
        operation const& op,
        failure const* f,
        connection const* c,
        std::optional<std::chrono::nanoseconds> next_in
    );

    boost::asio::io_context& io_;
    cohub::options options_;
    http::origin origin_;
    std::string origin_text_;
    detail::maybe_mutex mutex_;
    clock::time_point now_;
    std::unique_ptr<tls_context> tls_;
    detail::pool_state pool_;
    timer_queue timers_;
    timer_node pool_timer_{timer_node::role::pool};
    using timer_type = boost::asio::basic_waitable_timer<
        std::chrono::steady_clock,
        boost::asio::wait_traits<std::chrono::steady_clock>,
        executor_type>;
    using resolver_type = detail::stream_protocol::resolver;
    // Optional, so that nothing of Asio outlives an io_context that is destroyed first.
    std::optional<timer_type> timer_;
    clock::time_point armed_for_ = clock::time_point::max();
    std::optional<resolver_type> resolver_;
    std::uint64_t resolve_round_ = 0;
    bool resolving_ = false;
    std::vector<connection_ptr> awaiting_addresses_;

    op_list calls_;
    std::uint64_t next_order_ = 0;
    std::uint64_t next_connection_ = 0;
    std::uint64_t random_state_ = 0;
    connection_stats counters_;
    bool closed_ = false;
    bool draining_ = false;
    bool pumping_ = false;

    struct head
    {
        std::string_view verb, target, content_type;
        std::string text;
    };
    std::vector<head> heads_;
    std::string scratch_;
    std::string credentials_;
    std::vector<std::string> never_shown_;  // the key in the forms in which a server may echo it

    op_list done_;  // complete, and to be delivered once the lock is gone
    std::vector<attempt_event> events_;

    /// What a resolver hook's callback holds: it may be called long after the client, or even the
    /// io_context, is gone.
    struct resolve_ticket
    {
        std::mutex mutex;
        client* owner = nullptr;
    };
    std::shared_ptr<resolve_ticket> ticket_;

    client_service* service_ = nullptr;
};

/// @brief Knows the clients of an io_context, so that calls are dropped when it is destroyed.
class client_service final : public boost::asio::execution_context::service
{
public:
    using key_type = client_service;
    inline static boost::asio::execution_context::id id;

    explicit client_service(boost::asio::execution_context& c)
        : boost::asio::execution_context::service(c)
    {
    }
    void add(client* c)
    {
        std::lock_guard lock(mutex_);
        clients_.push_back(c);
    }
    void remove(client* c) noexcept
    {
        std::lock_guard lock(mutex_);
        std::erase(clients_, c);
    }

private:
    void shutdown() override
    {
        for (;;) {
            boost::intrusive_ptr<client> c;
            {
                std::lock_guard lock(mutex_);
                if (clients_.empty()) return;
                c = clients_.back();
                clients_.pop_back();
            }
            c->abandon();
        }
    }

    std::mutex mutex_;
    std::vector<client*> clients_;
};

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/client.ipp>
#endif

#endif
