#ifndef COHUB_SIM_DETAIL_CORE_HPP
#define COHUB_SIM_DETAIL_CORE_HPP

#include <cohub/sim/detail/timeline.hpp>
#include <cohub/sim/detail/wire.hpp>
#include <cohub/sim/random.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim::detail {

/// @brief A listener at an address, with the connections that nobody has accepted yet.
struct listening
{
    std::deque<std::shared_ptr<wire>> backlog;
    notice on_accept;
    static constexpr std::size_t most = 1024;
};

/// @brief The parts of a world: time, random numbers, addresses, connections.
class core
{
public:
    explicit core(std::uint64_t seed) : chance(seed), time(std::make_shared<timeline>(chance)) {}
    core(core const&) = delete;
    core& operator=(core const&) = delete;

    std::shared_ptr<link> const& way_to(endpoint const& to)
    {
        auto& way = ways_[to];
        if (!way) {
            way = std::make_shared<link>();
            way->now = usual;
        }
        return way;
    }

    /// @brief Called with the connection, or with the reason why there is none; or never.
    using connected = std::function<void(error_code, std::shared_ptr<wire>)>;
    void connect(endpoint const& to, connected callback)
    {
        auto const way = way_to(to);
        auto const& c = way->now;
        auto const there = chance.between(c.min_latency, c.max_latency);
        auto const back = chance.between(c.min_latency, c.max_latency);
        if (chance.chance(c.hang)) {
            unanswered_.push_back(std::move(callback));  // so that it can still be cancelled
            return;
        }
        bool const refused = chance.chance(c.refuse);
        time->at(
            time->now() + there,
            [this, way, to, back, refused, callback = std::move(callback)](error_code) {
                way->pass([this, way, to, back, refused, callback] {
                    auto const w = refused ? nullptr : arrive(to, way);
                    time->at(time->now() + back, [way, w, callback](error_code) {
                        way->pass([w, callback] {
                            callback(w ? error_code() : boost::asio::error::connection_refused, w);
                        });
                    });
                });
            }
        );
    }

    void part(endpoint const& to) { way_to(to)->parted = true; }
    void heal(endpoint const& to)
    {
        auto const way = way_to(to);
        way->parted = false;
        auto const held = std::exchange(way->held, {});
        for (auto const& what : held) what();
    }
    void for_each_wire(endpoint const& to, std::function<void(wire&)> const& what)
    {
        std::erase_if(wires_, [](auto const& w) { return w.second.expired(); });
        auto const all = wires_;
        for (auto const& [address, weak] : all)
            if (auto const w = weak.lock(); w && address == to) what(*w);
    }

    /// @brief The end of the world: no callback is called any more.
    void abandon() noexcept
    {
        auto const unanswered = std::exchange(unanswered_, {});
        auto const listeners = std::exchange(listeners_, {});
        auto const wires = std::exchange(wires_, {});
        for (auto const& w : wires)
            if (auto const alive = w.second.lock()) alive->abandon();
        for (auto const& way : ways_) way.second->held.clear();
        time->clear();
    }

    std::map<endpoint, listening>& listeners() noexcept { return listeners_; }

    /// @brief Counts an operation of a client's socket.
    /// @return the error with which it has to fail
    error_code next_operation() noexcept
    {
        ++operations;
        if (failing == 0) return {};
        --failing;
        return failing == 0 ? fails_with : error_code();
    }

    /// @brief Adds `what` to the digest.
    void note(std::uint64_t what) noexcept
    {
        for (auto const part :
             {what, static_cast<std::uint64_t>(time->now().time_since_epoch().count())})
            digest = (digest ^ part) * 0x100000001B3u;
    }

    random chance;
    std::shared_ptr<timeline> time;
    std::uint64_t digest = 0xCBF29CE484222325u;
    conditions usual;
    std::map<std::string, std::vector<endpoint>> names;
    std::uint64_t connections = 0;
    std::uint64_t operations = 0;
    std::uint64_t failing = 0;  // the operation with this number, counted from now, fails; 0: none
    error_code fails_with;

private:
    std::shared_ptr<wire> arrive(endpoint const& to, std::shared_ptr<link> const& way)
    {
        auto const at = listeners_.find(to);
        if (at == listeners_.end() || at->second.backlog.size() == listening::most) return nullptr;
        auto w = std::make_shared<wire>(*time, chance, way, ++connections);
        constexpr std::size_t many = 64;
        if (connections % many == 0)
            std::erase_if(wires_, [](auto const& one) { return one.second.expired(); });
        wires_.emplace_back(to, w);
        at->second.backlog.push_back(w);
        if (auto const callback = std::exchange(at->second.on_accept, {})) callback({});
        return w;
    }

    std::map<endpoint, std::shared_ptr<link>> ways_;
    std::map<endpoint, listening> listeners_;
    std::vector<connected> unanswered_;
    std::vector<std::pair<endpoint, std::weak_ptr<wire>>> wires_;
};

/// @brief With this service, everything on an executor of a world finds the world.
class core_service final : public boost::asio::execution_context::service
{
public:
    using key_type = core_service;
    inline static boost::asio::execution_context::id id;

    explicit core_service(boost::asio::execution_context& c)
        : boost::asio::execution_context::service(c)
    {
    }
    core_service(boost::asio::execution_context& c, std::shared_ptr<core> of)
        : boost::asio::execution_context::service(c), core_(std::move(of))
    {
    }

    /// @throws std::logic_error if it is not an executor of a world
    static std::shared_ptr<core> const& of(boost::asio::any_io_executor const& e)
    {
        auto& context = boost::asio::query(e, boost::asio::execution::context);
        auto const& found = boost::asio::use_service<core_service>(context).core_;
        if (!found) throw std::logic_error("cohub::sim: this executor belongs to no sim::world");
        return found;
    }

private:
    void shutdown() override
    {
        if (core_) core_->abandon();
    }

    std::shared_ptr<core> core_;
};

}  // namespace cohub::inline abi_0_2::sim::detail

#endif
