#ifndef COHUB_TRANSPORT_HANDLE_HPP
#define COHUB_TRANSPORT_HANDLE_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/carrier.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

namespace cohub::transport {

/// @brief Owns a carrier, which is closed with it. Movable.
class handle
{
public:
    /// @brief Connects nowhere yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; its text says which and
    /// why
    COHUB_COLD_DECL handle(
        boost::asio::io_context& io, options&& o, key_use use = key_use::required
    );
    /// @brief The same for an executor of an io_context, be it in a strand or an any_io_executor.
    COHUB_COLD_DECL handle(
        boost::asio::any_io_executor const& executor, options&& o, key_use use = key_use::required
    );
    handle(handle&&) noexcept = default;
    COHUB_COLD_DECL handle& operator=(handle&& other) noexcept;
    COHUB_COLD_DECL ~handle();

    carrier* operator->() const noexcept { return carrier_.get(); }
    call::channel_ptr channel() const noexcept { return carrier_; }

private:
    boost::intrusive_ptr<carrier> carrier_;
};

}  // namespace cohub::transport

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/handle.ipp>
#endif

#endif
