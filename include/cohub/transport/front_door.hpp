#ifndef COHUB_TRANSPORT_FRONT_DOOR_HPP
#define COHUB_TRANSPORT_FRONT_DOOR_HPP

#include <cohub/call/completion.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/transport/client_handle.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <utility>

namespace cohub::inline abi_0_2::transport {

/// @brief What `hub`, `project`, `v1` and `pieces::client` have in common: the client that carries
/// their calls, and the functions that control it.
class front_door
{
public:
    /// @brief Opens connections in advance, until `n` are open or being made, within
    /// `pool.max_connections`, so that the first calls do not wait for handshakes. Failures are
    /// reported by the calls.
    void warm_up(std::size_t n) const { client_->warm_up(n); }

    /// @brief Requests from now on use this key. Calls under way go on: a request that was sent
    /// keeps its key. If the server has refused the old key meanwhile, the request is sent again
    /// with the new one. Connections are kept.
    /// @throws cohub::error errc::invalid_argument if it is not a valid key; the old one stays in
    /// use
    void set_api_key(secret key) const { client_->set_api_key(std::move(key)); }

    /// @brief Reads the files of `options.tls` again: trusted issuers, the client's certificate and
    /// its key. New connections use them. Existing connections go on, until `pool.max_age` at most.
    /// Call this when the files have been replaced, for example after a timer or a signal. It reads
    /// files, so it may take some milliseconds. Any thread may call it.
    /// @throws cohub::error errc::invalid_argument if the files cannot be used; what was read
    /// before stays in use
    void reload_tls() const { client_->reload_tls(); }

    /// @brief Counters of the connections.
    connection_stats stats() const { return client_->stats(); }

    /// @brief New calls fail with `errc::client_closed` from now on. If `gracefully`, calls under
    /// way are completed first; otherwise they fail, too.
    void close(bool gracefully = false) const { client_->close(gracefully); }

    /// @brief Like `close(true)`, but asynchronous. It completes when all calls under way have
    /// ended, those between two attempts included, and the connections are closed.
    ///
    ///     co_await hub.async_close(std::chrono::seconds(10));
    ///
    /// Each call has its own deadline, so that this completes even without a limit. You may call it
    /// again; then both complete at the same time. Without a token, it returns what a call returns:
    /// for `co_await`, or for `cohub::wait`.
    /// @par Cancellation
    /// A cancellation ends only the waiting and its limit. The client closes nevertheless.
    auto async_close() const { return call::initiate<void>(closing()); }
    /// @param within calls that have not ended after this time fail with `errc::client_closed`
    auto async_close(std::chrono::nanoseconds within) const
    {
        return call::initiate<void>(closing(within));
    }
    /// @param token sees `void(error_code)`
    template <class Token>
    requires(!std::convertible_to<Token, std::chrono::nanoseconds>) auto async_close(Token&& token
    ) const
    {
        return call::initiate<void>(closing(), std::forward<Token>(token));
    }
    /// @brief The same with a limit and a token.
    template <class Token>
    auto async_close(std::chrono::nanoseconds within, Token&& token) const
    {
        return call::initiate<void>(closing(within), std::forward<Token>(token));
    }

    /// @brief One line for a log: the server, and what is under way. Holds no secret.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(
        std::basic_ostream<char, Traits>& out, front_door const& d
    )
    {
        return out << d.client_->describe();
    }

protected:
    front_door(
        boost::asio::any_io_executor const& executor, options&& o, key_use use = key_use::required
    )
        : client_(executor, std::move(o), use)
    {
    }
    explicit front_door(options&& o, key_use use = key_use::required) : client_(std::move(o), use)
    {
    }
    front_door(front_door&&) noexcept = default;
    front_door& operator=(front_door&&) noexcept = default;
    ~front_door() = default;

    client_handle client_;

private:
    call::bound_call<void> closing() const
    {
        call::request r;
        r.name = "async_close";
        r.is_close = true;
        return call::bound_call<void>(client_.channel(), std::move(r));
    }
    call::bound_call<void> closing(std::chrono::nanoseconds within) const
    {
        auto c = closing();
        c.req.options.timeout(within);
        return c;
    }
};

}  // namespace cohub::inline abi_0_2::transport

#endif
