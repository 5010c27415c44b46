#pragma once

#include <cohub/hub.hpp>
#include <cohub/sim.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::tests {

using namespace std::chrono_literals;

/// @brief What callers and servers of one world have seen, and the checks of it: the invariants of
/// the fault matrix.
class ledger
{
public:
    explicit ledger(sim::world& w) : world_(w) {}

    /// @brief One call.
    struct entry
    {
        std::string id;
        bool safe = false;  // may be repeated
        clock::time_point deadline;
        int completions = 0;
        clock::time_point over;
        bool ok = false;
        failure why;
        std::string answer;
        boost::asio::cancellation_signal cancel;
        bool cancelled_in_total = false;  // this type promises that nothing has happened
        int at_servers = 0;               // how often a server read its request
    };

    /// @brief Begins a call of `fault.case`, and records its result.
    entry& call(hub const& h, bool safe, clock::duration timeout);
    entry& entry_of(std::size_t n) { return *entries_[n]; }
    std::size_t size() const noexcept { return entries_.size(); }
    std::size_t pending() const;
    std::size_t succeeded() const;

    /// @brief A server has read this request.
    /// @return the right answer
    std::string seen(sim::request const& r);
    /// @brief Gives all requests the right answer, after `wait`.
    sim::http_handler healthy(clock::duration wait = {});

    /// @brief Throws if the calls break an invariant: I1, I2, I5, I6.
    void check() const;
    /// @brief The same for a client that has no calls: I3.
    void check(hub const& h) const;

    /// The key, which no text may show.
    static constexpr char const* canary = "sk-canary-7f3a";

    sim::world& world() const noexcept { return world_; }

private:
    sim::world& world_;
    std::vector<std::unique_ptr<entry>> entries_;
    std::map<std::string, entry*, std::less<>> by_id_;
};

/// @throws std::runtime_error
void require(bool what, std::string const& or_else);

}  // namespace cohub::tests
