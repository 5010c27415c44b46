#ifndef COHUB_TRANSPORT_IMPL_HANDLE_IPP
#define COHUB_TRANSPORT_IMPL_HANDLE_IPP

#include <cohub/transport/client.hpp>
#include <cohub/transport/handle.hpp>

#include <boost/asio/strand.hpp>

#include <utility>

namespace cohub::transport {

namespace detail {

/// The io_context behind an executor; null if there is none.
inline boost::asio::io_context* io_context_of(boost::asio::any_io_executor const& executor)
{
    namespace asio = boost::asio;
    using plain = asio::io_context::executor_type;
    if (auto const* const e = executor.target<plain>()) return &e->context();
    if (auto const* const s = executor.target<asio::strand<plain>>())
        return &s->get_inner_executor().context();
    if (auto const* const s = executor.target<asio::strand<asio::any_io_executor>>())
        return io_context_of(s->get_inner_executor());
    return nullptr;
}

inline boost::intrusive_ptr<carrier> make_carrier(
    boost::asio::io_context* io, options&& o, key_use use
)
{
    if (io == nullptr)
        throw error(failure(
            errc::invalid_argument,
            "the executor belongs to no io_context; give the client an io_context of its own, "
            "calls from other executors work all the same"
        ));
    auto made = client::make(*io, std::move(o), use);
    if (!made) throw error(made.error());
    return std::move(*made);
}

}  // namespace detail

COHUB_DECL handle::handle(boost::asio::io_context& io, options&& o, key_use use)
    : carrier_(detail::make_carrier(&io, std::move(o), use))
{
}

COHUB_DECL handle::handle(boost::asio::any_io_executor const& executor, options&& o, key_use use)
    : carrier_(detail::make_carrier(detail::io_context_of(executor), std::move(o), use))
{
}

COHUB_DECL handle& handle::operator=(handle&& other) noexcept
{
    if (this != &other) {
        if (carrier_) carrier_->close(false);
        carrier_ = std::move(other.carrier_);
    }
    return *this;
}

COHUB_DECL handle::~handle()
{
    if (carrier_) carrier_->close(false);
}

}  // namespace cohub::transport

#endif
