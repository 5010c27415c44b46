#ifndef COHUB_TRANSPORT_DETAIL_IMPL_SECURE_SOCKET_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_SECURE_SOCKET_IPP

#include <cohub/transport/detail/secure_socket.hpp>
#include <cohub/transport/detail/tls_engine.hpp>
#include <cohub/transport/detail/tls_failure.hpp>

#include <boost/asio/error.hpp>

#include <mutex>
#include <new>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// One connect of a `secure_socket`, and its state. Handlers of an earlier connect may come late.
/// They notice that the socket has left this link.
///
/// The socket's owner holds its own lock when it calls, and handlers come without it. The mutex
/// here is taken inside that lock, and is released before the owner's handlers are called.
class secure_link final : public socket_user
{
public:
    secure_link(std::unique_ptr<socket> under, boost::intrusive_ptr<tls_context> tls)
        : under_(std::move(under)),
          tls_(std::move(tls)),
          engine_(tls_->make_client(), output_),
          raw_(new char[raw_size])
    {
    }

    error_code async_connect(endpoint const& to, socket_handler done)
    {
        std::lock_guard const lock(mutex_);
        error_code const ec = under_->async_connect(to, handler(operation::connect));
        if (!ec) on_connected_ = std::move(done);
        return ec;
    }

    /// Pending operations are never reported.
    std::unique_ptr<socket> leave() noexcept
    {
        std::lock_guard const lock(mutex_);
        on_connected_ = on_read_ = on_writable_ = {};
        return std::move(under_);
    }

    std::unique_ptr<failure> take_failure() noexcept
    {
        std::lock_guard const lock(mutex_);
        return std::move(failure_);
    }

    std::size_t read_some(char* buffer, std::size_t size, error_code& ec)
    {
        std::lock_guard const lock(mutex_);
        return read(buffer, size, ec);
    }

    std::size_t write_some(std::string_view bytes, error_code& ec)
    {
        std::lock_guard const lock(mutex_);
        send_output(ec);
        if (!ec && !output_.empty()) ec = boost::asio::error::would_block;
        if (ec) return 0;
        bytes = bytes.substr(0, most_at_once);
        if (engine_.write(bytes) != tls_engine::status::done) {
            ec = boost::asio::error::connection_reset;
            return 0;
        }
        // The rest of the output is sent before the next bytes.
        send_output(ec);
        return ec ? 0 : bytes.size();
    }

    bool holds_input() noexcept
    {
        std::lock_guard const lock(mutex_);
        return engine_.input_left() != 0 || engine_.holds_part_of_record();
    }

    void async_read_some(char* buffer, std::size_t size, socket_handler done)
    {
        std::lock_guard const lock(mutex_);
        buffer_ = buffer;
        size_ = size;
        cancelled_ = false;
        receive();
        on_read_ = std::move(done);
    }

    void async_wait_writable(socket_handler done)
    {
        std::lock_guard const lock(mutex_);
        wait_writable();
        on_writable_ = std::move(done);
    }

    void cancel() noexcept
    {
        std::lock_guard const lock(mutex_);
        cancelled_ = true;
        under_->cancel();
    }

    /// Pending operations are never reported: their handlers hold the owner, which holds this
    /// object.
    void close() noexcept
    {
        socket_handler untold[3];
        std::lock_guard const lock(mutex_);
        error_code ignored;
        if (shaken_) try {
                engine_.shutdown();
                send_output(ignored);
            } catch (std::bad_alloc const&) {
                // Without memory, no close_notify is sent.
            }
        under_->close();
        untold[0] = std::exchange(on_connected_, {});
        untold[1] = std::exchange(on_read_, {});
        untold[2] = std::exchange(on_writable_, {});
    }

    void on_ended(operation what, error_code ec, std::size_t n) override
    {
        switch (what) {
            case operation::connect:
                return proceed(&secure_link::connected, ec, n);
            case operation::receive:
                return proceed(&secure_link::received, ec, n);
            case operation::wait_writable:
                return proceed(&secure_link::writable, ec, n);
        }
    }

private:
    static constexpr std::size_t most_at_once = 64 * 1024;
    static constexpr std::size_t raw_size = 16 * 1024;

    /// The result of an operation: the handler that has to be called, or null if it continues.
    struct outcome
    {
        socket_handler* whose = nullptr;
        error_code ec = {};
        std::size_t n = 0;
    };
    using step = outcome (secure_link::*)(error_code ec, std::size_t n);

    socket_handler handler(operation what)
    {
        return {boost::intrusive_ptr<socket_user>(this), what};
    }

    /// Takes a step with the lock held, and notifies the owner without it.
    void proceed(step next, error_code ec = {}, std::size_t n = 0)
    {
        socket_handler to_call;
        outcome o;
        {
            std::lock_guard const lock(mutex_);
            if (!under_) return;  // the socket has left this link
            try {
                o = (this->*next)(ec, n);
            } catch (std::bad_alloc const&) {
                o = {on_connected_ ? &on_connected_ : &on_read_, boost::asio::error::no_memory};
            }
            if (o.whose != nullptr) to_call = std::exchange(*o.whose, {});
        }
        if (!to_call) return;
        if (o.whose == &on_read_)
            to_call(o.ec, o.n);
        else
            to_call(o.ec);
    }

    outcome connected(error_code ec, std::size_t)
    {
        return ec ? outcome{&on_connected_, ec} : shake_hands();
    }

    outcome received(error_code ec, std::size_t n)
    {
        receiving_ = false;
        if (!ec)
            engine_.feed(raw_.get(), n);
        else if (ec != boost::asio::error::operation_aborted)
            end_input(ec);
        return on_connected_ ? shake_hands() : look({}, 0);
    }

