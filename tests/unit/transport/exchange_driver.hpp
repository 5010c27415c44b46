#ifndef COHUB_TESTS_UNIT_TRANSPORT_EXCHANGE_DRIVER_HPP
#define COHUB_TESTS_UNIT_TRANSPORT_EXCHANGE_DRIVER_HPP

#include <cohub/transport/detail/exchange.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory_tls.hpp"

// Drives an exchange as connection.ipp does, with a socket that consists of two strings.

namespace cohub::tests {

using transport::detail::answer_buffer;
using transport::detail::exchange;
using transport::detail::exchange_action;
using transport::detail::exchange_event;
using transport::detail::exchange_state;
using transport::detail::exchange_state_count;
using event_kind = exchange_event::kind;
using action_kind = exchange_action::kind;

inline constexpr std::array<std::string_view, exchange_state_count> state_names = {
    "resolving",
    "connecting",
    "tunnelling",
    "handshaking",
    "idle",
    "looking",
    "writing",
    "reading",
    "answered",
    "upgraded",
    "closed",
};
inline constexpr std::array<std::string_view, exchange_event::kind_count> event_names = {
    "resolved",  "resolve_failed", "connected",     "connect_failed", "address_over",
    "time_over", "received",       "nothing_there", "ended",          "receive_failed",
    "wrote",     "write_failed",   "writable",      "send",           "send_upgrade",
    "check",     "release",        "read_on",       "close",
};
inline constexpr std::array<std::string_view, 12> action_names = {
    "none",
    "connect",
    "look",
    "write",
    "wait",
    "ready",
    "answer",
    "upgraded",
    "input",
    "stale",
    "broken",
    "close",
};

template <class Enum>
constexpr std::size_t index_of(Enum e)
{
    return static_cast<std::size_t>(e);
}

/// What a test asserts about a step: the action, and the next state if the action does not imply
/// it. `-`: the event was ignored.
inline std::string step_text(exchange_state before, action_kind what, exchange_state after)
{
    if (what == action_kind::none && before == after) return "-";
    exchange_state usual = before;
    if (what == action_kind::connect) usual = exchange_state::connecting;
    if (what == action_kind::ready) usual = exchange_state::idle;
    if (what == action_kind::look) usual = exchange_state::looking;
    if (what == action_kind::answer) usual = exchange_state::answered;
    if (what == action_kind::upgraded) usual = exchange_state::upgraded;
    if (what == action_kind::stale || what == action_kind::broken || what == action_kind::close)
        usual = exchange_state::closed;
    std::string text(action_names[index_of(what)]);
    if (after != usual) text.append(">").append(state_names[index_of(after)]);
    return text;
}

/// All steps that occurred in the tests of this program.
struct steps_seen
{
    std::set<std::string> cells[exchange_state_count][exchange_event::kind_count];

    static steps_seen& all()
    {
        static steps_seen s;
        return s;
    }
};

class exchange_driver
{
public:
    static constexpr std::size_t all = static_cast<std::size_t>(-1);

    // The behaviour of the socket.
    std::size_t gives = all;  // bytes that one receive returns at most
    std::size_t takes = all;  // bytes that one write takes at most
    std::size_t room = all;   // bytes that the socket takes before it would block
    bool ends = false;        // after the bytes to receive
    error_code receive_error;
    error_code send_error;
    std::string out;  // what the socket took

    // The actions of the owner.
    std::function<void()> on_input = [this] { stream += take_unread(); };
    std::string stream;

    // The actions of the exchange.
    std::vector<action_kind> told;  // those without I/O
    std::vector<stage> stages;
    std::optional<std::size_t> connecting_to;
    std::optional<bool> reusable;
    std::optional<failure> why;
    std::size_t looks = 0, writes = 0, reads = 0, full_reads = 0, largest_read = 0;
    bool wants_writable = false;

    limit_options limits;
    std::string output;
    std::optional<exchange> x;

    explicit exchange_driver(
        transport::detail::tls_context* tls,
        limit_options const& l = {},
        std::unique_ptr<transport::detail::tunnel> way = nullptr
    )
        : limits(l)
    {
        x.emplace(limits, tls, output, std::move(way));
    }
    exchange_driver(exchange_driver const&) = delete;
    exchange_driver& operator=(exchange_driver const&) = delete;

    void arrives(std::string_view bytes)
    {
        in_.erase(0, in_at_);
        in_at_ = 0;
        in_.append(bytes);
    }
    std::size_t not_received() const noexcept { return in_.size() - in_at_; }

