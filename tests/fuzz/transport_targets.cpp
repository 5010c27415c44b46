#include <cohub/core/error.hpp>
#include <cohub/http/retry_after.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/exchange.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "fuzz/targets.hpp"
#include "unit/transport/pool_player.hpp"

namespace cohub::fuzz {
namespace {

/// Takes numbers and bytes from the beginning of the input. Gives zeros when the input is used up.
class byte_source
{
public:
    byte_source(std::uint8_t const* data, std::size_t size) : rest_(data, data + size) {}

    bool empty() const noexcept { return at_ == rest_.size(); }
    unsigned operator()() noexcept
    {
        unsigned n = 0;
        for (int i = 0; i != 2; ++i) n = n * 256 + byte();
        return n;
    }
    std::uint8_t byte() noexcept { return empty() ? 0 : static_cast<std::uint8_t>(rest_[at_++]); }
    std::size_t take(char* to, std::size_t most) noexcept
    {
        std::size_t const n = std::min(most, rest_.size() - at_);
        std::memcpy(to, rest_.data() + at_, n);
        at_ += n;
        return n;
    }

private:
    std::string rest_;
    std::size_t at_ = 0;
};

using transport::detail::exchange;
using transport::detail::exchange_action;
using transport::detail::exchange_event;
using transport::detail::exchange_state;

/// One connection without TLS, driven as `connection` does it. The input decides how the socket
/// behaves.
class exchange_player
{
public:
    explicit exchange_player(byte_source in) : in_(std::move(in))
    {
        std::uint8_t const choice = in_.byte();
        limits_.max_header = 256u << (choice % 4);
        limits_.max_body = 64u << (choice / 4 % 8);
        upgrade_ = choice >= 128;
    }

