// cohub-micro: single parts of a call, and one call on a pooled connection to the yardstick server
// in this process. Each benchmark runs once and is checked before it is timed.

#include <cohub/cohub.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "responder/answers.hpp"
#include "responder/responder.hpp"

namespace {

using transport = bench::responder::transport;

bool right(std::vector<cohub::user> const& users, std::size_t count)
{
    return users.size() == count && users.back().last_name == "Lovelace" &&
           users.back().email_address_verified == true;
}

void decode(benchmark::State& state)
{
    auto const count = static_cast<std::size_t>(state.range(0));
    std::string const text = bench::users_json(count);
    std::vector<cohub::user> users;
    auto const first = cohub::json::decode(text, users);
    if (first.status != cohub::json::outcome::code::ok || !right(users, count)) {
        state.SkipWithError("the decoded users are wrong");
        return;
    }
    for ([[maybe_unused]] auto _ : state) {
        std::vector<cohub::user> fresh;
        benchmark::DoNotOptimize(cohub::json::decode(text, fresh));
        benchmark::DoNotOptimize(fresh.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(decode)->ArgName("users")->Arg(bench::small_users)->Arg(bench::large_users);

void encode_query(benchmark::State& state)
{
    cohub::user_query query(bench::query_text);
    query.limit(bench::query_limit);
    std::string text;
    {
        cohub::json::writer w(text);
        encode(w, query);
    }
    if (text != R"({"query":"ada lovelace,ada@x.yz","limit":20})") {
        state.SkipWithError("the encoded query is wrong");
        return;
    }
    for ([[maybe_unused]] auto _ : state) {
        text.clear();
        cohub::json::writer w(text);
        encode(w, query);
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(encode_query);

void parse_response(benchmark::State& state)
{
    std::string const body = bench::users_json(static_cast<std::size_t>(state.range(0)));
    std::string text =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 09 Oct 2025 08:53:20 GMT\r\n"
        "Content-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" + body;
    auto const parse = [&text](cohub::http::response_parser& p) {
        boost::system::error_code ec;
        for (std::size_t at = 0; at != text.size() && !p.is_done() && !ec;)
            at += p.feed(text.data(), at, text.size() - at, ec);
        return !ec && p.is_done();
    };
    cohub::limit_options const limits;
    cohub::http::response_parser first(limits.max_header, limits.max_body);
    if (!parse(first) || first.body() != body || first.status() != 200) {
        state.SkipWithError("the parsed response is wrong");
        return;
    }
    for ([[maybe_unused]] auto _ : state) {
        cohub::http::response_parser p(limits.max_header, limits.max_body);
        benchmark::DoNotOptimize(parse(p));
        benchmark::DoNotOptimize(p.body().data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_response)->ArgName("users")->Arg(bench::small_users)->Arg(bench::large_users);

void pooled_call(benchmark::State& state, transport kind, std::string_view base, std::size_t count)
{
    bench::background_responder const server(kind);
    cohub::options options(server->url() + std::string(base), "sk-abcdefQWERTY0909000001");
    options.tls.ca_pem = server->ca_pem();
    options.pool.max_connections = 1;
    options.threads = cohub::threading::single;
    boost::asio::io_context io(1);
    cohub::hub const hub(io, options);
    cohub::user_query query(bench::query_text);
    query.limit(bench::query_limit);

    auto const call = [&] {
        bool done = false, good = false;
        auto const finish = [&](cohub::error_code ec, std::vector<cohub::user> users) {
            done = true;
            good = !ec && right(users, count);
        };
        hub.system().user_search(query, finish);
        while (!done && io.run_one() != 0) {
        }
        io.restart();
        return good;
    };
    if (!call()) {
        state.SkipWithError("the call failed, or its answer is wrong");
        return;
    }
    for ([[maybe_unused]] auto _ : state)
        if (!call()) {
            state.SkipWithError("a call failed");
            return;
        }
    if (hub.stats().opened != 1) state.SkipWithError("the connection was not reused");
}
BENCHMARK_CAPTURE(pooled_call, plain_small, transport::plain, bench::small_path, bench::small_users)
    ->UseRealTime();
BENCHMARK_CAPTURE(pooled_call, tls_small, transport::tls, bench::small_path, bench::small_users)
    ->UseRealTime();
BENCHMARK_CAPTURE(pooled_call, tls_large, transport::tls, bench::large_path, bench::large_users)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
