#ifndef COHUB_TRANSPORT_DETAIL_ANSWER_SLOT_HPP
#define COHUB_TRANSPORT_DETAIL_ANSWER_SLOT_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/transport/options.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <mutex>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Questions that somebody else answers, one at a time: the name service or a user's hook.
/// The answer may come on any thread, and long after the client, or even its context, was
/// destroyed.
class answer_slot
{
public:
    /// @brief Is notified when an answer is there.
    class listener
    {
    public:
        /// @brief May be called on any thread; after `stop` it is not called any more.
        virtual void answer_came() noexcept = 0;

    protected:
        ~listener() = default;
    };
    struct answer
    {
        error_code why;
        hooks::endpoints found = {};
        secret key = {};
        /// What the hook threw, if it threw; then `why` has no meaning of its own.
        std::string thrown = {};
    };
    /// @brief The slot and the answering code both own it.
    struct ticket : boost::intrusive_ref_counter<ticket>
    {
        std::mutex mutex;
        listener* to = nullptr;
        std::uint64_t number = 0;
        bool answered = false;
        answer given;
    };
    using ticket_ptr = boost::intrusive_ptr<ticket>;

    explicit answer_slot(listener& l) : listener_(l) {}

    /// @brief Whether there is a question whose answer has not been taken.
    bool is_busy() const noexcept { return busy_; }
    /// @brief Begins a question. Late answers to earlier ones do not count.
    /// @return its number
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL std::uint64_t begin();
    /// @brief Null before the first question; in a child process, null before its own first one.
    ticket_ptr const& to_answer() const noexcept { return ticket_; }
    /// @brief Gives the answer, on any thread. A second answer, or a late one, does not count.
    COHUB_DECL static void put(ticket_ptr const& to, std::uint64_t number, answer&& a) noexcept;
    /// @brief Gives the exception that is handled now as the answer.
    COHUB_DECL static void put_exception(
        ticket_ptr const& to, std::uint64_t number, error_code why
    ) noexcept;
    /// @brief Returns the answer, once.
    /// @return false if it is not there yet
    COHUB_DECL bool take(answer& a);
    /// @brief Nobody waits for the answer any more.
    void give_up() noexcept { busy_ = false; }
    COHUB_DECL void stop() noexcept;
    /// @brief In a child process: the question belongs to the parent, which gets the answer.
    COHUB_DECL void begin_anew() noexcept;

private:
    listener& listener_;
    ticket_ptr ticket_;
    bool busy_ = false;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/answer_slot.ipp>
#endif

#endif
