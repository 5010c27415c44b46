#ifndef COHUB_TRANSPORT_DETAIL_CLIENT_SERVICE_HPP
#define COHUB_TRANSPORT_DETAIL_CLIENT_SERVICE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>

#include <boost/asio/execution_context.hpp>

#include <mutex>

namespace cohub::inline abi_0_2::transport::detail {

class io_core;

/// @brief Knows the clients of an execution context. When the context is destroyed, their calls are
/// dropped. When a child process begins, their connections are dropped.
class client_service final : public boost::asio::execution_context::service
{
public:
    using key_type = client_service;
    inline static boost::asio::execution_context::id id;

    explicit client_service(boost::asio::execution_context& c)
        : boost::asio::execution_context::service(c)
    {
    }
    COHUB_DECL void add(io_core& c);
    COHUB_DECL void remove(io_core& c) noexcept;
    /// @brief Closes all clients and streams; streams send a close frame.
    COHUB_DECL void close_all() noexcept;

private:
    COHUB_DECL void shutdown() override;
    COHUB_DECL void notify_fork(boost::asio::execution_context::fork_event e) override;

    COHUB_DECL void for_each(void (*what)(io_core&)) noexcept;

    std::mutex mutex_;
    cohub::detail::linked_list<io_core, client_service> clients_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
