#ifndef COHUB_TRANSPORT_DETAIL_TLS_ENGINE_HPP
#define COHUB_TRANSPORT_DETAIL_TLS_ENGINE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/transport/detail/tls_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The client end of TLS in memory: it takes bytes from the peer, and makes bytes for the
/// peer.
///
/// The input is read in place: `feed` names the bytes, which have to stay valid until `input_left`
/// is 0. The output is appended to a string that all connections of an owner share, and that is
/// emptied after each step. The string always takes everything, so that a write never has to be
/// continued. The connection, not TLS, keeps what the socket does not take.
class tls_engine
{
public:
    enum class status : std::uint8_t
    {
        done,
        /// More input from the peer is needed first.
        want_input,
        /// The peer has ended TLS properly (close_notify).
        ended,
        failed,
    };

    /// @throws std::bad_alloc if OpenSSL has no memory
    COHUB_DECL tls_engine(ssl_ptr ssl, std::string& output);
    tls_engine(tls_engine const&) = delete;
    tls_engine& operator=(tls_engine const&) = delete;

    void feed(char const* bytes, std::size_t n) noexcept
    {
        in_ = bytes;
        in_left_ = n;
    }
    std::size_t input_left() const noexcept { return in_left_; }
    /// @brief No more input follows after the input that was fed.
    void end_input() noexcept { in_ended_ = true; }

    COHUB_DECL status handshake();
    /// @brief Decrypts into `to`; `n` is the number of bytes.
    COHUB_DECL status read(char* to, std::size_t size, std::size_t& n);
    /// @brief Encrypts all of `text`, or nothing.
    COHUB_DECL status write(std::string_view text);
    /// @brief Appends the client's close_notify to the output.
    COHUB_DECL void shutdown() noexcept;

    /// @brief Whether a part of a record is here, so that its content is not known yet.
    bool holds_part_of_record() const noexcept
    {
        // A record's header that was read, without any data after it, is not "pending".
        return SSL_has_pending(ssl_.get()) == 1 || SSL_rstate_string(ssl_.get())[1] == 'B';
    }
    bool session_reused() const noexcept { return SSL_session_reused(ssl_.get()) == 1; }
    /// @brief Frees the record buffers; the next record allocates them again.
    void free_buffers() noexcept { SSL_free_buffers(ssl_.get()); }

    /// @brief After `failed`: the first error of TLS itself; 0 if OpenSSL named none.
    unsigned long error() const noexcept { return error_; }
    /// @brief After a failed handshake: OpenSSL's verdict on the peer's certificate.
    long verdict() const noexcept { return SSL_get_verify_result(ssl_.get()); }

private:
    struct bio;

    COHUB_DECL status outcome(int n);

    ssl_ptr ssl_;
    std::string& out_;
    char const* in_ = nullptr;
    std::size_t in_left_ = 0;
    bool in_ended_ = false;
    bool out_of_memory_ = false;
    unsigned long error_ = 0;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/tls_engine.ipp>
#endif

#endif