    outcome writable(error_code ec, std::size_t)
    {
        waiting_writable_ = false;
        if (!ec) send_output(ec);
        if (ec || output_.empty()) return {&on_writable_, ec};
        wait_writable();
        return {};
    }

    outcome look(error_code ec, std::size_t)
    {
        if (!on_read_) return {};
        if (cancelled_) return {&on_read_, boost::asio::error::operation_aborted};
        std::size_t const n = read(buffer_, size_, ec);
        if (ec != boost::asio::error::would_block && ec != boost::asio::error::try_again)
            return {&on_read_, ec, n};
        receive();
        return {};
    }

    outcome shake_hands()
    {
        auto const s = engine_.handshake();
        error_code ec;
        send_output(ec);
        if (s == tls_engine::status::want_input && !ec) {
            receive();
            if (!output_.empty()) wait_writable();
            return {};
        }
        if (s == tls_engine::status::done) {
            shaken_ = true;
            return {&on_connected_, ec};
        }
        if (!ec && is_plain_end(engine_.error()))
            failure_ = std::make_unique<failure>(
                errc::connect_failed, "the proxy ended the connection inside the TLS handshake"
            );
        else if (!ec) {
            failure_ = std::make_unique<failure>(
                describe_tls_failure(engine_.error(), engine_.verdict(), true)
            );
            failure_->detail.insert(0, "of the proxy: ");
            tls_->forget_sessions();
        }
        if (failure_) {
            failure_->at = stage::connecting;
            if (!failure_->cause) failure_->cause = input_error_;
            ec = failure_->code;
        }
        return {&on_connected_, ec};
    }

    std::size_t read(char* buffer, std::size_t size, error_code& ec)
    {
        while (true) {
            std::size_t n = 0;
            auto const s = engine_.read(buffer, size, n);
            if (s == tls_engine::status::done) return n;
            error_code ignored;
            send_output(ignored);  // replies that TLS makes by itself
            if (s == tls_engine::status::ended) {
                ec = boost::asio::error::eof;
                return 0;
            }
            if (s == tls_engine::status::failed || input_over_) {
                ec = input_error_ ? input_error_ : boost::asio::error::connection_reset;
                return 0;
            }
            if (receiving_) {
                ec = boost::asio::error::would_block;
                return 0;
            }
            n = under_->read_some(raw_.get(), raw_size, ec);
            if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again)
                return 0;
            if (ec)
                end_input(std::exchange(ec, {}));
            else
                engine_.feed(raw_.get(), n);
        }
    }

    void receive()
    {
        if (std::exchange(receiving_, true)) return;
        under_->async_read_some(raw_.get(), raw_size, handler(operation::receive));
    }

    void wait_writable()
    {
        if (std::exchange(waiting_writable_, true)) return;
        under_->async_wait_writable(handler(operation::wait_writable));
    }

    void end_input(error_code ec)
    {
        input_over_ = true;
        if (ec != boost::asio::error::eof) input_error_ = ec;
        engine_.end_input();
    }

    /// Sends as much of the output of TLS as the socket takes.
    void send_output(error_code& ec)
    {
        std::size_t sent = 0;
        while (!ec && sent != output_.size())
            sent += under_->write_some(std::string_view(output_).substr(sent), ec);
        output_.erase(0, sent);
        if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again) ec = {};
    }

    std::mutex mutex_;
    std::unique_ptr<socket> under_;  // null: the socket has left this link
    boost::intrusive_ptr<tls_context> const tls_;
    std::string output_;
    tls_engine engine_;
    std::unique_ptr<char[]> const raw_;
    socket_handler on_connected_, on_read_, on_writable_;
    char* buffer_ = nullptr;  // of the owner's read
    std::size_t size_ = 0;
    std::unique_ptr<failure> failure_;
    error_code input_error_;
    bool shaken_ = false;
    bool receiving_ = false;
    bool waiting_writable_ = false;
    bool input_over_ = false;
    bool cancelled_ = false;  // the owner's read
};

COHUB_DECL secure_socket::~secure_socket() { leave_link(); }

inline void secure_socket::leave_link() noexcept
{
    if (link_) under_ = link_->leave();
    link_.reset();
}

COHUB_DECL error_code secure_socket::async_connect(endpoint const& to, socket_handler done)
{
    leave_link();
    if (!under_) return boost::asio::error::bad_descriptor;  // lost for lack of memory
    link_.reset(new secure_link(std::move(under_), tls_));
    return link_->async_connect(to, std::move(done));
}

COHUB_DECL std::unique_ptr<failure> secure_socket::take_connect_failure() noexcept
{
    return link_ ? link_->take_failure() : nullptr;
}

COHUB_DECL std::size_t secure_socket::read_some(char* buffer, std::size_t size, error_code& ec)
{
    return link_->read_some(buffer, size, ec);
}

COHUB_DECL std::size_t secure_socket::write_some(std::string_view bytes, error_code& ec)
{
    return link_->write_some(bytes, ec);
}

COHUB_DECL bool secure_socket::holds_input() const noexcept
{
    return link_ && link_->holds_input();
}

COHUB_DECL void secure_socket::async_read_some(char* buffer, std::size_t size, socket_handler done)
{
    link_->async_read_some(buffer, size, std::move(done));
}

COHUB_DECL void secure_socket::async_wait_writable(socket_handler done)
{
    link_->async_wait_writable(std::move(done));
}

COHUB_DECL void secure_socket::cancel() noexcept
{
    if (link_) link_->cancel();
}

COHUB_DECL void secure_socket::close() noexcept
{
    if (link_)
        link_->close();
    else if (under_)
        under_->close();
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
