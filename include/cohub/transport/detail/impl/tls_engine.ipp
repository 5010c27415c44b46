#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TLS_ENGINE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TLS_ENGINE_IPP

#include <cohub/transport/detail/tls_engine.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// The functions with which OpenSSL reads input and writes output.
struct tls_engine::bio
{
    static int write(BIO* b, char const* data, int size) noexcept
    {
        auto& self = *static_cast<tls_engine*>(BIO_get_data(b));
        BIO_clear_retry_flags(b);
        // No exception may pass through OpenSSL.
        try {
            self.out_.append(data, static_cast<std::size_t>(size));
        } catch (std::bad_alloc const&) {
            self.out_of_memory_ = true;
            return -1;
        }
        return size;
    }

    static int read(BIO* b, char* data, int size) noexcept
    {
        auto& self = *static_cast<tls_engine*>(BIO_get_data(b));
        BIO_clear_retry_flags(b);
        if (self.in_left_ == 0) {
            if (self.in_ended_) return 0;
            BIO_set_retry_read(b);
            return -1;
        }
        std::size_t const n = std::min(static_cast<std::size_t>(size), self.in_left_);
        std::memcpy(data, self.in_, n);
        self.in_ += n;
        self.in_left_ -= n;
        return static_cast<int>(n);
    }

    static long control(BIO* b, int command, long, void*) noexcept
    {
        auto const& self = *static_cast<tls_engine const*>(BIO_get_data(b));
        switch (command) {
            case BIO_CTRL_FLUSH:
                return 1;
            case BIO_CTRL_EOF:
                return self.in_ended_ && self.in_left_ == 0 ? 1 : 0;
            case BIO_CTRL_PENDING:
                return static_cast<long>(self.in_left_);
            default:
                return 0;
        }
    }

    static BIO_METHOD* make_method()
    {
        BIO_METHOD* const m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cohub");
        if (m == nullptr) throw std::bad_alloc();
        BIO_meth_set_write(m, &write);
        BIO_meth_set_read(m, &read);
        BIO_meth_set_ctrl(m, &control);
        return m;
    }

    static BIO_METHOD* method()
    {
        static BIO_METHOD* const m = make_method();
        return m;
    }

    /// OpenSSL requires an empty error queue before each step. Clearing an empty queue costs ten
    /// times as much as checking it.
    static void clear_errors() noexcept
    {
        if (ERR_peek_error() != 0) ERR_clear_error();
    }

    static int clamp(std::size_t size) noexcept
    {
        return static_cast<int>(std::min<std::size_t>(size, 1 << 30));
    }
};

COHUB_DECL tls_engine::tls_engine(ssl_ptr ssl, std::string& output)
    : ssl_(std::move(ssl)), out_(output)
{
    if (!ssl_) throw std::bad_alloc();
    BIO* const b = BIO_new(bio::method());
    if (b == nullptr) throw std::bad_alloc();
    BIO_set_data(b, this);
    BIO_set_init(b, 1);
    SSL_set_bio(ssl_.get(), b, b);
}

COHUB_DECL tls_engine::status tls_engine::outcome(int n)
{
    // Checked before SSL_get_error, which takes an old error in the queue for one of this step.
    if (SSL_want_read(ssl_.get()) && BIO_should_read(SSL_get_rbio(ssl_.get())))
        return status::want_input;
    if (SSL_get_error(ssl_.get(), n) == SSL_ERROR_ZERO_RETURN) return status::ended;
    error_ = take_tls_error();
    if (out_of_memory_) throw std::bad_alloc();
    return status::failed;
}

COHUB_DECL tls_engine::status tls_engine::handshake()
{
    bio::clear_errors();
    int const n = SSL_do_handshake(ssl_.get());
    return n == 1 ? status::done : outcome(n);
}

COHUB_DECL tls_engine::status tls_engine::read(char* to, std::size_t size, std::size_t& n)
{
    bio::clear_errors();
    int const got = SSL_read(ssl_.get(), to, bio::clamp(size));
    if (got <= 0) return outcome(got);
    n = static_cast<std::size_t>(got);
    return status::done;
}

COHUB_DECL tls_engine::status tls_engine::write(std::string_view text)
{
    // Only the peer's input can make this fail. So the error queue is not checked first, as it is
    // before reading: that would cost one per cent of a call.
    while (!text.empty()) {
        int const n = SSL_write(ssl_.get(), text.data(), bio::clamp(text.size()));
        if (n <= 0) return outcome(n);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return status::done;
}

COHUB_DECL void tls_engine::shutdown() noexcept
{
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // nobody waits for the peer's close_notify
    ERR_clear_error();
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