    exchange_state now_in() const noexcept { return x->now_in(); }
    bool is_reading() const noexcept { return buffer_ != nullptr; }
    action_kind last_told() const { return told.empty() ? action_kind::none : told.back(); }
    std::string take_unread()
    {
        std::string const text(x->unread());
        x->used(text.size());
        return text;
    }

    /// Records one step of the exchange.
    exchange_action resume(exchange_event const& e)
    {
        exchange_state const before = now_in();
        if (e.what == event_kind::received || e.what == event_kind::ended ||
            e.what == event_kind::nothing_there || e.what == event_kind::receive_failed)
            buffer_ = nullptr;
        exchange_action const a = x->resume(e);
        steps_seen::all().cells[index_of(before)][index_of(e.what)].insert(
            step_text(before, a.what, now_in())
        );
        if (a.what != action_kind::write && a.what != action_kind::close) {
            EXPECT_EQ(output, "") << "left behind by " << event_names[index_of(e.what)];
        }
        if (a.what == action_kind::look || (a.what == action_kind::wait && a.buffer != nullptr)) {
            EXPECT_EQ(buffer_, nullptr) << "there are two receives at once";
            EXPECT_GT(a.buffer_size, 0U);
            // From now on the buffer belongs to the socket.
            buffer_ = a.buffer;
            buffer_size_ = a.buffer_size;
            std::memset(buffer_, '#', buffer_size_);
        }
        bool const is_over = a.what == action_kind::ready || a.what == action_kind::answer;
        if (is_over) {
            EXPECT_EQ(buffer_, nullptr) << "a receive is pending";
        }
        return a;
    }

    /// Passes an event to the exchange and carries out its decisions until it has to wait.
    void on(exchange_event e)
    {
        for (;;) {
            exchange_action const a = resume(e);
            if (a.begins != stage::none) stages.push_back(a.begins);
            switch (a.what) {
                case action_kind::none:
                    return;
                case action_kind::connect:
                    connecting_to = a.n;
                    return;
                case action_kind::look:
                    ++looks;
                    e = receive();
                    continue;
                case action_kind::write:
                    e = write(a.bytes);
                    continue;
                case action_kind::wait:
                    if (a.buffer != nullptr) {
                        ++reads;
                        largest_read = std::max(largest_read, a.buffer_size);
                    }
                    if (a.until_writable) wants_writable = true;
                    return;
                case action_kind::upgraded:
                case action_kind::input:
                    told.push_back(a.what);
                    on_input();
                    e = {.what = event_kind::read_on};
                    continue;
                case action_kind::answer:
                    reusable = a.n != 0;
                    break;
                case action_kind::broken:
                    why = x->take_failure();
                    break;
                case action_kind::close:
                    if (!a.bytes.empty()) resume(write(a.bytes));
                    break;
                case action_kind::ready:
                case action_kind::stale:
                    break;
            }
            told.push_back(a.what);
            return;
        }
    }

    /// Lets one of the awaited events happen. False: there is none.
    bool step()
    {
        if (buffer_ != nullptr && (not_received() != 0 || ends || receive_error)) {
            on(receive());
            return true;
        }
        if (wants_writable && (room != 0 || send_error)) {
            wants_writable = false;
            on({.what = event_kind::writable});
            return true;
        }
        return false;
    }
    void run()
    {
        while (step()) {
        }
    }

    /// Receives into the buffer that the exchange has given.
    exchange_event receive()
    {
        std::size_t const n = std::min({buffer_size_, gives, not_received()});
        if (n == 0) {
            if (receive_error) return {.what = event_kind::receive_failed, .ec = receive_error};
            return {.what = ends ? event_kind::ended : event_kind::nothing_there};
        }
        std::memcpy(buffer_, in_.data() + in_at_, n);
        in_at_ += n;
        full_reads += n == buffer_size_;
        return {.what = event_kind::received, .n = n};
    }

    void send(std::string_view request)
    {
        std::string const text(request);  // freed when the driver is done
        on({.what = event_kind::send, .bytes = text});
    }
    void send_upgrade(std::string_view request)
    {
        std::string const text(request);
        on({.what = event_kind::send_upgrade, .bytes = text});
    }
    void close(bool politely) { on({.what = event_kind::close, .n = politely}); }

private:
    exchange_event write(std::string_view bytes)
    {
        ++writes;
        if (send_error) return {.what = event_kind::write_failed, .ec = send_error};
        std::size_t const n = std::min({bytes.size(), takes, room});
        out.append(bytes.substr(0, n));
        if (room != all) room -= n;
        return {.what = event_kind::wrote, .n = n};
    }

