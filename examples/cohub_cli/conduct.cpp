#include "conduct.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <signal.h>

#include <exception>
#include <optional>
#include <utility>

#include "outcome.hpp"
#include "print.hpp"

namespace cli {

namespace asio = boost::asio;

int print_all(std::string const& text, int)
{
    print(text);
    return done;
}

int conduct(
    asio::io_context& io,
    std::string const& what,
    asio::awaitable<text_answer> task,
    finish const& end
)
{
    asio::cancellation_signal stop;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    int caught = 0;
    signals.async_wait([&](boost::system::error_code ec, int signal) {
        if (ec) return;
        caught = signal;
        stop.emit(asio::cancellation_type::terminal);
    });

    std::optional<text_answer> outcome;
    std::exception_ptr bug;
    auto const ended = [&](std::exception_ptr e, text_answer a) {
        bug = e;
        outcome = std::move(a);
        signals.cancel();
    };
    asio::co_spawn(io, std::move(task), asio::bind_cancellation_slot(stop.slot(), ended));
    io.run();

    // A coroutine that was cancelled before it began ends with an exception of Asio's.
    if (caught != 0 && (bug || !outcome || !*outcome)) {
        complain(what + ": interrupted");
        return 128 + caught;
    }
    if (bug) std::rethrow_exception(bug);
    if (!*outcome) {
        cohub::failure const& f = outcome->error();
        complain(f.message() + advice(f));
        return status_of(f);
    }
    return end(**outcome, caught);
}

}  // namespace cli
