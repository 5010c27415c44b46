#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CONNECTION_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CONNECTION_IPP

#include <cohub/transport/detail/connection.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

namespace asio = boost::asio;

/// The owner is notified of input; meanwhile the loop in `drive` continues by itself.
class connection::driving
{
public:
    explicit driving(connection& c) noexcept : connection_(c) { ++connection_.depth_; }
    driving(driving const&) = delete;
    driving& operator=(driving const&) = delete;
    ~driving() { --connection_.depth_; }

private:
    connection& connection_;
};

COHUB_DECL connection::connection(
    io_core& owner,
    limit_options const& limits,
    boost::intrusive_ptr<tls_context> tls,
    std::string& output,
    std::uint64_t id
)
    : timer_node(timer_node::role::connection),
      owner_(owner),
      exchange_(limits, std::move(tls), output, owner.open_tunnel()),
      socket_(owner.make_socket()),
      id_(id)
{
    owner_.retain();
}

COHUB_DECL connection::~connection()
{
    // Before the owner, which holds the network of the sockets.
    rival_.reset();
    socket_.reset();
    owner_.release();
}

COHUB_DECL void connection::on_ended(operation what, error_code ec, std::size_t n)
{
    core_lock lock(owner_);
    try {
        switch (what) {
            case operation::connect:
                on_connected(ec, n);
                break;
            case operation::receive:
                on_received(ec, n);
                break;
            case operation::wait_writable:
                on_writable(ec);
                break;
        }
    } catch (...) {
        // An error of the library ends only this connection and its call.
        fail(current_failure());
    }
    lock.dispatch(core_lock::from::own_handler);
}

/// Carries out what the exchange decides, until it has to wait.
/// @return false if an idle connection cannot be used any more
inline bool connection::drive(event e)
{
    using step = exchange_action::kind;
    // A peer that sends without end must not hold the owner's lock: a later look continues.
    constexpr int most_looks = 16;
    int looks = 0;
    for (;;) {
        exchange_action const a = exchange_.resume(e);
        if (a.begins != stage::none) owner_.on_stage(*this, a.begins);
        switch (a.what) {
            case step::none:
                return true;
            case step::connect: {
                error_code const ec = begin_connect(a.n);
                if (!ec) return true;
                e = {.what = event::kind::connect_failed, .ec = ec};
                break;
            }
            case step::look:
                e = look(a.buffer, a.buffer_size);
                break;
            case step::write:
                e = write(a.bytes);
                break;
            case step::wait:
                if (a.until_writable) start_wait_writable();
                if (a.buffer == nullptr) return true;
                if (!only_looking_) {
                    if (socket_->holds_input()) {
                        e = look(a.buffer, a.buffer_size);
                        if (e.what != event::kind::nothing_there) break;
                    }
                    start_read(a.buffer, a.buffer_size);
                    return true;
                }
                if (++looks <= most_looks)
                    e = look(a.buffer, a.buffer_size);
                else
                    e = {.what = event::kind::nothing_there};
                break;
            case step::ready:
                stands_ = true;
                owner_.on_ready(*this);
                return true;
            case step::answer:
                owner_.on_answer(*this, a.n != 0);
                return true;
            case step::upgraded:
            case step::input:
                tell_of_input(a.what == step::upgraded);
                e = {.what = event::kind::read_on};
                break;
            case step::stale:
                return false;
            case step::broken:
                if (stands_)
                    owner_.on_broken(*this, exchange_.take_failure());
                else
                    owner_.on_connect_failed(*this, exchange_.take_failure());
                return true;
            case step::close:
                if (!a.bytes.empty()) exchange_.resume(write(a.bytes));
                return true;
        }
    }
}

/// Passes on the result of an operation. If the connection cannot be used and nothing was sent yet,
/// its call fails.
inline void connection::resume_call(event e)
{
    if (!drive(e) && call != nullptr) owner_.on_broken(*this, failure(errc::connection_lost));
}

/// Meanwhile the owner may send, and may release the connection.
inline void connection::tell_of_input(bool first)
{
    driving const here(*this);
    if (first)
        owner_.on_upgraded(*this);
    else
        owner_.on_input(*this);
}

// ---- connecting --------------------------------------------------------------------------------

COHUB_DECL void connection::connect(endpoints const& addresses)
{
    addresses_ = addresses;
    drive({.what = event::kind::resolved, .n = addresses.size()});
}

// NOLINTNEXTLINE(cppcoreguidelines-rvalue-reference-param-not-moved): the exchange takes it
COHUB_DECL void connection::resolve_failed(failure&& f)
{
    drive({.what = event::kind::resolve_failed, .why = &f});
}

COHUB_DECL void connection::next_address() { drive({.what = event::kind::address_over}); }

COHUB_DECL void connection::time_over() { drive({.what = event::kind::time_over}); }

inline error_code connection::begin_connect(std::size_t address)
{
    std::size_t const number = address + 1;
    if (trying_ != 0 && rival_trying_ == 0) {
        if (!rival_) rival_ = owner_.make_socket();
        error_code const ec = connect_to(*rival_, number);
        if (!ec) rival_trying_ = number;
        return ec;
    }
    // Of two connects the older one is given up; its handler does not count any more.
    bool const is_rival = rival_trying_ != 0 && rival_trying_ < trying_;
    std::size_t& trying = is_rival ? rival_trying_ : trying_;
    trying = 0;
    error_code const ec = connect_to(is_rival ? *rival_ : *socket_, number);
    if (!ec) trying = number;
    return ec;
}

