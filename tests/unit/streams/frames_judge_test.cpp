#include <cohub/streams/detail/frames.hpp>
#include <cohub/streams/detail/handshake.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/websocket.hpp"

// Boost.Beast checks how cohub's reader reads a server's bytes, and what its writer writes.

namespace cohub::streams::detail {
namespace {

using namespace cohub::tests;
namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

/// A peer that has sent all its bytes, and a stream that ends after them. If it is asked for a
/// WebSocket, it switches first.
class canned_stream
{
public:
    using executor_type = asio::io_context::executor_type;

    canned_stream(asio::io_context& io, std::string bytes) : io_(&io), in_(std::move(bytes)) {}
    executor_type get_executor() { return io_->get_executor(); }

    template <class Buffers>
    std::size_t read_some(Buffers const& to, error_code& ec)
    {
        std::size_t const n =
            asio::buffer_copy(to, asio::buffer(in_.data() + at_, in_.size() - at_));
        at_ += n;
        ec = error_code();
        if (n == 0) ec = asio::error::eof;
        return n;
    }
    template <class Buffers>
    std::size_t read_some(Buffers const& to)
    {
        error_code ec;
        return read_some(to, ec);
    }
    template <class Buffers>
    std::size_t write_some(Buffers const& from, error_code& ec)
    {
        ec = error_code();
        std::size_t const n = asio::buffer_size(from);
        if (switched_) return n;
        std::string part(n, '\0');
        asio::buffer_copy(asio::buffer(part), from);
        request_ += part;
        constexpr std::string_view name = "Sec-WebSocket-Key: ";
        std::size_t const key = request_.find(name);
        if (key == std::string::npos || !request_.ends_with("\r\n\r\n")) return n;
        std::size_t const begin = key + name.size();
        std::string const value = request_.substr(begin, request_.find('\r', begin) - begin);
        in_ =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept_for(value) + "\r\n\r\n" + in_;
        switched_ = true;
        return n;
    }
    template <class Buffers>
    std::size_t write_some(Buffers const& from)
    {
        error_code ec;
        return write_some(from, ec);
    }

private:
    asio::io_context* io_;
    std::string in_;
    std::size_t at_ = 0;
    std::string request_;
    bool switched_ = false;
};

void teardown(boost::beast::role_type, canned_stream&, error_code& ec) { ec = error_code(); }

constexpr std::size_t limit = 1500;

/// The events, one on each line: what was read, and at last how it ended.
using story = std::vector<std::string>;

story by_us(std::string const& bytes, std::size_t piece)
{
    using event = ws_reader::event;
    ws_reader r(limit);
    story told;
    std::size_t at = 0;
    std::size_t end = std::min(piece, bytes.size());
    for (;;) {
        std::size_t used = 0;
        event const e = r.feed(bytes.data() + at, end - at, used);
        at += used;
        switch (e) {
            case event::more:
                if (end == bytes.size()) {
                    told.emplace_back("cut");
                    return told;
                }
                end = std::min(end + piece, bytes.size());
                break;
            case event::message: {
                std::string const kind = r.is_text() ? "text " : "binary ";
                told.push_back(kind + r.take_message());
                break;
            }
            case event::ping:
                told.push_back("ping " + std::string(r.control()));
                break;
            case event::pong:
                told.push_back("pong " + std::string(r.control()));
                break;
            case event::close:
                told.push_back(
                    "close " + std::to_string(r.close_code()) + " " + std::string(r.control())
                );
                return told;
            case event::failed:
                told.push_back("failed " + std::to_string(r.failure_code()));
                return told;
        }
    }
}

story by_beast(asio::io_context& io, std::string const& bytes)
{
    story told;
    websocket::stream<canned_stream> ws(io, bytes);
    ws.read_message_max(limit);
    ws.control_callback([&told](websocket::frame_type kind, boost::beast::string_view payload) {
        if (kind == websocket::frame_type::close) return;
        std::string const word = kind == websocket::frame_type::ping ? "ping " : "pong ";
        told.push_back(word + std::string(payload));
    });
    error_code ec;
    ws.handshake("localhost", "/", ec);
    EXPECT_FALSE(ec) << ec.message();
    for (;;) {
        boost::beast::flat_buffer message;
        ws.read(message, ec);
        if (ec) break;
        auto const data = message.cdata();
        std::string const kind = ws.got_text() ? "text " : "binary ";
        told.push_back(kind + std::string(static_cast<char const*>(data.data()), data.size()));
    }
    using error = websocket::error;
    if (ec == error::closed)
        told.push_back(
            "close " + std::to_string(ws.reason().code == 0 ? 1005 : ws.reason().code) + " " +
            std::string(ws.reason().reason.data(), ws.reason().reason.size())
        );
    else if (ec == asio::error::eof)
        told.emplace_back("cut");
    else if (ec == error::message_too_big)
        told.emplace_back("failed 1009");
    else if (ec == error::bad_frame_payload)
        told.emplace_back("failed 1007");
    else if (ec == error::bad_close_payload)
        told.emplace_back("failed by its reason");
    else if (ec == error::bad_close_code)
        told.emplace_back("failed by its code");
    else if (ec == websocket::condition::protocol_violation)
        told.emplace_back("failed 1002");
    else
        told.push_back("failed by " + ec.message());
    return told;
}

/// The intended differences: close code 1014 (bad gateway) is defined now; codes from 5000 on are
/// invalid, whatever reason follows them; and a length of 64 bits is not just too large.
std::string agreed(std::string const& beasts_ending, std::string const& ours, std::string const& of)
{
    if (beasts_ending == "failed by its code")
        return ours.starts_with("close 1014 ") || ours == "failed 1007" ? ours : "failed 1002";
    if (beasts_ending == "failed by its reason")
        return ours == "failed 1002" ? ours : "failed 1007";
    if (beasts_ending.starts_with("close ") && std::stoi(beasts_ending.substr(6)) >= 5000)
        return "failed 1002";
    if (ours == "failed 1002" && beasts_ending == "failed 1009")
        for (std::size_t at = of.find('\x7f'); at < of.size() - 1; at = of.find('\x7f', at + 1))
            if (static_cast<unsigned char>(of[at + 1]) > 0x7F) return ours;
    return beasts_ending;
}

/// Frames as servers send them, and frames that servers must not send.
class generator
{
public:
    explicit generator(std::uint32_t seed) : random_(seed) {}

