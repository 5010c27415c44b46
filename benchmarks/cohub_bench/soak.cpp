#include "soak.hpp"

#include <cohub/fake/pki.hpp>
#include <cohub/fake/raw_peer.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <random>
#include <unordered_map>
#include <vector>

#include "interruption.hpp"

namespace bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using cohub::fake::raw_answer;
using cohub::fake::raw_peer;
using cohub::fake::raw_request;
using cohub::fake::raw_script;

constexpr std::uint64_t rounds = 100;

/// What the server has read, by the id in each request.
class sightings
{
public:
    std::string note(raw_request const& r)
    {
        auto const begin = r.body.find("call-");
        std::string id = r.body.substr(begin, r.body.find('.', begin) - begin);
        std::lock_guard const lock(mutex_);
        ++count_[id];
        ++all_;
        return id;
    }
    int count(std::string const& id) const
    {
        std::lock_guard const lock(mutex_);
        auto const found = count_.find(id);
        return found == count_.end() ? 0 : found->second;
    }
    std::uint64_t all() const
    {
        std::lock_guard const lock(mutex_);
        return all_;
    }
    void forget()
    {
        std::lock_guard const lock(mutex_);
        count_.clear();
    }

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, int> count_;
    std::uint64_t all_ = 0;
};

class server
{
public:
    explicit server(sightings& seen) : seen_(seen) {}

    std::string url() const { return peer_.url(); }
    std::string ca_pem() const { return ca_.pem(); }
    std::uint64_t accepted() const { return accepted_ + peer_.accepted(); }
    std::uint64_t faults() const { return faults_; }

    /// Other scripts for the connections of the next round.
    void begin_round(std::size_t connections, std::mt19937_64& random)
    {
        accepted_ += peer_.accepted();
        std::vector<raw_script> first;
        for (std::size_t i = 0; i != connections; ++i) first.push_back(life(random));
        // The others end, too: what the peer writes down of a connection goes with it.
        peer_.scripts(std::move(first), life(random));
    }

private:
    raw_script::answer_function right()
    {
        return [this](raw_request const& r) {
            return raw_answer("{\"id\":\"" + seen_.note(r) + "\"}").str();
        };
    }
    /// The request is read and counted, and this is sent.
    raw_script::answer_function wrong(std::string text)
    {
        return [this, text = std::move(text)](raw_request const& r) {
            ++faults_;
            seen_.note(r);
            return text;
        };
    }
    /// What is wrong comes behind the answer.
    raw_script::answer_function last()
    {
        return [this, answer = right()](raw_request const& r) {
            ++faults_;
            return answer(r);
        };
    }

    /// Some right answers, then one of all the ways in which a connection goes wrong.
    raw_script life(std::mt19937_64& random)
    {
        raw_script s;
        for (std::uint64_t n = random() % 200; n != 0; --n) s.respond(right());
        auto const refusal = [](int status) { return raw_answer("{}").status(status); };
        std::string const whole = raw_answer("{\"id\":\"nobody\"}").str();
        switch (random() % 15) {
            case 0:
                return s.respond(wrong({})).reset();
            case 1:
                return s.respond(wrong({})).close();
            case 2:
                return s.respond(wrong(whole.substr(0, 20))).close();
            case 3:
                return s.respond(wrong(whole.substr(0, whole.size() - 5))).close();
            case 4:
                return s.respond(wrong(whole.substr(0, whole.size() - 5))).reset();
            case 5:
                return s.respond(wrong({})).stall();
            case 6:
                return s.respond(wrong(refusal(503))).close();
            case 7:
                return s.respond(wrong(refusal(503).header("Retry-After", "0"))).close();
            case 8:
                return s.respond(wrong(refusal(429))).close();
            case 9:
                return s.respond(wrong("SSH-2.0-nothing of yours\r\n\r\n")).close();
            case 10:
                return s.respond(wrong(raw_answer("{\"id\":").str())).close();
            case 11:
                return s.respond(wrong({})).fatal_alert();
            case 12:
                return s.respond(last()).send("HTTP/1.1 200 OK\r\n\r\n").close();
            case 13:
                return s.respond(last()).close();  // while nothing is asked of it
            default:
                return s.respond(last()).half_close();
        }
    }

    sightings& seen_;
    std::uint64_t accepted_ = 0;
    std::atomic<std::uint64_t> faults_{0};  // counted by the peer's thread
    cohub::fake::authority ca_{"soak"};
    raw_peer peer_{cohub::fake::tls_settings(ca_.issue(cohub::fake::loopback_request()))};
};