    std::string in_;
    std::size_t in_at_ = 0;
    char* buffer_ = nullptr;
    std::size_t buffer_size_ = 0;
};

enum class over
{
    plain,
    tls12,
    tls13,
};

inline void PrintTo(over o, std::ostream* to)
{
    *to << (o == over::plain ? "plain" : o == over::tls12 ? "TLS 1.2" : "TLS 1.3");
}

inline server_tls_options server_options(over o)
{
    server_tls_options s;
    s.min_version = s.max_version = o == over::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    return s;
}

/// A connection, from its exchange to the server's end.
class exchange_link : public exchange_driver
{
public:
    explicit exchange_link(over o, limit_options const& l = {})
        : exchange_link(o, server_options(o), nullptr, l)
    {
    }
    exchange_link(
        over o,
        server_tls_options const& s,
        boost::intrusive_ptr<transport::detail::tls_context> context = nullptr,
        limit_options const& l = {}
    )
        : exchange_link(
              o,
              o == over::plain ? nullptr : std::make_shared<server_tls>(s),
              o == over::plain || context ? std::move(context) : client_tls(),
              l
          )
    {
    }
    exchange_link(
        over o,
        std::shared_ptr<server_tls> s,
        boost::intrusive_ptr<transport::detail::tls_context> context,
        limit_options const& l = {},
        std::unique_ptr<transport::detail::tunnel> way = nullptr
    )
        : exchange_driver(context.get(), l, std::move(way)),
          shared(std::move(s)),
          trust(std::move(context))
    {
        if (o != over::plain) server.emplace(*shared);
    }
    ~exchange_link() { x.reset(); }

    std::shared_ptr<server_tls> shared;
    boost::intrusive_ptr<transport::detail::tls_context> trust;
    std::optional<tls_server_end> server;
    std::string heard;  // what the server received, decrypted

    void connect()
    {
        on({.what = event_kind::resolved, .n = 1});
        on({.what = event_kind::connected});
    }
    /// Connects and makes the handshake. Nothing is under way or unread after it.
    void stand()
    {
        connect();
        run_both();
        ASSERT_EQ(now_in(), exchange_state::idle);
        while (not_received() != 0) on({.what = event_kind::check});  // session tickets
        ASSERT_EQ(now_in(), exchange_state::idle);
        told.clear();
        reads = full_reads = largest_read = looks = writes = 0;
    }
    void says(std::string_view text)
    {
        if (server) {
            server->send(text);
            arrives(server->take_output());
        } else
            arrives(text);
    }
    /// The end as TLS reports it; nothing without TLS.
    void says_goodbye()
    {
        if (!server) return;
        server->close_notify();
        arrives(server->take_output());
    }
    /// Sends a record in which one bit is wrong.
    void says_damaged(std::string_view text)
    {
        server->send(text);
        std::string record = server->take_output();
        record.back() = static_cast<char>(record.back() ^ 1);
        arrives(record);
    }
    /// Sends session tickets with at least `size` bytes.
    void says_tickets(std::size_t size)
    {
        std::string tickets;
        while (tickets.size() < size) {
            server->send_ticket();
            tickets += server->take_output();
        }
        arrives(tickets);
    }
    /// The server reads the bytes that the socket took, and answers if TLS requires it.
    void pass_on()
    {
        std::string const bytes = std::exchange(out, {});
        if (!server) {
            heard += bytes;
            return;
        }
        server->receive(bytes);
        heard += server->take_text();
        arrives(server->take_output());
    }
    void run_both()
    {
        do {
            pass_on();
        } while (step());
        pass_on();
    }
    /// A whole request with its answer. After it the connection is idle again.
    void exchange_once(std::string_view request, std::string_view answer)
    {
        send(request);
        run_both();
        says(answer);
        run_both();
        ASSERT_EQ(last_told(), action_kind::answer);
        ASSERT_EQ(reusable, true);
        on({.what = event_kind::release});
        ASSERT_EQ(now_in(), exchange_state::idle);
        told.clear();
        heard.clear();
    }
};

inline std::string ok(std::string_view body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}
inline constexpr std::string_view a_request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
inline constexpr std::string_view switched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

}  // namespace cohub::tests

#endif
