#ifndef COHUB_BATCHING_DETAIL_NAME_LOOKUPS_HPP
#define COHUB_BATCHING_DETAIL_NAME_LOOKUPS_HPP

#include <cohub/call/completion.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohub::batching::detail {

/// @brief Single look-ups of names, of all callers of one client, in few calls.
///
/// A look-up waits for the window, or until there are ids enough; then one call of the client's
/// asks for all of them. Each caller has a deadline and a cancellation of its own, which nobody
/// else notices: a call ends early only if nobody waits for it any more. A call that the server
/// refuses is split until the refusal is that of one id.
class name_lookups final : public call::channel, public transport::detail::io_core
{
public:
    using executor_type = call::channel::executor_type;
    using connection = transport::detail::connection;

    COHUB_DECL explicit name_lookups(boost::intrusive_ptr<transport::client> client);
    /// @brief To be called once somebody holds a reference.
    void begin_life() { attach(); }

    COHUB_DECL void start(call::operation& op) override;
    COHUB_DECL void cancel(
        call::operation& op, boost::asio::cancellation_type type
    ) noexcept override;
    executor_type executor() const noexcept override { return executor_; }
    bool has_executor(executor_type const& e) const noexcept override { return executor_ == e; }
    bool runs_here() const noexcept override { return is_own_thread(); }

private:
    using core_lock = transport::detail::core_lock;

    struct member
    {
        operation* op;  // null: it has ended
        std::string id;
    };
    struct family
    {
        std::string words;      // of the first that failed
        std::size_t alike = 0;  // that failed with the same
        bool some_succeeded = false;
    };
    /// Look-ups that go together; from the first of them until the answer.
    struct batch
    {
        std::vector<member> members;
        std::size_t waiting = 0;  // members that have not ended
        std::size_t ids = 0;      // different ones
        bool sent = false;
        std::string name;  // the subject of the client's call
        /// What came of all parts of the batch that this one is a part of; null: it is whole.
        std::shared_ptr<family> parts;
    };
    using batch_ptr = std::shared_ptr<batch>;
    struct answer_handler;
    struct begin_task;
    struct give_up_task;

    // io_core
    COHUB_DECL void shutdown(failure const& why) noexcept override;
    COHUB_DECL void drop_all(failure const& why) noexcept override;
    COHUB_DECL void close_from_service() noexcept override;
    COHUB_DECL void timer_due(timer_node& node) noexcept override;
    bool after_batch() noexcept override { return false; }
    std::optional<clock::duration> next_idle_tick() const noexcept override { return std::nullopt; }
    bool is_active() const noexcept override { return calls_under_way() != 0; }

    // It has no connections and decodes nothing.
    void on_ready(connection&) override {}
    void on_connect_failed(connection&, failure&&) override {}
    void on_answer(connection&, bool) override {}
    void on_broken(connection&, failure&&) override {}
    std::optional<failure> decode(operation&) override { return std::nullopt; }
    void on_decoded(operation&, std::unique_ptr<failure>) noexcept override {}

    void join(operation& op);
    void leave(operation& op) noexcept;
    void end(operation& op, errc why) noexcept;
    void ask(batch_ptr const& b) noexcept;
    void post_call(batch_ptr const& b);
    void begin_call(batch_ptr const& b);
    std::optional<call::request> request_of(batch& b);
    bool may_split(batch const& b, failure const& f) const noexcept;
    void settle(batch_ptr b, result<names_by_account>& r);
    bool split(batch& b);
    void drop(batch_ptr const& b) noexcept;
    void take_name(operation& op, std::string const& id, names_by_account const& names);
    void fail(operation& op, failure const& why) noexcept;
    void hold_client() noexcept;

    boost::intrusive_ptr<transport::client> client_;
    std::vector<batch_ptr> batches_;
    batch_ptr open_;  // the one that still takes look-ups
    std::uint64_t next_batch_ = 0;
    timer_node window_timer_{timer_node::role::pool};
};

}  // namespace cohub::batching::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/detail/impl/name_lookups.ipp>
#endif

#endif
