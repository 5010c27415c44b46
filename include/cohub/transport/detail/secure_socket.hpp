#ifndef COHUB_TRANSPORT_DETAIL_SECURE_SOCKET_HPP
#define COHUB_TRANSPORT_DETAIL_SECURE_SOCKET_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

class secure_link;

/// @brief TLS on another socket, for an `https://` proxy. It is connected when the handshake is
/// done.
class secure_socket final : public socket
{
public:
    secure_socket(std::unique_ptr<socket> under, boost::intrusive_ptr<tls_context> tls)
        : under_(std::move(under)), tls_(std::move(tls))
    {
    }
    COHUB_DECL ~secure_socket() override;

    COHUB_DECL error_code async_connect(endpoint const& to, socket_handler done) override;
    COHUB_DECL std::unique_ptr<failure> take_connect_failure() noexcept override;
    COHUB_DECL std::size_t read_some(char* buffer, std::size_t size, error_code& ec) override;
    COHUB_DECL std::size_t write_some(std::string_view bytes, error_code& ec) override;
    COHUB_DECL bool holds_input() const noexcept override;
    COHUB_DECL void async_read_some(char* buffer, std::size_t size, socket_handler done) override;
    COHUB_DECL void async_wait_writable(socket_handler done) override;
    COHUB_DECL void cancel() noexcept override;
    COHUB_DECL void close() noexcept override;

private:
    void leave_link() noexcept;

    std::unique_ptr<socket> under_;  // while there is no link
    boost::intrusive_ptr<tls_context> tls_;
    boost::intrusive_ptr<secure_link> link_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/secure_socket.ipp>
#endif

#endif
