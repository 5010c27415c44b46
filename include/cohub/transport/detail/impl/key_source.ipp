#ifndef COHUB_TRANSPORT_DETAIL_IMPL_KEY_SOURCE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_KEY_SOURCE_IPP

#include <cohub/transport/detail/key_source.hpp>

#include <boost/system/errc.hpp>

#include <mutex>
#include <utility>

namespace cohub::transport::detail {

struct key_source::ticket
{
    std::mutex mutex;
    listener* to = nullptr;
    std::uint64_t number = 0;
    std::optional<key_answer> answer;

    void put(std::uint64_t of, error_code why, secret key) noexcept
    {
        std::lock_guard lock(mutex);
        if (to == nullptr || of != number || answer) return;
        answer.emplace(key_answer{why, std::move(key)});
        to->key_answered();
    }
};

COHUB_DECL std::uint64_t key_source::begin()
{
    if (!ticket_) {
        ticket_ = std::make_shared<ticket>();
        ticket_->to = &listener_;
    }
    std::lock_guard lock(ticket_->mutex);
    busy_ = true;
    ticket_->answer.reset();
    return ++ticket_->number;
}

COHUB_DECL void key_source::ask(hooks const& h, std::uint64_t number) noexcept
{
    auto const t = ticket_;
    if (!t) return;  // the parent asked, before the fork
    try {
        h.api_key([t, number](error_code why, secret key) { t->put(number, why, std::move(key)); });
    } catch (...) {
        t->put(number, make_error_code(boost::system::errc::operation_canceled), {});
    }
}

COHUB_DECL std::optional<key_answer> key_source::take_answer()
{
    if (!ticket_) return std::nullopt;
    std::lock_guard lock(ticket_->mutex);
    if (!ticket_->answer || !std::exchange(busy_, false)) return std::nullopt;
    return std::exchange(ticket_->answer, std::nullopt);
}

COHUB_DECL void key_source::stop() noexcept
{
    if (!ticket_) return;
    std::lock_guard lock(ticket_->mutex);
    ticket_->to = nullptr;
}

COHUB_DECL void key_source::begin_anew() noexcept
{
    // Its lock may be held for ever by a thread that is not here.
    if (ticket_ && ticket_->mutex.try_lock()) {
        std::lock_guard const lock(ticket_->mutex, std::adopt_lock);
        ticket_->to = nullptr;
    }
    ticket_.reset();
    busy_ = false;
}

}  // namespace cohub::transport::detail

#endif
