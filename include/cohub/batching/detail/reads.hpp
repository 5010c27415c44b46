#ifndef COHUB_BATCHING_DETAIL_READS_HPP
#define COHUB_BATCHING_DETAIL_READS_HPP

#include <cohub/batching/detail/waiting_room.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/core/timer_queue.hpp>
#include <cohub/transport/client.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace cohub::inline abi_0_2::batching::detail {

/// @brief Reads that are shared or hedged.
///
/// A flight is what one or more callers wait for. It has one call of the client's under way, its
/// leg, and a second one if it is hedged. The answer's text is decoded for each caller. A flight
/// goes on for as long as somebody waits for it.
class reads final : public waiting_room
{
public:
    COHUB_DECL explicit reads(boost::intrusive_ptr<transport::client> client);
    COHUB_DECL ~reads() override;

    COHUB_DECL void start(call::operation& op) override;

private:
    class leg;
    using leg_ptr = boost::intrusive_ptr<leg>;

    /// Kept by its callers, its legs, and `todo_`.
    struct flight : boost::intrusive_ref_counter<flight>,
                    timer_node,  // until it is hedged
                    cohub::detail::list_node<flight>
    {
        flight() : timer_node(role::pool) {}

        std::string key;  // empty: it is one caller's alone
        cohub::detail::linked_list<call::waiter, call::waiter> callers;
        std::chrono::nanoseconds hedge_delay{-1};
        leg_ptr legs[2];
        bool hedged = false;            // the second leg has been sent
        bool to_hedge = false;          // it is to be
        bool over = false;              // nobody waits any more, or the answer is there
        clock::time_point until;        // the first leg's deadline
        std::unique_ptr<failure> lost;  // why one of two legs has failed
        // The answer:
        leg_ptr answered_by;
        std::string text;
        int status = 0;
        bool is_ones_own = false;  // nobody else had it
    };
    using flight_ptr = boost::intrusive_ptr<flight>;

    // waiting_room
    COHUB_DECL void join(operation& op) override;
    COHUB_DECL void leave(operation& op) noexcept override;
    COHUB_DECL void forget_all() noexcept override;
    COHUB_DECL void own_timer_due(timer_node& node) noexcept override;
    /// The client may have ended a leg whose end has not arrived here yet.
    clock::reason waits_for() const noexcept override { return clock::reason::deadline; }
    COHUB_DECL std::optional<failure> decode(operation& op) override;
    COHUB_DECL void on_decoded(operation& op, std::unique_ptr<failure> f) noexcept override;

    std::string key_of(operation const& op) const;
    static flight_ptr let_go(operation& op) noexcept;
    void close_flight(flight& f) noexcept;
    void add_work(flight& f) noexcept;
    void post_work() noexcept;
    void work() noexcept;
    void begin(flight_ptr const& f) noexcept;
    void hedge(flight_ptr const& f) noexcept;
    call::request request_of(flight& f);
    void came(flight_ptr const& f, leg& l) noexcept;
    void take_over(operation& op, leg& l) noexcept;
    bool begins_anew(flight& f, failure const& why) noexcept;
    void settle(flight& f, leg& l) noexcept;
    void fail_all(flight& f, failure const& why) noexcept;

    std::unordered_map<std::string, flight*> shared_;  // those that may be joined
    /// To be begun, hedged or ended, without the lock. Holds a reference to each.
    cohub::detail::linked_list<flight, flight> todo_;
};

}  // namespace cohub::inline abi_0_2::batching::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/detail/impl/reads.ipp>
#include <cohub/transport/impl/client_reads.ipp>
#endif

#endif