    void live()
    {
        follow(x_.resume({.what = kind::resolved, .n = 1 + std::size_t(in_.byte() % 3)}));
        while (!in_.empty() && !over_) {
            must(++steps_ < 100'000, "an exchange never comes to its end");
            outside();
        }
        follow(x_.resume({.what = kind::close, .n = 1}));
        must(x_.now_in() == exchange_state::closed, "close does not close");
    }

private:
    using kind = exchange_event::kind;
    using step = exchange_action::kind;

    /// The events that may come while there is no action to carry out.
    void outside()
    {
        std::uint8_t const what = in_.byte();
        exchange_event e{.what = kind::time_over};
        switch (what % 16) {
            case 0:
                break;
            case 1:
                e = {.what = kind::connect_failed, .ec = error()};
                break;
            case 2:
                e.what = kind::address_over;
                break;
            case 3:
                if (x_.now_in() == exchange_state::connecting) e.what = kind::connected;
                break;
            case 4:
            case 5:
            case 6:
                if (x_.now_in() == exchange_state::idle) {
                    e = {.what = upgrade_ ? kind::send_upgrade : kind::send, .bytes = request};
                    ++asked_;
                } else if (buffer_ != nullptr) {
                    e = received();
                }
                break;
            case 7:
            case 8:
            case 9:
                if (buffer_ != nullptr) e = received();
                break;
            case 10:
                if (buffer_ != nullptr) e = ended();
                break;
            case 11:
                if (writable_) {
                    writable_ = false;
                    e.what = kind::writable;
                }
                break;
            case 12:
                // If the connection cannot be reused after an answer, the end of the connection
                // follows.
                if (x_.now_in() == exchange_state::answered) use_answer();
                e = {.what = reusable_ ? kind::release : kind::close};
                break;
            case 13:
                e.what = kind::check;
                break;
            case 14:
                if (x_.now_in() == exchange_state::upgraded && buffer_ == nullptr) {
                    x_.used(std::min<std::size_t>(x_.unread().size(), in_.byte()));
                    e.what = kind::read_on;
                }
                break;
            default:
                if (what < 32) e = {.what = kind::close, .n = what % 2u};
        }
        follow(x_.resume(e));
    }

    void follow(exchange_action a)
    {
        for (;;) {
            must(++steps_ < 100'000, "an exchange never comes to rest");
            switch (a.what) {
                case step::none:
                    return;
                case step::connect:
                    must(a.n < 3, "an address that is not there");
                    return;
                case step::look:
                    a = x_.resume(looked(a));
                    continue;
                case step::write: {
                    must(!a.bytes.empty(), "nothing to write");
                    bool const is_request = x_.now_in() == exchange_state::writing;
                    exchange_event const e = written(a);
                    a = x_.resume(e);
                    // If one byte was sent, the server may act on the request.
                    must(!is_request || e.n == 0 || x_.request_sent(), "sent, and it denies it");
                    continue;
                }
                case step::wait:
                    if (a.buffer != nullptr) {
                        must(a.buffer_size != 0, "a wait for nothing");
                        buffer_ = a.buffer;
                        size_ = a.buffer_size;
                    }
                    writable_ = writable_ || a.until_writable;
                    return;
                case step::ready:
                    return;
                case step::answer:
                    must(asked_ != 0, "an answer without a request");
                    reusable_ = a.n != 0;
                    must(x_.answer().status() >= 200, "an answer that is none");
                    // If an error was cut short, the last piece may exceed this limit.
                    must(
                        x_.answer().cut() || x_.answer().body_size() <= limits_.max_body,
                        "a body beyond the limit"
                    );
                    return;
                case step::upgraded:
                    must(upgrade_, "upgraded without being asked");
                    return;
                case step::input:
                    must(x_.now_in() == exchange_state::upgraded, "input of no stream");
                    return;
                case step::stale:
                case step::broken:
                    if (a.what == step::broken) {
                        must(!x_.take_failure().message().empty(), "broken without a word");
                        over_ = true;
                    }
                    return;
                case step::close:
                    over_ = true;
                    return;
            }
        }
    }

    exchange_event looked(exchange_action const& a)
    {
        buffer_ = a.buffer;
        size_ = a.buffer_size;
        std::uint8_t const what = in_.byte();
        if (what < 128) {
            buffer_ = nullptr;
            return {.what = kind::nothing_there};
        }
        return what < 240 ? received() : ended();
    }
    exchange_event written(exchange_action const& a)
    {
        std::uint8_t const what = in_.byte();
        if (what >= 250) return {.what = kind::write_failed, .ec = error()};
        std::size_t const n = what >= 128 ? a.bytes.size() : a.bytes.size() * what / 128;
        return {.what = kind::wrote, .n = n};
    }
    exchange_event received()
    {
        std::size_t const most = std::min<std::size_t>(size_, 1u + in_.byte());
        std::size_t const n = in_.take(buffer_, most);
        buffer_ = nullptr;
        if (n == 0) return {.what = kind::ended};
        return {.what = kind::received, .n = n};
    }
    exchange_event ended()
    {
        buffer_ = nullptr;
        if (in_.byte() % 2 == 0) return {.what = kind::ended};
        return {.what = kind::receive_failed, .ec = error()};
    }
    static error_code error() { return make_error_code(boost::system::errc::connection_reset); }

    void use_answer()
    {
        x_.join_body();
        must(
            x_.answer().cut() || x_.answer().body().size() <= limits_.max_body,
            "the body put together is too long"
        );
    }

    static constexpr std::string_view request = "POST / HTTP/1.1\r\n\r\n";

    byte_source in_;
    limit_options limits_;
    std::string output_;
    exchange x_{limits_, nullptr, output_};
    char* buffer_ = nullptr;
    std::size_t size_ = 0;
    bool writable_ = false, upgrade_ = false, over_ = false, reusable_ = true;
    int asked_ = 0, steps_ = 0;
};

}  // namespace

void live_exchange(std::uint8_t const* data, std::size_t size)
{
    exchange_player(byte_source(data, size)).live();
}

void play_pool(std::uint8_t const* data, std::size_t size)
{
    using namespace std::chrono_literals;
    byte_source in(data, size);
    transport::detail::pool_rules r;
    r.max_connections = 1 + in.byte() % 8;
    r.max_connecting = 1 + in.byte() % 8;
    r.max_idle = in.byte() % 8;
    r.idle_timeout = 10s;
    r.max_age = 100s;
    transport::detail::pool_player player(r, in);
    for (std::size_t i = 0; i != size / 4; ++i) {
        player.step();
        std::string const problem = player.problem();
        must(problem.empty(), problem.c_str());
    }
}

void read_texts(std::uint8_t const* data, std::size_t size)
{
    using namespace std::chrono;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const now = sys_seconds(seconds(1'760'000'000));
    if (auto const wait = http::parse_retry_after(text, now)) {
        must(*wait >= seconds(0), "a wait that is over");
        must(*wait <= hours(24 * 366 * 10), "a wait without end");
    }
    try {
        http::origin const o = http::parse_origin(text);
        must(!o.host.empty(), "a URL without a host");
        must(o.port != 0, "a URL without a port");
        for (char const c : o.authority() + o.base_path)
            must(static_cast<unsigned char>(c) > 0x20 && c != 0x7F, "a blank in a request");
        http::origin const again = http::parse_origin(o.text() + o.base_path);
        must(
            again.host == o.host && again.port == o.port && again.tls == o.tls &&
                again.base_path == o.base_path &&
                again.is_loopback_address == o.is_loopback_address,
            "what was read cannot be written and read again"
        );
    } catch (error const& e) {
        must(e.code() == errc::invalid_argument, "another error than the documented one");
        must(std::string_view(e.what()).size() > 10, "an error without words");
    }
}

}  // namespace cohub::fuzz