inline error_code connection::connect_to(socket& s, std::size_t number)
{
    return s.async_connect(
        addresses_[number - 1], socket_handler(connection_ptr(this), operation::connect, number)
    );
}

inline void connection::on_connected(error_code ec, std::size_t number)
{
    bool const is_rival = number == rival_trying_;
    if (!is_rival && number != trying_) return;
    (is_rival ? rival_trying_ : trying_) = 0;
    if (ec) {
        auto const why = (is_rival ? *rival_ : *socket_).take_connect_failure();
        drive({.what = event::kind::connect_failed, .ec = ec, .why = why.get()});
        return;
    }
    if (is_rival) socket_ = std::move(rival_);
    rival_.reset();
    trying_ = rival_trying_ = 0;
    owner_.on_connected(addresses_, number - 1);
    endpoints().swap(addresses_);
    drive({.what = event::kind::connected});
}

// ---- bytes -------------------------------------------------------------------------------------

inline connection::event connection::input_event(error_code ec, std::size_t n)
{
    if (!ec) return {.what = event::kind::received, .n = n};
    if (ec == asio::error::eof) return {.what = event::kind::ended};
    return {.what = event::kind::receive_failed, .ec = ec};
}

inline bool would_block(error_code ec) noexcept
{
    return ec == asio::error::would_block || ec == asio::error::try_again;
}

inline connection::event connection::look(char* buffer, std::size_t size)
{
    error_code ec;
    std::size_t const n = socket_->read_some(buffer, size, ec);
    if (would_block(ec)) return {.what = event::kind::nothing_there};
    return input_event(ec, n);
}

inline connection::event connection::write(std::string_view bytes)
{
    std::size_t taken = 0;
    error_code ec;
    while (!ec && taken != bytes.size()) taken += socket_->write_some(bytes.substr(taken), ec);
    if (ec && !would_block(ec) && taken == 0) return {.what = event::kind::write_failed, .ec = ec};
    return {.what = event::kind::wrote, .n = taken};
}

inline void connection::start_read(char* buffer, std::size_t size)
{
    if (std::exchange(reading_, true)) return;
    try {
        socket_->async_read_some(
            buffer, size, socket_handler(connection_ptr(this), operation::receive)
        );
    } catch (...) {
        reading_ = false;
        throw;
    }
}

inline void connection::on_received(error_code ec, std::size_t n)
{
    reading_ = false;
    if (std::exchange(pausing_, false) && ec == asio::error::operation_aborted) {
        drive({.what = event::kind::nothing_there});
        if (std::exchange(read_next_, false)) drive({.what = event::kind::read_on});
        return;
    }
    resume_call(input_event(ec, n));
}

inline void connection::start_wait_writable()
{
    if (std::exchange(waiting_writable_, true)) return;
    try {
        socket_->async_wait_writable(socket_handler(connection_ptr(this), operation::wait_writable)
        );
    } catch (...) {
        waiting_writable_ = false;
        throw;
    }
}

inline void connection::on_writable(error_code ec)
{
    waiting_writable_ = false;
    if (ec)
        resume_call({.what = event::kind::write_failed, .ec = ec});
    else
        resume_call({.what = event::kind::writable});
}

// ---- requests and streams ----------------------------------------------------------------------

COHUB_DECL bool connection::request(std::string_view text)
{
    return drive({.what = event::kind::send, .bytes = text});
}

COHUB_DECL bool connection::request_upgrade(std::string_view text)
{
    return drive({.what = event::kind::send_upgrade, .bytes = text});
}

COHUB_DECL bool connection::is_alive() { return drive({.what = event::kind::check}); }

COHUB_DECL void connection::release() { exchange_.resume({.what = event::kind::release}); }

COHUB_DECL void connection::read_on()
{
    connection_ptr const keep(this);  // the owner may release it while it is notified of input
    if (reading_)
        read_next_ = pausing_;
    else if (depth_ == 0)
        drive({.what = event::kind::read_on});
    else
        only_looking_ = false;  // the loop continues by itself, and waits from now on
}

COHUB_DECL void connection::look_on()
{
    connection_ptr const keep(this);
    if (reading_ || depth_ != 0) return;
    only_looking_ = true;
    try {
        drive({.what = event::kind::read_on});
    } catch (...) {
        only_looking_ = false;
        throw;
    }
    only_looking_ = false;
}

COHUB_DECL void connection::pause() noexcept
{
    read_next_ = false;
    // Bytes that could not be sent yet keep the context running until they are sent.
    if (!reading_ || waiting_writable_ || std::exchange(pausing_, true)) return;
    socket_->cancel();
}

COHUB_DECL void connection::send_more(std::string_view bytes)
{
    drive({.what = event::kind::send, .bytes = bytes});
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void connection::close(bool politely) noexcept
{
    trying_ = rival_trying_ = 0;
    rival_.reset();
    try {
        drive({.what = event::kind::close, .n = politely});
    } catch (...) {
        // Without memory, no close_notify is sent.
    }
    socket_->close();
}

COHUB_DECL void connection::fail(failure&& f)
{
    if (now_in() == state::closed && call == nullptr) return;
    f.at = exchange_.current_stage();
    if (stands_)
        owner_.on_broken(*this, std::move(f));
    else
        owner_.on_connect_failed(*this, std::move(f));
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
