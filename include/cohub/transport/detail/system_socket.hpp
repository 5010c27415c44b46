#ifndef COHUB_TRANSPORT_DETAIL_SYSTEM_SOCKET_HPP
#define COHUB_TRANSPORT_DETAIL_SYSTEM_SOCKET_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief A socket of the system: TCP, or a Unix socket. Reads and writes are tried at once and
/// never block; handlers wait for the reactor alone.
///
/// The protocol is Asio's generic one, so that a program has one set of Asio's templates for both.
class system_socket final : public socket
{
public:
    using protocol = boost::asio::generic::stream_protocol;

    explicit system_socket(boost::asio::any_io_executor const& executor)
        : system_socket(executor, no_path)
    {
    }
    /// @param path of a Unix socket, and stays where it is; empty: TCP
    system_socket(boost::asio::any_io_executor const& executor, std::string const& path)
        : socket_(executor), path_(path)
    {
    }

    COHUB_DECL error_code async_connect(endpoint const& to, socket_handler done) override;
    COHUB_DECL std::size_t read_some(char* buffer, std::size_t size, error_code& ec) override;
    COHUB_DECL std::size_t write_some(std::string_view bytes, error_code& ec) override;
    COHUB_DECL void async_read_some(char* buffer, std::size_t size, socket_handler done) override;
    COHUB_DECL void async_wait_writable(socket_handler done) override;
    COHUB_DECL void cancel() noexcept override;
    COHUB_DECL void close() noexcept override;

    /// @brief The ports of both ends, its own first; 0 where it is not connected by TCP.
    COHUB_DECL std::pair<std::uint16_t, std::uint16_t> ports() const;

    /// @brief Why `path` cannot be that of a Unix socket here; null: it can.
    COHUB_DECL static char const* path_problem(std::string const& path);

private:
    inline static std::string const no_path;

    boost::asio::basic_stream_socket<protocol> socket_;
    std::string const& path_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/system_socket.ipp>
#endif

#endif
