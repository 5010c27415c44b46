#pragma once

#include <cohub/batching.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger.hpp"

namespace cohub::tests {

/// @brief A server that numbers its answers in the order of the requests, and readers that call it.
class library
{
public:
    static constexpr char const* place = "127.0.0.1:80";

    explicit library(std::uint64_t seed = 1) : world(seed)
    {
        world.serve_http(place, [this](sim::request r) -> boost::asio::awaitable<sim::response> {
            std::size_t const number = requests.size();
            requests.push_back(r);
            sim::timer t(world.get_executor(), takes(number));
            co_await t.async_wait(boost::asio::use_awaitable);
            sim::response a = answers(number);
            co_return a;
        });
        settings = world.client_options();
        settings.hooks.on_call = [this](call_event const& e) { told.push_back(e); };
    }
    library(library const&) = delete;

    /// @brief One call and its result.
    struct reader
    {
        int completions = 0;
        std::optional<failure> why;
        /// The number of the request whose answer it has; -1: none.
        std::int64_t number = -1;
        clock::duration took{};
        boost::asio::cancellation_signal stop;
    };

    /// @brief Begins a call of `test.read`, which may be repeated.
    reader& read(hub const& h, call_options how, std::string const& what = "x")
    {
        return read(h, how.idempotent(), what, "test.read");
    }
    reader& read(
        hub const& h, call_options const& how, std::string const& what, std::string_view method
    )
    {
        auto& r = readers.emplace_back();
        auto const began = world.now();
        h.call(
            method,
            boost::json::value(boost::json::object{{"what", what}}),
            how,
            as_result(boost::asio::bind_cancellation_slot(
                r.stop.slot(),
                [this, &r, began](result<boost::json::value> const& answer) {
                    ++r.completions;
                    r.took = world.now() - began;
                    if (answer)
                        r.number = answer->at("number").as_int64();
                    else
                        r.why = answer.error();
                }
            ))
        );
        return r;
    }

    static std::string numbered(std::size_t number)
    {
        return "{\"number\":" + std::to_string(number) + "}";
    }

    sim::world world;
    options settings;
    std::function<clock::duration(std::size_t)> takes = [](std::size_t) { return 10ms; };
    std::function<sim::response(std::size_t)> answers = [](std::size_t n) {
        return sim::response(numbered(n));
    };
    std::vector<sim::request> requests;
    std::deque<reader> readers;
    std::vector<call_event> told;
};

}  // namespace cohub::tests