std::size_t memory()
{
    std::ifstream in("/proc/self/statm");
    std::size_t all = 0, resident = 0;
    in >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t descriptors()
{
    std::error_code ec;
    std::filesystem::directory_iterator const all("/proc/self/fd", ec);
    return ec ? 0 : static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class soaker
{
public:
    soaker(soak_plan const& plan, soak_outcome& out)
        : plan_(plan), out_(out), server_(seen_), random_(plan.seed), hub_(io_, options())
    {
    }

    void round(std::uint64_t calls, std::uint64_t connections)
    {
        server_.begin_round(connections, random_);
        left_ = calls;
        working_ = plan_.concurrency;
        std::exception_ptr problem;
        for (std::size_t i = 0; i != plan_.concurrency; ++i)
            asio::co_spawn(io_, call_on(), [&](std::exception_ptr e) {
                --working_;
                if (e) problem = e;
            });
        io_.restart();
        while (working_ != 0 && io_.run_one() != 0) {
        }
        if (problem) std::rethrow_exception(problem);
        judge();
        out_.requests = seen_.all();
        out_.connections = server_.accepted();
        out_.faults = server_.faults();
    }

    int signal() const { return stop_.signal(); }

private:
    struct call_record
    {
        std::string id;
        bool safe = false, ok = false;
        int completions = 0;
    };

    cohub::options options() const
    {
        cohub::options o(server_.url(), cohub::secret("sk-soak"));
        o.tls.ca_pem = server_.ca_pem();
        o.pool.max_connections = plan_.concurrency;
        o.retry.base = 1ms;
        o.retry.seed = plan_.seed;
        o.timeouts.attempt = 300ms;
        return o;
    }

    asio::awaitable<void> call_on()
    {
        while (left_ != 0) {
            --left_;
            auto& c = *calls_.emplace_back(std::make_unique<call_record>());
            c.id = "call-" + std::to_string(++numbers_);
            c.safe = random_() % 2 == 0;
            boost::json::value const args{c.id + "."};
            cohub::call_options o;
            o.timeout(5s);
            if (c.safe) o.idempotent();
            auto const r = co_await hub_.call("soak.call", args, o, cohub::as_result);
            ++c.completions;
            c.ok = r.has_value();
            if (!r) {
                ++out_.failures[r.error().code.message()];
                continue;
            }
            ++out_.succeeded;
            if (boost::json::serialize(*r) != "{\"id\":\"" + c.id + "\"}") ++out_.wrong;
        }
    }

    void judge()
    {
        for (auto const& c : calls_) {
            int const seen = seen_.count(c->id);
            out_.lost += c->completions != 1;
            out_.doubled += !c->safe && seen > 1;
            out_.wrong += c->ok && seen == 0;
        }
        out_.calls += calls_.size();
        calls_.clear();
        seen_.forget();
        auto const s = hub_.stats();
        if (s.in_use != 0 || s.waiting != 0 || s.calls != 0) ++out_.lost;
    }

    soak_plan const& plan_;
    soak_outcome& out_;
    sightings seen_;
    server server_;
    std::mt19937_64 random_;
    std::uint64_t left_ = 0, numbers_ = 0;
    std::vector<std::unique_ptr<call_record>> calls_;
    std::size_t working_ = 0;
    asio::io_context io_{1};
    cohub::hub hub_;
    interruption stop_{io_, [this] {
                           left_ = 0;
                           hub_.async_close(0s, asio::detached);
                       }};
};

}  // namespace

soak_outcome soak(soak_plan const& plan, std::function<void(soak_outcome const&)> const& tell)
{
    soak_outcome out;
    soaker s(plan, out);
    auto const begun = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i != rounds && out.signal == 0; ++i) {
        auto const share = [i](std::uint64_t all) {
            return all * (i + 1) / rounds - all * i / rounds;
        };
        s.round(share(plan.calls), share(plan.connections));
        out.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        out.memory_now = memory();
        out.descriptors_now = descriptors();
        if (i < rounds / 10) {
            out.memory_then = std::max(out.memory_then, out.memory_now);
            out.descriptors_then = std::max(out.descriptors_then, out.descriptors_now);
        }
        out.signal = s.signal();
        tell(out);
    }
    return out;
}

std::string as_text(soak_outcome const& o)
{
    auto const n = [](auto v) { return std::to_string(v); };
    std::string text;
    if (o.signal != 0)
        text += std::string("interrupted by ") + (o.signal == SIGINT ? "SIGINT" : "SIGTERM") + '\n';
    text += n(o.calls) + " calls in " + n(static_cast<int>(o.seconds)) + " s over " +
            n(o.connections) + " connections, " + n(o.faults) + " faults\n" + n(o.succeeded) +
            " succeeded, " + n(o.requests) + " requests were read\n";
    for (auto const& [what, count] : o.failures) text += "  " + n(count) + "  " + what + '\n';
    text += n(o.lost) + " lost, " + n(o.doubled) + " doubled, " + n(o.wrong) + " wrong\n";
    text += "memory " + n(o.memory_then >> 20) + " MiB after a tenth, " + n(o.memory_now >> 20) +
            " MiB at the end; descriptors " + n(o.descriptors_then) + ", " + n(o.descriptors_now) +
            '\n';
    return text;
}

}  // namespace bench
