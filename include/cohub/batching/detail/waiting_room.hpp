#ifndef COHUB_BATCHING_DETAIL_WAITING_ROOM_HPP
#define COHUB_BATCHING_DETAIL_WAITING_ROOM_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <memory>
#include <optional>

namespace cohub::inline abi_0_2::batching::detail {

/// @brief What stands in front of a client for calls that share one of the client's.
///
/// It has the calls of callers, each with a deadline and a cancellation of its own, until the
/// answer to the client's call comes. The client drains only when nobody waits here.
class waiting_room : public call::channel, public transport::detail::io_core
{
public:
    using executor_type = call::channel::executor_type;
    using connection = transport::detail::connection;

    /// @brief To be called once somebody holds a reference.
    void begin_life() { attach(); }

    COHUB_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return executor_; }
    bool has_executor(executor_type const& e) const noexcept override { return executor_ == e; }
    bool runs_here() const noexcept override { return is_own_thread(); }
    call::channel_ptr shared_by_callers(call::room which, call::channel_maker make) override
    {
        return client_->shared_by_callers(which, make);
    }

protected:
    using core_lock = transport::detail::core_lock;

    COHUB_DECL waiting_room(boost::intrusive_ptr<transport::client> client, call::room which);
    COHUB_DECL ~waiting_room() override;

    /// @brief Takes a call over, or ends it at once.
    /// @throws std::bad_alloc `op` is the caller's still
    COHUB_DECL void admit(operation& op);
    /// @brief `op` waits from now on. With the lock.
    virtual void join(operation& op) = 0;
    /// @brief It waits no longer, if it did. With the lock.
    virtual void leave(operation& op) noexcept = 0;
    /// @brief Nobody waits any more, though calls may be under way still. With the lock.
    virtual void forget_all() noexcept = 0;
    /// @brief A timer of the room's own is due. With the lock.
    virtual void own_timer_due(timer_node& node) noexcept = 0;

    COHUB_DECL void end(operation& op, errc why) noexcept;
    /// @brief The call, which waits no longer, ends as the one that it shares.
    COHUB_DECL void fail(operation& op, failure const& why) noexcept;
    /// @brief While calls are under way here, the client is not done.
    void hold_client() noexcept
    {
        bool const yes = calls_under_way() != 0;
        if (yes == holds_client_) return;
        holds_client_ = yes;
        client_->hold_open(which_, yes);
    }

    // io_core
    COHUB_DECL void shutdown(failure const& why) noexcept override;
    COHUB_DECL void drop_all(failure const& why) noexcept override;
    COHUB_DECL void close_from_service() noexcept override;
    COHUB_DECL void timer_due(timer_node& node) noexcept override;
    bool after_batch() noexcept override
    {
        hold_client();
        return false;
    }
    clock::duration next_idle_tick() const noexcept override { return for_ever; }
    bool is_active() const noexcept override { return calls_under_way() != 0; }

    // It has no connections. Rooms that decode say so.
    void on_ready(connection&) override {}
    void on_connect_failed(connection&, failure&&) override {}
    void on_answer(connection&, bool) override {}
    void on_broken(connection&, failure&&) override {}
    std::optional<failure> decode(operation&) override { return std::nullopt; }
    void on_decoded(operation&, std::unique_ptr<failure>) noexcept override {}

    boost::intrusive_ptr<transport::client> client_;

private:
    call::room which_;
    bool holds_client_ = false;
};

}  // namespace cohub::inline abi_0_2::batching::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/detail/impl/waiting_room.ipp>
#endif

#endif
