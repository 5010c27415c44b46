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

/// @brief What a look-up came to: addresses, or the reason why there are none.
struct resolve_answer
{
    endpoints found;
    std::optional<failure> why;
};

/// @brief From the name of a host to its addresses, one look-up at a time.
///
/// getaddrinfo(3) cannot be interrupted, so it has a thread to itself, which nobody waits for. (The
/// resolver thread that Asio has for each context would hold up other clients, and the end of the
/// context.)
class resolver
{
public:
    explicit resolver(answer_slot::listener& l) : slot_(l) {}

    bool is_busy() const noexcept { return slot_.is_busy(); }
    /// @brief Asks the operating system.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void ask_system(std::string const& host, std::uint16_t port);
    /// @brief Asks the user's hook. To be called without the client's lock.
    /// @param round what `begin_round` gave
    COHUB_DECL void ask_hook(
        hooks const& h, std::string const& host, std::uint16_t port, std::uint64_t round
    ) noexcept;
    /// @brief The hook cannot be asked.
    COHUB_DECL void refuse(std::uint64_t round) noexcept;
    /// @brief What follows is a new look-up: late answers to earlier ones do not count.
    std::uint64_t begin_round() { return slot_.begin(); }
    /// @brief The answer, once.
    /// @return false if it is not there yet
    COHUB_DECL bool take_answer(resolve_answer& a);
    /// @brief Nobody waits any more: the next look-up may begin.
    void give_up() noexcept { slot_.give_up(); }
    void stop() noexcept { slot_.stop(); }
    /// @brief In a child process: the thread of a look-up is not there.
    void begin_anew() noexcept { slot_.begin_anew(); }

    /// @brief The address that `host` spells in numbers.
    COHUB_DECL static resolve_answer literal(std::string const& host, std::uint16_t port);
    /// @brief This machine, by both protocols.
    COHUB_DECL static resolve_answer loopback(std::uint16_t port);
    /// @brief Refuses addresses to which a key must not be sent in clear text.
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
