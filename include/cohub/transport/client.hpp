#ifndef COHUB_TRANSPORT_CLIENT_HPP
#define COHUB_TRANSPORT_CLIENT_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/carrier.hpp>
#include <cohub/transport/connection.hpp>
#include <cohub/transport/detail/pool_state.hpp>
#include <cohub/transport/driver.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::transport {

/// @brief What carries the calls of one client: pool, deadlines, retries.
class client final : public carrier, public driver
{
public:
    using executor_type = carrier::executor_type;

    /// @brief Checks the options.
    /// @errors errc::invalid_argument, with what to mend
    COHUB_COLD_DECL static result<boost::intrusive_ptr<client>> make(
        boost::asio::io_context& io, cohub::options o, key_use use = key_use::required
    );

    COHUB_COLD_DECL ~client() override;

    COHUB_INNER_DECL void start(call::operation& op) noexcept override;
    COHUB_COLD_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return io_.get_executor(); }

    call::stream_channel* make_stream(call::stream_request&& r, stream_maker over) override
    {
        return over == nullptr ? nullptr : over(*this, std::move(r));
    }
    COHUB_COLD_DECL void close(bool gracefully) noexcept override;
    COHUB_COLD_DECL void warm_up(std::size_t n) noexcept override;
    COHUB_COLD_DECL connection_stats stats() noexcept override;
    http::origin const& where() const noexcept { return origin_; }
    cohub::options const& settings() const noexcept { return options_; }

private:
    template <class Once>
    friend class websocket;

    COHUB_COLD_DECL client(
        boost::asio::io_context& io,
        cohub::options&& o,
        http::origin&& to,
        boost::intrusive_ptr<tls_context> tls
    );

    // connection_owner
    COHUB_INNER_DECL void on_ready(connection& c) override;
    COHUB_COLD_DECL void on_connect_failed(connection& c, failure&& f) override;
    COHUB_INNER_DECL void on_answer(connection& c, bool reusable) override;
    COHUB_COLD_DECL void on_broken(connection& c, failure&& f) override;
    COHUB_COLD_DECL void on_idle_lost(connection& c) override;
    void retain() noexcept override { intrusive_ptr_add_ref(static_cast<channel*>(this)); }
    void release() noexcept override { intrusive_ptr_release(static_cast<channel*>(this)); }

    // driver
    COHUB_COLD_DECL void shut(errc why) override;
    COHUB_INNER_DECL void timer_due(timer_node& node) override;
    void settle() override { pump(); }

    COHUB_INNER_DECL void begin(operation& op);
    COHUB_INNER_DECL void try_now(operation& op);
    COHUB_INNER_DECL bool send(operation& op, connection& c);
    COHUB_INNER_DECL void build_request(operation const& op);
    COHUB_INNER_DECL std::string const& head_for(call::request const& r);
    COHUB_COLD_DECL std::string make_head(call::request const& r) const;
    COHUB_INNER_DECL void pump();
    COHUB_COLD_DECL void begin_connection();
    COHUB_COLD_DECL void drop(connection& c, bool politely);
    COHUB_COLD_DECL void trim_connecting();
    COHUB_INNER_DECL void give_back(connection& c, bool reusable);
    COHUB_INNER_DECL void serve(call::waiter* w, connection& c);
    COHUB_COLD_DECL void attempt_failed(
        operation& op, failure&& f, connection const* c, bool stage_limit
    );
    COHUB_COLD_DECL void end_call(operation& op, errc why);
    COHUB_COLD_DECL void refuse(operation& op, errc why, std::string text);
    COHUB_COLD_DECL void let_go(operation& op);
    COHUB_COLD_DECL void drop_dead_idle();
    COHUB_COLD_DECL stage stage_of_waiting(operation& op);
    COHUB_COLD_DECL void set_pool_timer();
    COHUB_COLD_DECL void pool_due();
    COHUB_COLD_DECL void trace(
        operation const& op,
        failure const* f,
        connection const* c,
        std::optional<std::chrono::nanoseconds> next_in
    );

    detail::pool_state pool_;
    timer_node pool_timer_{timer_node::role::pool};
    std::uint64_t next_order_ = 0;
    std::uint64_t next_connection_ = 0;
    connection_stats counters_;
    bool pumping_ = false;

    struct head
    {
        std::string_view verb, target, content_type;
        std::string text;
    };
    std::list<head> heads_;
    std::string scratch_;
};

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/client.ipp>
#endif

#endif
