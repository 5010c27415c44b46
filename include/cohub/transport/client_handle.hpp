#ifndef COHUB_TRANSPORT_CLIENT_HANDLE_HPP
#define COHUB_TRANSPORT_CLIENT_HANDLE_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/client_base.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>  // which most programs pass to a client
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <concepts>
#include <memory>

namespace cohub::inline abi_0_2 {

/// @brief A type that has an executor: `asio::io_context`, `asio::thread_pool`, a timer, a socket.
template <class T>
concept executor_source = requires(T& t)
{
    {
        t.get_executor()
        } -> std::convertible_to<boost::asio::any_io_executor>;
};

namespace transport {

class own_thread;

/// @brief Owns a client and closes it in its destructor. Movable.
/// @internal
class client_handle
{
public:
    /// @brief Makes a client, but no connection yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; the text says which and
    /// why
    COHUB_DECL client_handle(
        boost::asio::any_io_executor const& executor, options&& o, key_use use = key_use::required
    );
    /// @brief The same, with its own thread, which runs the whole client.
    COHUB_DECL explicit client_handle(options&& o, key_use use = key_use::required);
    client_handle(client_handle&&) noexcept = default;
    COHUB_DECL client_handle& operator=(client_handle&& other) noexcept;
    COHUB_DECL ~client_handle();

    client_base* operator->() const noexcept { return client_.get(); }
    call::channel_ptr channel() const noexcept { return client_; }
    /// @brief For what is opened in addition to the client's calls, such as a stream; null after
    /// this object has been moved from.
    boost::intrusive_ptr<client_base> const& client() const noexcept { return client_; }

private:
    COHUB_DECL void reset() noexcept;

    std::shared_ptr<own_thread> thread_;  // null: the executor belongs to somebody else
    boost::intrusive_ptr<client_base> client_;
};

}  // namespace transport
}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/client_handle.ipp>
#endif

#endif
