#ifndef COHUB_TRANSPORT_DETAIL_RESOLVER_HPP
#define COHUB_TRANSPORT_DETAIL_RESOLVER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/answer_slot.hpp>
#include <cohub/transport/detail/connection.hpp>
#include <cohub/transport/options.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The result of a lookup: addresses, or the reason why there are none.
struct resolve_answer
{
    endpoints found;
    std::optional<failure> why;
};

/// @brief Looks up the addresses of a host name, one lookup at a time.
///
/// getaddrinfo(3) cannot be interrupted. So it has its own thread, which nobody waits for. (Asio
/// has one resolver thread for each context. It would delay other clients, and the end of the
/// context.)
class resolver
{
public:
    explicit resolver(answer_slot::listener& l) : slot_(l) {}

    bool is_busy() const noexcept { return slot_.is_busy(); }
    /// @brief Starts a lookup by the operating system.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void ask_system(std::string const& host, std::uint16_t port);
    /// @brief Calls the user's hook. Has to be called without the client's lock.
    /// @param round the number that `begin_round` returned
    COHUB_DECL void ask_hook(
        hooks const& h, std::string const& host, std::uint16_t port, std::uint64_t round
    ) noexcept;
    /// @brief The hook cannot be called.
    COHUB_DECL void refuse(std::uint64_t round) noexcept;
    /// @brief Begins a new lookup: late answers to earlier ones do not count.
    std::uint64_t begin_round() { return slot_.begin(); }
    /// @brief Returns the answer, once.
    /// @return false if it is not there yet
    COHUB_DECL bool take_answer(resolve_answer& a);
    /// @brief Nobody waits any more: the next lookup may begin.
    void give_up() noexcept { slot_.give_up(); }
    void stop() noexcept { slot_.stop(); }
    /// @brief In a child process: the thread of a lookup does not exist there.
    void begin_anew() noexcept { slot_.begin_anew(); }

    /// @brief The address, if `host` is one in numbers.
    COHUB_DECL static resolve_answer literal(std::string const& host, std::uint16_t port);
    /// @brief This machine's addresses, of both protocols.
    COHUB_DECL static resolve_answer loopback(std::uint16_t port);
    /// @brief Rejects addresses to which a key must not be sent without encryption.
    COHUB_DECL static void check(resolve_answer& a, http::origin const& to);

private:
    struct look_up;

    answer_slot slot_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/resolver.ipp>
#endif

#endif
