#pragma once

#include <httplib.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message.hpp"
#include "tls_context.hpp"

namespace cohub::inline abi_0_2::fake {

struct message_head
{
    std::string text;         ///< the views below point into it
    std::string made_target;  ///< the target, if the absolute form has no path
    std::string_view method;
    std::string_view target;  ///< path and query, without the host of the absolute form
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    bool has_body = false;
    bool wants_close = false;
    bool http_1_0 = false;
};

/// The bytes of a connection, which httplib's request parser reads. This class reads each head
/// itself. It gives httplib only those parts of the head that are needed to read the body, and it
/// sends an answer in one write.
class http_stream : public httplib::Stream
{
public:
    http_stream(int socket, tls_context const* tls);
    ~http_stream();  // NOLINT(modernize-use-override,cppcoreguidelines-explicit-virtual-functions)

    bool handshake();
    bool resumed() const;
    /// Reads until a whole head is there, and keeps it.
    /// @return false: the peer has closed, or the head does not end within 64 KiB
    bool read_head();
    message_head const& head() const { return head_; }

    /// Drops what httplib writes from now on, until the next head.
    void discard_writes();
    void serialise(reply const& r, bool last, std::int64_t now);
    void truncate(std::size_t n);
    bool flush();
    /// Sends the pieces that a reply makes, after the head of the answer.
    bool send_pieces(reply const& r);
    void close_notify();

    /// Takes the bytes that `serialise` has made ready, to send them in another way than by
    /// `flush`.
    std::string take_output() { return std::exchange(out_, {}); }
    /// Makes bytes ready, which `flush` sends.
    void put_output(std::string bytes) { out_ = std::move(bytes); }
    /// The bytes that were received after the head.
    std::string take_input();
    enum class progress
    {
        made,
        none_now,
        ended
    };
    /// From here on nothing blocks. The two functions below replace all other reading and writing.
    void unblock();
    progress try_receive(char* to, std::size_t size, std::size_t& received);
    progress try_send(std::string_view bytes, std::size_t& sent);
    /// The poll events that TLS waits for in addition to the obvious ones.
    short awaited() const { return awaited_; }
    /// Sends a FIN.
    /// @param notify sends TLS's close_notify first
    void end_output(bool notify);

    // httplib::Stream. Newer versions have more virtual functions, and different ones. Therefore
    // there is no `override`.
    // NOLINTBEGIN(cppcoreguidelines-explicit-virtual-functions,modernize-use-override)
    bool is_readable() const { return true; }
    bool is_writable() const { return true; }
    bool wait_readable() const { return true; }
    bool wait_writable() const { return true; }
    ssize_t read(char* to, std::size_t size);
    ssize_t write(char const* from, std::size_t size);
    void get_remote_ip_and_port(std::string& ip, int& port) const;
    void get_local_ip_and_port(std::string& ip, int& port) const;
    int socket() const { return socket_; }
    time_t duration() const { return 0; }
    // NOLINTEND(cppcoreguidelines-explicit-virtual-functions,modernize-use-override)

private:
    struct free_ssl
    {
        void operator()(SSL* s) const { SSL_free(s); }
    };

    ssize_t receive(char* to, std::size_t size);
    progress try_read(char* to, std::size_t size, std::size_t& received);
    void acknowledge();
    progress tls_progress(int result, std::size_t& n);
    bool fill();
    void parse_head(std::size_t length);

    int socket_;
    std::unique_ptr<SSL, free_ssl> ssl_;
    std::string_view waiting() const { return {in_.data() + at_, end_ - at_}; }

    std::vector<char> in_;  ///< received and not read yet: from `at_` to `end_`
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::string reduced_;  ///< the head that httplib sees
    std::size_t reduced_at_ = 0;
    bool has_framing_ = false;
    bool ended_ = false;
    bool broken_ = false;
    bool discarding_ = false;
    bool owes_ack_ = false;  ///< something was received, and nothing has been sent since
    short awaited_ = 0;
    message_head head_;
    std::string out_;
};

}  // namespace cohub::inline abi_0_2::fake
