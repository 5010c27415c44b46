#ifndef COHUB_TRANSPORT_DETAIL_IMPL_RESOLVER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_RESOLVER_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/resolver.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

struct resolver::look_up
{
    answer_slot::ticket_ptr to;
    std::uint64_t round;
    std::string host, port;

    look_up(answer_slot::ticket_ptr t, std::uint64_t n, std::string h, std::string p)
        : to(std::move(t)), round(n), host(std::move(h)), port(std::move(p))
    {
    }

    /// It belongs to its thread.
    static void begin(look_up& l)
    {
        try {
            platform::start_thread(
                [](void* it) {
                    static_cast<look_up*>(it)->run();
                    delete static_cast<look_up*>(it);
                },
                &l
            )
                .detach();
        } catch (...) {
            delete &l;
            throw;
        }
    }
    void run() noexcept
    {
        namespace asio = boost::asio;
        error_code ec;
        endpoints found;
        try {
            // A separate context: the lookup does not depend on the user's context, which may be
            // destroyed before the lookup ends.
            asio::io_context own(1);
            asio::ip::tcp::resolver r(own);
            for (auto const& entry :
                 r.resolve(host, port, asio::ip::resolver_base::numeric_service, ec))
                found.push_back(entry.endpoint());
        } catch (boost::system::system_error const& e) {
            ec = e.code();
        } catch (std::exception const&) {
            ec = asio::error::no_memory;
        }
        answer_slot::put(to, round, {ec, std::move(found)});
    }
};

COHUB_DECL void resolver::ask_system(std::string const& host, std::uint16_t port)
{
    std::uint64_t const round = begin_round();
    try {
        look_up::begin(*new look_up(slot_.to_answer(), round, host, std::to_string(port)));
    } catch (std::system_error const&) {
        answer_slot::put(slot_.to_answer(), round, {boost::asio::error::host_not_found_try_again});
    } catch (...) {
        slot_.give_up();
        throw;
    }
}

COHUB_DECL void resolver::ask_hook(
    hooks const& h, std::string const& host, std::uint16_t port, std::uint64_t round
) noexcept
{
    auto const t = slot_.to_answer();
    if (!t) return;  // the parent asked before the fork
    try {
        h.resolve(host, port, [t, round](error_code ec, endpoints found) {
            answer_slot::put(t, round, {ec, std::move(found)});
        });
    } catch (...) {
        answer_slot::put_exception(t, round, boost::asio::error::host_not_found);
    }
}

COHUB_DECL void resolver::refuse(std::uint64_t round) noexcept
{
    if (auto const t = slot_.to_answer())
        answer_slot::put(t, round, {boost::asio::error::no_memory});
}

COHUB_DECL bool resolver::take_answer(resolve_answer& a)
{
    answer_slot::answer came;
    if (!slot_.take(came)) return false;
    a.found = std::move(came.found);
    error_code const ec = came.why;
    if (!ec && !a.found.empty()) return true;
    bool const later = ec == boost::asio::error::host_not_found_try_again;
    a.why = failure(
        errc::resolve_failed,
        !came.thrown.empty() ? cohub::detail::concat({"hooks.resolve threw: ", came.thrown})
        : later              ? "no name server answered; is the network up?"
                             : "is the name of the host spelled right?"
    );
    a.why->at = stage::resolving;
    if (came.thrown.empty()) a.why->cause = ec;
    return true;
}

COHUB_DECL resolve_answer resolver::loopback(std::uint16_t port)
{
    using namespace boost::asio::ip;
    resolve_answer a;
    tcp::endpoint const by_v4(address_v4::loopback(), port), by_v6(address_v6::loopback(), port);
    a.found.push_back(by_v4);
    a.found.push_back(by_v6);
    return a;
}

COHUB_DECL resolve_answer resolver::literal(std::string const& host, std::uint16_t port)
{
    resolve_answer a;
    error_code ec;
    auto const address = boost::asio::ip::make_address(host, ec);
    auto const zone = host.find('%');
    // A zone of an interface that does not exist becomes 0, which means none.
    if (!ec && zone != std::string::npos && address.is_v6() && address.to_v6().scope_id() == 0)
        ec = boost::asio::error::host_not_found;
    if (!ec) {
        boost::asio::ip::tcp::endpoint const only(address, port);
        a.found.push_back(only);
        return a;
    }
    a.why = failure(errc::resolve_failed);
    a.why->at = stage::resolving;
    a.why->cause = ec;
    if (zone != std::string::npos)
        a.why->detail = cohub::detail::concat(
            {"this machine has no network interface \"",
             cohub::detail::escaped(std::string_view(host).substr(zone + 1), 50),
             "\""}
        );
    return a;
}

COHUB_DECL void resolver::check(resolve_answer& a, http::origin const& to)
{
    if (to.tls || a.why || to.is_address) return;
    bool all_here = true;
    for (auto const& e : a.found) all_here = all_here && e.address().is_loopback();
    if (all_here) return;
    a.why = failure(
        errc::invalid_argument,
        "http:// sends the API key in clear text and is for this machine alone, but the name has "
        "an address elsewhere; use https://"
    );
    a.why->at = stage::resolving;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
