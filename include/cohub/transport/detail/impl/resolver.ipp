#ifndef COHUB_TRANSPORT_DETAIL_IMPL_RESOLVER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_RESOLVER_IPP

#include <cohub/core/platform.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/detail/resolver.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace cohub::transport::detail {

struct resolver::ticket
{
    std::mutex mutex;
    listener* to = nullptr;
    std::uint64_t round = 0;
    bool answered = false;
    error_code code;
    char const* detail = "";
    endpoints found;

    void answer(std::uint64_t of, error_code ec, endpoints list, char const* why = "") noexcept
    {
        std::lock_guard lock(mutex);
        if (to == nullptr || of != round || answered) return;
        answered = true;
        code = ec;
        detail = why;
        found = std::move(list);
        to->address_answered();
    }
};

struct resolver::look_up
{
    std::shared_ptr<ticket> to;
    std::uint64_t round;
    std::string host, port;

    look_up(std::shared_ptr<ticket> t, std::uint64_t n, std::string h, std::string p)
        : to(std::move(t)), round(n), host(std::move(h)), port(std::move(p))
    {
    }

    void run() noexcept
    {
        namespace asio = boost::asio;
        error_code ec;
        endpoints found;
        try {
            // A context of its own: the look-up has nothing to do with the user's, which may be
            // gone before it is over.
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
        to->answer(round, ec, std::move(found));
    }
};

COHUB_DECL std::uint64_t resolver::begin_round()
{
    if (!ticket_) {
        ticket_ = std::make_shared<ticket>();
        ticket_->to = &listener_;
    }
    std::lock_guard lock(ticket_->mutex);
    busy_ = true;
    ticket_->answered = false;
    return ++ticket_->round;
}

COHUB_DECL void resolver::ask_system(std::string const& host, std::uint16_t port)
{
    std::uint64_t const round = begin_round();
    try {
        auto const l = std::make_shared<look_up>(ticket_, round, host, std::to_string(port));
        platform::start_thread(
            [](std::shared_ptr<void> it) { static_cast<look_up*>(it.get())->run(); }, l
        )
            .detach();
    } catch (std::system_error const&) {
        ticket_->answer(round, boost::asio::error::host_not_found_try_again, {});
    } catch (...) {
        busy_ = false;
        throw;
    }
}

COHUB_DECL void resolver::ask_hook(
    hooks const& h, std::string const& host, std::uint16_t port, std::uint64_t round
) noexcept
{
    auto const t = ticket_;
    if (!t) return;  // the parent asked, before the fork
    try {
        h.resolve(host, port, [t, round](error_code ec, endpoints found) {
            t->answer(round, ec, std::move(found));
        });
    } catch (...) {
        t->answer(round, boost::asio::error::host_not_found, {}, "hooks.resolve threw");
    }
}

COHUB_DECL bool resolver::take_answer(resolve_answer& a)
{
    if (!ticket_) return false;
    std::lock_guard lock(ticket_->mutex);
    if (!std::exchange(ticket_->answered, false) || !std::exchange(busy_, false)) return false;
    a.found = std::move(ticket_->found);
    error_code const ec = ticket_->code;
    if (!ec && !a.found.empty()) return true;
    bool const later = ec == boost::asio::error::host_not_found_try_again;
    a.why = failure(
        errc::resolve_failed,
        *ticket_->detail != '\0' ? ticket_->detail
        : later                  ? "no name server answered; is the network up?"
                                 : "is the name of the host spelled right?"
    );
    a.why->at = stage::resolving;
    a.why->cause = ec;
    return true;
}

COHUB_DECL void resolver::stop() noexcept
{
    if (!ticket_) return;
    std::lock_guard lock(ticket_->mutex);
    ticket_->to = nullptr;
}

COHUB_DECL void resolver::begin_anew() noexcept
{
    // Its lock may be held for ever by a thread that is not here.
    if (ticket_ && ticket_->mutex.try_lock()) {
        std::lock_guard const lock(ticket_->mutex, std::adopt_lock);
        ticket_->to = nullptr;
    }
    ticket_.reset();
    busy_ = false;
}

COHUB_DECL resolve_answer resolver::loopback(std::uint16_t port)
{
    using namespace boost::asio::ip;
    resolve_answer a;
    a.found.emplace_back(address_v4::loopback(), port);
    a.found.emplace_back(address_v6::loopback(), port);
    return a;
}

COHUB_DECL resolve_answer resolver::literal(std::string const& host, std::uint16_t port)
{
    resolve_answer a;
    error_code ec;
    auto const address = boost::asio::ip::make_address(host, ec);
    auto const zone = host.find('%');
    // An interface that is not there leaves a zone of 0, which means none.
    if (!ec && zone != std::string::npos && address.is_v6() && address.to_v6().scope_id() == 0)
        ec = boost::asio::error::host_not_found;
    if (!ec) {
        a.found.emplace_back(address, port);
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
    if (std::all_of(a.found.begin(), a.found.end(), [](auto const& e) {
            return e.address().is_loopback();
        }))
        return;
    a.why = failure(
        errc::invalid_argument,
        "http:// sends the API key in clear text and is for this machine alone, but the name has "
        "an address elsewhere; use https://"
    );
    a.why->at = stage::resolving;
}

}  // namespace cohub::transport::detail

#endif
