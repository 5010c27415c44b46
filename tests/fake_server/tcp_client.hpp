#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::tests {

/// A blocking TCP client with a limit on every wait.
class tcp_client
{
public:
    explicit tcp_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        timeval const limit{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~tcp_client() { ::close(socket_); }
    tcp_client(tcp_client const&) = delete;
    tcp_client& operator=(tcp_client const&) = delete;

    bool connected() const { return connected_; }
    int socket() const { return socket_; }
    void write(std::string_view bytes) const
    {
        ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    /// The bytes of one read; empty at the end. `error` gives the reason if it ended in another
    /// way.
    std::string read_some()
    {
        char buffer[65536];
        ssize_t const n = ::recv(socket_, buffer, sizeof buffer, 0);
        error = n < 0 ? errno : 0;
        return {buffer, n > 0 ? static_cast<std::size_t>(n) : 0};
    }
    std::string read_to_end()
    {
        std::string all;
        for (std::string piece = read_some(); !piece.empty(); piece = read_some()) {
            all += piece;
        }
        return all;
    }
    std::string read_exactly(std::size_t n)
    {
        std::string all;
        while (all.size() < n) {
            std::string const piece = read_some();
            if (piece.empty()) {
                break;
            }
            all += piece;
        }
        return all;
    }

    int error = 0;

private:
    int socket_;
    bool connected_ = false;
};

/// A request that a script of a raw peer can read.
inline std::string const request =
    "POST /api/conat/hub HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 4\r\n\r\nping";

}  // namespace cohub::tests
