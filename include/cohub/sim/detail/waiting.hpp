#ifndef COHUB_SIM_DETAIL_WAITING_HPP
#define COHUB_SIM_DETAIL_WAITING_HPP

#include <cohub/core/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace cohub::inline abi_0_2::sim::detail {

/// @brief An operation that waits: its handler is posted once, by its executor.
template <class Handler>
class waiting : public std::enable_shared_from_this<waiting<Handler>>
{
public:
    waiting(Handler&& h, boost::asio::any_io_executor const& usual)
        : handler_(std::move(h)), executor_(boost::asio::get_associated_executor(*handler_, usual))
    {
    }

    /// @brief `abort` ends the operation early: it calls `finish`.
    template <class Abort>
    void cancel_by(Abort abort)
    {
        auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
        if (!slot.is_connected()) return;
        // Posted, since a function that a signal calls must not remove itself from the slot.
        slot.assign([weak = this->weak_from_this(), abort](boost::asio::cancellation_type) {
            if (auto const self = weak.lock())
                boost::asio::post(self->executor_, [self, abort] {
                    if (!self->is_over()) abort(*self);
                });
        });
    }

    bool is_over() const noexcept { return !handler_; }

    template <class... Args>
    void finish(Args... args)
    {
        if (!handler_) return;
        auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
        if (slot.is_connected()) slot.clear();
        Handler h = std::move(*handler_);
        handler_.reset();
        boost::asio::post(executor_, [h = std::move(h), ... args = std::move(args)]() mutable {
            std::move(h)(std::move(args)...);
        });
    }

private:
    std::optional<Handler> handler_;
    boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor> executor_;
};

template <class Handler>
std::shared_ptr<waiting<Handler>> make_waiting(Handler h, boost::asio::any_io_executor const& usual)
{
    return std::make_shared<waiting<Handler>>(std::move(h), usual);
}

}  // namespace cohub::inline abi_0_2::sim::detail

#endif
