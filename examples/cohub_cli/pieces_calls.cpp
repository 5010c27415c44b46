#include "pieces_calls.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "print.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

/// One document; a profile is nobody's if there is none.
std::string shown(std::string_view json, layout const& how)
{
    return render(json.empty() ? "null" : json, how);
}

/// One message alone is wrong, and the stream stands.
bool is_unreadable(cohub::failure const& f)
{
    return f.code == cohub::errc::bad_json || f.code == cohub::errc::bad_shape;
}

asio::awaitable<text_answer> follow(
    cohub::pieces::user_api user,
    cohub::pieces::stream_options options,
    std::int64_t count,
    cohub::call_options until,
    layout how
)
{
    auto const stream = user.stream_user(options);
    for (std::int64_t n = 0; n != count;) {
        auto const event = co_await stream.next(until, cohub::as_result);
        if (!event && is_unreadable(event.error())) {
            complain(event.error().message() + "; going on with the next message");
            continue;
        }
        if (!event) co_return event.error();
        if (!*event) break;
        std::optional<cohub::pieces::user_profile> const& who = (*event)->user;
        print(shown(who ? who->raw() : std::string_view(), how));
        ++n;
    }
    co_return std::string();
}

asio::awaitable<text_answer> ask(
    cohub::pieces::user_api user,
    std::string method,
    std::string json,
    cohub::call_options until,
    layout how
)
{
    auto const got = co_await user.call(method, json, until, cohub::as_result);
    if (!got) co_return got.error();
    co_return shown(*got, how);
}

}  // namespace

asio::awaitable<text_answer> ask_pieces(
    asio::io_context& io, cohub::pieces::options o, layout how, request r
)
{
    bool const searching = o.host.empty();
    cohub::call_options limit;
    if (o.timeouts.call) limit.deadline(std::chrono::steady_clock::now() + *o.timeouts.call);
    if (searching) {
        auto const found = co_await cohub::pieces::discover(io, limit, cohub::as_result);
        if (!found) co_return found.error();
        o.host = found->base_url;
    }
    std::optional<cohub::pieces::client> client;
    try {
        client.emplace(io, std::move(o));
    } catch (cohub::error const& e) {
        throw usage_error(e.what());
    }
    boost::json::object const& args = r.named;
    if (r.wire == "stream_user") {
        std::int64_t count = -1;
        if (auto const* const n = args.if_contains("count")) count = n->as_int64();
        if (count < -1) throw usage_error("--count: a number of changes is needed");
        cohub::pieces::stream_options options;
        if (searching) options.rediscover();
        co_return co_await follow(client->user(), options, count, limit, std::move(how));
    }
    std::string json;
    if (!args.empty()) json = std::string(std::string_view(args.begin()->value().as_string()));
    co_return co_await ask(client->user(), r.wire, json, limit, std::move(how));
}

}  // namespace cli