    std::string sequence()
    {
        std::string out;
        for (std::size_t n = below(6) + 1; n > 0; --n) out += one_in(4) ? control() : message();
        if (one_in(2)) out += close();
        if (one_in(2)) return out;
        for (std::size_t n = below(3); n > 0 && !out.empty(); --n)
            out[below(out.size())] = static_cast<char>(
                one_in(2) ? below(256) : static_cast<unsigned char>(out[below(out.size())])
            );
        if (one_in(3)) out.resize(below(out.size() + 1));
        return out;
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }
    bool one_in(std::size_t n) { return below(n) == 0; }

    std::string bytes(std::size_t n)
    {
        std::string s;
        while (s.size() < n) s.push_back(static_cast<char>(below(256)));
        return s;
    }
    std::string text(std::size_t n)
    {
        static char const* const points[] = {
            "a",
            "\"",
            "\x7f",
            "\u0080",
            "é",
            "\u07ff",
            "\u0800",
            "日",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\U00010000",
            "🦀",
            "\U0010ffff"};
        std::string s;
        while (s.size() < n) s += one_in(3) ? points[below(std::size(points))] : "plain";
        return s;
    }
    std::size_t size()
    {
        static std::size_t const sizes[] = {0, 0, 1, 2, 3, 10, 50, 124, 125, 126, 127, 300, 1499};
        return sizes[below(std::size(sizes))];
    }
    std::string message()
    {
        bool const is_text = one_in(2);
        std::string payload = is_text ? text(size()) : bytes(size());
        if (one_in(60)) payload = bytes(limit + below(3));
        if (one_in(60)) payload = std::string(65'536, 'x');
        unsigned opcode = is_text ? ws_text : ws_binary;
        std::string out;
        while (one_in(2)) {
            std::size_t const n = below(payload.size() + 1);
            out += ws_part(opcode, payload.substr(0, n));
            payload.erase(0, n);
            opcode = one_in(40) ? ws_text : 0;
            if (one_in(4)) out += control();
        }
        return out + ws_frame(opcode, payload, odd());
    }
    std::string control()
    {
        return ws_frame(one_in(2) ? ws_ping : ws_pong, bytes(std::min<std::size_t>(size(), 127)));
    }
    std::string close()
    {
        static unsigned const codes[] = {
            1000,
            1001,
            1003,
            1004,
            1005,
            1006,
            1007,
            1013,
            1014,
            1015,
            1016,
            2999,
            3000,
            4999,
            5000,
            65'535,
            0,
            999};
        if (one_in(6)) return ws_frame(ws_close_frame, bytes(below(3)));
        std::string reason = text(below(60));
        if (one_in(4)) reason.resize(below(reason.size() + 1));
        return ws_close(codes[below(std::size(codes))], reason);
    }
    ws_layout odd()
    {
        ws_layout l;
        if (one_in(40)) l.length_bytes = one_in(2) ? 2 : 8;
        if (one_in(60)) l.masked = true;
        if (one_in(60)) l.reserved = static_cast<unsigned>(below(8));
        if (one_in(60)) l.says = std::uint64_t{1} << below(64);
        if (l.length_bytes == 2 && l.says.value_or(0) > 0xFFFF) l.length_bytes = 8;
        return l;
    }

    std::mt19937 random_;
};

TEST(WebsocketJudgeTest, BeastReadsTheSame)
{
    asio::io_context io;
    generator server(20'11);
    std::size_t messages = 0, closed = 0, cut = 0;
    std::size_t failed[3] = {};
    for (int n = 0; n < 6000; ++n) {
        std::string const bytes = server.sequence();
        story beasts = by_beast(io, bytes);
        // Beast looks at the head of a frame as a whole, cohub at each byte. So Beast gets the
        // whole head.
        if (beasts.back() == "cut" && by_us(bytes, bytes.size()).back() == "failed 1002")
            beasts = by_beast(io, bytes + std::string(14, '\0'));
        for (std::size_t const piece : {bytes.size() + 1, std::size_t{1}, std::size_t{7}}) {
            story const ours = by_us(bytes, piece);
            story wanted = beasts;
            wanted.back() = agreed(beasts.back(), ours.back(), bytes);
            ASSERT_EQ(ours, wanted) << "sequence " << n << " in pieces of " << piece;
        }
        std::string const& end = beasts.back();
        messages += beasts.size() - 1;
        closed += end.starts_with("close") ? 1 : 0;
        cut += end == "cut" ? 1 : 0;
        failed[0] += end == "failed 1002" ? 1 : 0;
        failed[1] += end == "failed 1007" ? 1 : 0;
        failed[2] += end == "failed 1009" ? 1 : 0;
    }
    // The comparison is useful only if each kind of ending occurred often.
    EXPECT_GT(messages, 5000u);
    EXPECT_GT(closed, 500u);
    EXPECT_GT(cut, 200u);
    for (std::size_t const n : failed) EXPECT_GT(n, 100u);
}

}  // namespace
}  // namespace cohub::streams::detail
