#ifndef COHUB_STREAMS_DETAIL_RELOCATION_HPP
#define COHUB_STREAMS_DETAIL_RELOCATION_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::streams::detail {

/// @brief Asks the user's function for the server's present address, and keeps its last answer.
///
/// The function may answer from any thread, and long after the stream was destroyed. Then nothing
/// happens.
class relocation
{
public:
    /// `stream_request::relocate`
    using search = std::function<void(std::function<void(std::string base_url)>)>;

    /// @param answered is called with each answer, under a lock that `stop` takes, too
    explicit relocation(std::function<void()> answered) : ticket_(std::make_shared<ticket>())
    {
        ticket_->answered = std::move(answered);
    }
    relocation(relocation const&) = delete;
    relocation& operator=(relocation const&) = delete;
    ~relocation() { stop(); }

    /// @brief Calls `where` on the executor.
    void ask(boost::asio::any_io_executor const& executor, search const& where)
    {
        boost::asio::post(executor, [to = ticket_, where] {
            try {
                where([to](std::string base_url) { to->take(std::move(base_url)); });
            } catch (...) {
                // A function that cannot search, for example for lack of file descriptors, has
                // found nothing.
            }
        });
    }

    std::string base_url() const
    {
        std::lock_guard const lock(ticket_->mutex);
        return ticket_->base_url;
    }

    /// @brief From now on, answers are ignored.
    void stop() noexcept
    {
        std::lock_guard const lock(ticket_->mutex);
        ticket_->answered = nullptr;
    }

private:
    struct ticket
    {
        std::mutex mutex;
        std::function<void()> answered;
        std::string base_url;

        void take(std::string found)
        {
            std::lock_guard const lock(mutex);
            if (!answered) return;
            base_url = std::move(found);
            answered();
        }
    };

    std::shared_ptr<ticket> ticket_;
};

}  // namespace cohub::inline abi_0_2::streams::detail

#endif
