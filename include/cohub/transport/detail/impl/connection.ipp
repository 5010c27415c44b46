#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CONNECTION_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CONNECTION_IPP

#include <cohub/transport/detail/connection.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <utility>

namespace cohub::transport::detail {

namespace asio = boost::asio;

/// What Asio calls: takes the owner's lock around the member. One type for all operations.
struct connection::handler
{
    connection_ptr self;
    void (connection::*member)(error_code, std::size_t);
    std::size_t number = 0;

    void operator()(error_code ec) { (*this)(ec, number); }
    void operator()(error_code ec, std::size_t n)
    {
        connection_ptr const c = std::move(self);
        core_lock lock(c->owner_);
        try {
            (c.get()->*member)(ec, n);
        } catch (...) {
            // An error of ours ends this connection and its call, and nothing else.
            c->fail(current_failure());
        }
        lock.dispatch(core_lock::from::own_handler);
    }
};

/// The owner is told of input, and the loop that tells it goes on by itself.
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
    asio::any_io_executor const& executor,
    limit_options const& limits,
    tls_context* tls,
    std::string& output,
    std::uint64_t id
)
    : timer_node(timer_node::role::connection),
      owner_(owner),
      exchange_(limits, tls, output),
      socket_(executor),
      id_(id)
{
    owner_.retain();
}

COHUB_DECL connection::~connection() { owner_.release(); }

/// Carries out what the exchange decides, until it has to wait.
/// @return false if an idle connection turned out to be of no use
inline bool connection::drive(event e)
{
    using step = exchange_action::kind;
    // A peer that sends without end must not hold the owner's lock: the next look goes on.
    constexpr int most_looks = 16;
    int looks = 0;
    for (;;) {
        exchange_action const a = exchange_.resume(e);
        if (a.begins != stage::none) owner_.on_stage(*this, a.begins);
        switch (a.what) {
            case step::none:
                return true;
            case step::connect: {
                error_code const ec = open_and_connect(addresses_[a.n]);
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

/// What an operation of ours brought. If the connection is of no use although nothing was sent yet,
/// its call is told so.
inline void connection::resume_call(event e)
{
    if (!drive(e) && call != nullptr) owner_.on_broken(*this, failure(errc::connection_lost));
}

/// The owner may send meanwhile, and may let go of the connection.
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

COHUB_DECL void connection::give_up_address() { drive({.what = event::kind::address_over}); }

COHUB_DECL void connection::time_over() { drive({.what = event::kind::time_over}); }

inline error_code connection::open_and_connect(asio::ip::tcp::endpoint const& to)
{
    ++attempt_;
    error_code ec;
    socket_.close(ec);  // of the address before; its handler does not count any more
    socket_.open(to.protocol(), ec);
    if (!ec) socket_.non_blocking(true, ec);
    if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), ec);
    if (ec) return ec;
    socket_.async_connect(to, handler{connection_ptr(this), &connection::on_connected, attempt_});
    return ec;
}

inline void connection::on_connected(error_code ec, std::size_t attempt)
{
    if (attempt != attempt_) return;
    if (ec) {
        drive({.what = event::kind::connect_failed, .ec = ec});
        return;
    }
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
    std::size_t const n = socket_.read_some(asio::buffer(buffer, size), ec);
    if (would_block(ec)) return {.what = event::kind::nothing_there};
    return input_event(ec, n);
}

inline connection::event connection::write(std::string_view bytes)
{
    std::size_t taken = 0;
    error_code ec;
    while (!ec && taken != bytes.size())
        taken += socket_.write_some(asio::buffer(bytes.substr(taken)), ec);
    if (ec && !would_block(ec) && taken == 0) return {.what = event::kind::write_failed, .ec = ec};
    return {.what = event::kind::wrote, .n = taken};
}

inline void connection::start_read(char* buffer, std::size_t size)
{
    if (std::exchange(reading_, true)) return;
    try {
        socket_.async_read_some(
            asio::buffer(buffer, size), handler{connection_ptr(this), &connection::on_received}
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
        socket_.async_wait(
            asio::ip::tcp::socket::wait_write,
            handler{connection_ptr(this), &connection::on_writable}
        );
    } catch (...) {
        waiting_writable_ = false;
        throw;
    }
}

inline void connection::on_writable(error_code ec, std::size_t)
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
    connection_ptr const keep(this);  // the owner may let go of it while it is told of input
    if (reading_)
        read_next_ = pausing_;
    else if (depth_ == 0)
        drive({.what = event::kind::read_on});
    else
        only_looking_ = false;  // the loop goes on by itself, and waits from now on
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
    // What could not be sent yet keeps the context running until it is.
    if (!reading_ || waiting_writable_ || std::exchange(pausing_, true)) return;
    error_code ignored;
    socket_.cancel(ignored);
}

COHUB_DECL void connection::send_more(std::string_view bytes)
{
    drive({.what = event::kind::send, .bytes = bytes});
}

// ---- the end -----------------------------------------------------------------------------------

COHUB_DECL void connection::close(bool politely) noexcept
{
    ++attempt_;
    try {
        drive({.what = event::kind::close, .n = politely});
    } catch (...) {
        // Without memory for a goodbye there is none.
    }
    error_code ignored;
    socket_.close(ignored);
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

}  // namespace cohub::transport::detail

#endif
