#ifndef COHUB_TRANSPORT_DRIVER_HPP
#define COHUB_TRANSPORT_DRIVER_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/connection.hpp>
#include <cohub/transport/options.hpp>
#include <cohub/transport/tls.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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

class driver_service;

/// @brief A counted reference to whoever owns connections.
template <class Owner>
class owner_ref
{
public:
    explicit owner_ref(Owner* o) noexcept : owner_(o) { owner_->retain(); }
    owner_ref(owner_ref const& other) noexcept : owner_ref(other.owner_) {}
    owner_ref& operator=(owner_ref const&) = delete;
    ~owner_ref() { owner_->release(); }

    Owner* operator->() const noexcept { return owner_; }

private:
    Owner* owner_;
};

/// @brief What clients and streams have in common: the lock, the time, the way to addresses, and
/// how outcomes reach their callers.
///
/// Everything inside is guarded by one lock, held for short and never while the caller's code runs:
/// what is to be told the caller is collected and delivered after the lock is gone.
class driver : public connection_owner,
               public clock::listener,
               public cohub::detail::list_node<driver_service>
{
public:
    /// @brief The io_context is going: drops all without telling anybody.
    COHUB_COLD_DECL void abandon() noexcept;

protected:
    using executor_type = boost::asio::io_context::executor_type;
    using operation = call::operation;
    using op_list = cohub::detail::linked_list<operation, operation>;

    COHUB_COLD_DECL driver(
        boost::asio::io_context& io,
        cohub::options&& o,
        http::origin&& to,
        boost::intrusive_ptr<tls_context> tls
    );
    COHUB_COLD_DECL ~driver();

    /// @brief To be called once somebody holds a reference.
    COHUB_COLD_DECL void enlist();

    COHUB_INNER_DECL void enter() override;
    COHUB_INNER_DECL void leave() override;
    clock::time_point now() const noexcept override { return now_; }
    COHUB_COLD_DECL void on_tcp_ready(connection& c) override;
    COHUB_COLD_DECL void time_moved() noexcept override;

    /// @brief Ends all calls with `why` and closes all connections.
    virtual void shut(errc why) = 0;
    virtual void timer_due(timer_node& node) = 0;
    /// @brief After every batch of events, the lock still held.
    virtual void settle() {}

    COHUB_INNER_DECL clock::time_point read_clock() const noexcept;
    COHUB_INNER_DECL void unlock_and_deliver(bool may_run_now);
    COHUB_INNER_DECL void arm_timer();
    /// @brief Why there can be no timer, if so; the driver is of no use then.
    error_code const& alarm_problem() const noexcept { return alarm_problem_; }
    COHUB_COLD_DECL failure no_alarm() const;
    COHUB_INNER_DECL void run_timers();
    COHUB_COLD_DECL double random();

    COHUB_COLD_DECL void seek_addresses(connection& c);
    COHUB_COLD_DECL void set_stage_limit(connection& c, std::chrono::nanoseconds limit);
    COHUB_COLD_DECL void stage_over(connection& c);

    COHUB_INNER_DECL void finish(operation& op, std::unique_ptr<failure> f);
    COHUB_COLD_DECL void fill_in(failure& f, operation& op);
    COHUB_COLD_DECL void redact(std::string& text) const;
    COHUB_COLD_DECL void stop();
    /// @brief Has `what` run by the io_context, without the lock.
    COHUB_COLD_DECL void post(void (*what)(driver&));

    /// @brief Method, target, host, key and the caller's own headers: what every request begins
    /// with.
    COHUB_COLD_DECL std::string begin_head(call::request const& r) const;

    boost::asio::io_context& io_;
    cohub::options options_;
    http::origin origin_;
    std::string origin_text_;
    detail::maybe_mutex mutex_;
    clock::time_point now_;
    boost::intrusive_ptr<tls_context> tls_;
    timer_queue timers_;
    op_list calls_;
    op_list done_;  // complete, and to be delivered once the lock is gone
    std::vector<attempt_event> events_;
    std::string credentials_;
    std::uint64_t random_state_ = 0;
    bool closed_ = false;
    bool draining_ = false;

private:
    /// What is posted to the io_context: one type, since each costs much to compile.
    struct task;
    using alarm_type = boost::asio::posix::basic_stream_descriptor<executor_type>;

    COHUB_COLD_DECL void begin_resolve();
    COHUB_COLD_DECL void ask_hook();
    COHUB_COLD_DECL void ask_system();
    COHUB_COLD_DECL void take_answer();
    COHUB_COLD_DECL void forget_look_up();
    COHUB_COLD_DECL void name_is_local();
    COHUB_COLD_DECL void catch_up();
    COHUB_COLD_DECL void resolved(std::uint64_t round, error_code ec, endpoint_list found);

    // Optional, so that nothing of Asio outlives an io_context that is destroyed first.
    std::optional<alarm_type> alarm_;  // a timerfd: Asio's timers are dear to compile
    bool alarm_awaited_ = false;
    error_code alarm_problem_;
    clock::time_point armed_for_ = clock::time_point::max();
    std::uint64_t resolve_round_ = 0;
    bool resolving_ = false;
    bool look_up_counts_ = false;           // as work of the io_context
    connection_ptr awaiting_addresses_;     // the first of a chain
    std::vector<std::string> never_shown_;  // the key in the forms in which a server may echo it

    /// What whoever looks a name up holds: the answer may come long after the driver, or even the
    /// io_context, is gone.
    struct resolve_ticket;
    struct system_look_up;
    std::shared_ptr<resolve_ticket> ticket_;

    driver_service* service_ = nullptr;
};

/// @brief Knows the drivers of an io_context, so that calls are dropped when it is destroyed.
class driver_service final : public boost::asio::execution_context::service
{
public:
    using key_type = driver_service;
    inline static boost::asio::execution_context::id id;

    explicit driver_service(boost::asio::execution_context& c)
        : boost::asio::execution_context::service(c)
    {
    }
    void add(driver* d)
    {
        std::lock_guard lock(mutex_);
        drivers_.push_back(*d);
    }
    void remove(driver* d) noexcept
    {
        std::lock_guard lock(mutex_);
        if (drivers_.holds(*d)) drivers_.erase(*d);
    }

private:
    void shutdown() override
    {
        for (;;) {
            std::unique_lock lock(mutex_);
            if (drivers_.empty()) return;
            owner_ref<driver> const d(&drivers_.back());
            drivers_.erase(drivers_.back());
            lock.unlock();
            d->abandon();
        }
    }

    std::mutex mutex_;
    cohub::detail::linked_list<driver, driver_service> drivers_;
};

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/driver.ipp>
#endif

#endif
