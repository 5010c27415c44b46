#ifndef COHUB_TRANSPORT_DETAIL_SYSTEM_SOCKET_HPP
#define COHUB_TRANSPORT_DETAIL_SYSTEM_SOCKET_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/socket.hpp>

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief A socket of the system: TCP, or a Unix socket. Reads and writes are tried immediately and
/// never block; handlers wait only for the reactor.
///
/// The protocol is Asio's generic one, so that a program has only one set of Asio's templates for
/// both.
class system_socket final : public socket
{
public:
    using protocol = boost::asio::generic::stream_protocol;

    explicit system_socket(boost::asio::any_io_executor const& executor)
        : system_socket(executor, no_path)
    {
    }
    /// @param path of a Unix socket; the text must outlive this. Empty: TCP
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

    /// @brief The ports of both ends, its own first; 0 if it is not connected by TCP.
    COHUB_DECL std::pair<std::uint16_t, std::uint16_t> ports() const;

    /// @brief Why `path` cannot be the path of a Unix socket; null if it can.
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
