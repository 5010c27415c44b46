#ifndef COHUB_BATCHING_DETAIL_NAME_LOOKUPS_HPP
#define COHUB_BATCHING_DETAIL_NAME_LOOKUPS_HPP

#include <cohub/batching/detail/waiting_room.hpp>
#include <cohub/call/completion.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/transport/client.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohub::inline abi_0_2::batching::detail {

/// @brief Single lookups of names, of all callers of one client, in few calls.
///
/// A lookup waits for the window, or until there are ids enough; then one call of the client's
/// asks for all of them. Each caller has a deadline and a cancellation of its own, which nobody
/// else notices: a call ends early only if nobody waits for it any more. A call that the server
/// refuses is split until the refusal is that of one id.
class name_lookups : public waiting_room
{
public:
    COHUB_DECL explicit name_lookups(boost::intrusive_ptr<transport::client> client);
    COHUB_DECL ~name_lookups() override;

    COHUB_DECL void start(call::operation& op) override;

protected:
    /// @brief Whether the name is known, so that nobody has to be asked. With the lock.
    virtual bool knows(std::string const& /*id*/, account_names& /*to*/) { return false; }
    /// @brief The server answered: these names, some of which it may not know. With the lock.
    ///
    /// Further arguments: when it was asked, which of the client's keys was the latest one then,
    /// and what `state` was then.
    virtual void learned(
        names_by_account const& /*names*/,
        clock::time_point /*asked*/,
        unsigned /*key*/,
        unsigned /*state*/
    )
    {
    }
    virtual unsigned state() const noexcept { return 0; }

private:
    struct member
    {
        operation* op;  // null: it has ended
        std::string id;
    };
    struct family : boost::intrusive_ref_counter<family>
    {
        std::string words;      // of the first that failed
        std::size_t alike = 0;  // that failed with the same
        bool some_succeeded = false;
    };
    /// Lookups that go together; from the first of them until the answer.
    struct batch : boost::intrusive_ref_counter<batch>, cohub::detail::list_node<batch>
    {
        std::vector<member> members;
        std::size_t waiting = 0;  // members that have not ended
        std::size_t ids = 0;      // different ones
        bool sent = false;
        std::uint64_t number = 0;  // of the client's call, once it is posted
        clock::time_point asked;   // and what was so then
        unsigned key = 0, state = 0;
        /// What came of all parts of the batch that this one is a part of; null: it is whole.
        boost::intrusive_ptr<family> parts;
    };
    using batch_ptr = boost::intrusive_ptr<batch>;
    class shared_call;

    COHUB_DECL void join(operation& op) override;
    COHUB_DECL void leave(operation& op) noexcept override;
    COHUB_DECL void forget_all() noexcept override;
    COHUB_DECL void own_timer_due(timer_node& node) noexcept override;
    clock::reason waits_for() const noexcept override
    {
        bool const all_in_window = batches_.size() == (open_ ? 1u : 0u);
        return all_in_window ? clock::reason::pause : clock::reason::deadline;
    }

    void ask(batch_ptr const& b) noexcept;
    void remember(batch& b) noexcept;
    batch_ptr find(std::uint64_t number) noexcept;
    void forget_batch(batch& b) noexcept;
    void begin_call(std::uint64_t number);
    void give_up_call(std::uint64_t number) noexcept;
    std::optional<call::request> request_of(batch& b);
    bool may_split(batch const& b, failure const& f) const noexcept;
    void settle(batch_ptr b, names_by_account const& names, failure const* why) noexcept;
    bool split(batch& b);
    void drop(batch_ptr b) noexcept;
    void take_name(operation& op, std::string const& id, names_by_account const& names);

    cohub::detail::linked_list<batch, batch> batches_;  // holds a reference to each
    batch_ptr open_;                                    // the one that still takes lookups
    std::uint64_t next_batch_ = 0;
    timer_node window_timer_{timer_node::role::pool};
};

}  // namespace cohub::inline abi_0_2::batching::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/detail/impl/name_lookups.ipp>
#endif

#endif
