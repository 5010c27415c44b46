#ifndef COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_ADDRESSES_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_IO_CORE_ADDRESSES_IPP

// Part of io_core: the lookup of addresses, and the time limit of each step of connecting.

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/io_core.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL void io_core::resolve(connection& c)
{
    on_stage(c, stage::resolving);
    if (!options_.socket_path.empty()) return c.connect(endpoints(1));
    auto const& to = next_hop();
    if (to.is_address) {
        auto a = resolver::literal(to.host, to.port);
        return a.why ? c.resolve_failed(std::move(*a.why)) : c.connect(a.found);
    }
    begin_resolve();
    resolving_.push_back(c);
}

COHUB_DECL void io_core::begin_resolve()
{
    if (resolver_.is_busy()) return;
    // RFC 6761: the library never asks the name service for localhost. No hosts file is needed
    // either.
    auto const& to = next_hop();
    if (to.host == "localhost" && !options_.hooks.resolve)
        return post([](io_core& self) { self.resolved(resolver::loopback(self.next_hop().port)); });
    if (!options_.hooks.resolve) return resolver_.ask_system(to.host, to.port);
    std::uint64_t const round = resolver_.begin_round();
    try {
        post_without_lock([](io_core& c, std::uint64_t n) { c.ask_resolve_hook(n); }, round);
    } catch (...) {
        resolver_.give_up();  // the next connection starts a new lookup
        throw;
    }
}

/// Runs without the lock, on the executor.
COHUB_DECL void io_core::ask_resolve_hook(std::uint64_t round) noexcept
{
    std::string host;
    std::uint16_t port = 0;
    try {
        std::lock_guard const lock(mutex_);  // a stream may get another origin
        host = next_hop().host;
        port = next_hop().port;
    } catch (...) {
        return resolver_.refuse(round);
    }
    resolver_.ask_hook(options_.hooks, host, port, round);
}

COHUB_DECL void io_core::take_addresses()
{
    resolve_answer a;
    if (resolver_.take_answer(a)) resolved(std::move(a));
}

COHUB_DECL void io_core::resolved(resolve_answer a)
{
    resolver::check(a, origin_);
    if (a.why && proxy_)
        a.why->detail = cohub::detail::concat({"proxy ", next_hop().host, ": ", a.why->detail});
    if (a.why) return fail_resolving(*a.why);
    if (!options_.hooks.resolve) address_order::interleave(a.found);
    address_order_.apply(a.found, now_);
    while (!resolving_.empty()) {
        connection_ptr const c(&resolving_.pop_front());
        try {
            c->connect(a.found);
        } catch (...) {
            c->fail(current_failure());
        }
    }
}

COHUB_DECL void io_core::fail_resolving(failure const& why)
{
    while (!resolving_.empty()) {
        connection_ptr const c(&resolving_.pop_front());
        try {
            c->resolve_failed(failure(why));
        } catch (...) {
            c->fail(current_failure());
        }
    }
}

COHUB_DECL void io_core::on_stage(connection& c, stage s)
{
    auto const& t = options_.timeouts;
    clock::duration const limit = s == stage::resolving    ? t.resolve
                                  : s == stage::connecting ? t.connect
                                                           : t.handshake;
    c.stage_begins[s == stage::resolving ? 0 : s == stage::connecting ? 1 : 2] = now_;
    c.stage_end = now_ + limit;
    auto due = *c.stage_end;
    if (s == stage::connecting && c.life().addresses_left() != 0)
        due = std::min(due, now_ + clock::duration(t.address_delay));
    timers_.set(c, due);
}

/// The time limit of one step of connecting has passed.
COHUB_DECL void io_core::stage_over(connection& c)
{
    auto const left = static_cast<std::int64_t>(c.life().addresses_left());
    if (c.now_in() == connection::state::connecting && now_ < *c.stage_end) {
        if (left == 0) return timers_.set(c, *c.stage_end);
        // The first two addresses race. Each further one replaces the older one, after that had its
        // share of the time.
        timers_.set(c, now_ + (*c.stage_end - now_) / left);
        return c.next_address();
    }
    // The answer of a proxy has to come within the time limit for the connect.
    if (c.now_in() == connection::state::tunnelling && now_ < *c.stage_end)
        return timers_.set(c, *c.stage_end);
    if (c.now_in() == connection::state::resolving) {
        // A hook may never answer, so the next connection calls it again. The system answers, if
        // late.
        if (options_.hooks.resolve) resolver_.give_up();
    }
    c.time_over();
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
