#include "cohub/fake/raw_peer.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "raw_peer_state.hpp"

namespace cohub::inline abi_0_2::fake {

raw_peer::raw_peer() : raw_peer(raw_peer_options()) {}

raw_peer::raw_peer(raw_peer_options const& options) : state_(std::make_unique<state>(options)) {}

raw_peer::raw_peer(tls_settings settings) : raw_peer(raw_peer_options().tls(std::move(settings))) {}

raw_peer::~raw_peer() = default;

std::uint16_t raw_peer::port() const { return state_->reservation.port(); }

bool raw_peer::tls() const
{
    std::lock_guard const lock(state_->mutex);
    return state_->tls != nullptr;
}

std::string raw_peer::url() const { return url(tls() ? "localhost" : "127.0.0.1"); }

std::string raw_peer::url(std::string_view host) const
{
    return (tls() ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port());
}

void raw_peer::script(raw_script all) { state_->start_log({}, std::move(all)); }

void raw_peer::scripts(std::vector<raw_script> first, raw_script rest)
{
    state_->start_log(std::move(first), std::move(rest));
}

void raw_peer::tls(tls_settings settings)
{
    auto made = std::make_shared<raw_tls_context>(settings);
    std::lock_guard const lock(state_->mutex);
    state_->tls = std::move(made);
}

void raw_peer::rotate_ticket_keys()
{
    std::lock_guard const lock(state_->mutex);
    if (state_->tls != nullptr) {
        state_->tls->rotate_ticket_keys();
    }
}

void raw_peer::release(std::string event)
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->events->released.insert(std::move(event));
        state_->nudged = true;
    }
    state_->wake();
}

bool raw_peer::wait_mark(std::string const& name, duration limit) const
{
    return state_->wait([&] { return state_->events->marks.contains(name); }, limit);
}

std::vector<raw_record> raw_peer::connections() const
{
    std::lock_guard const lock(state_->mutex);
    std::vector<raw_record> copy;
    copy.reserve(state_->log.size());
    for (auto const& record : state_->log) {
        copy.push_back(*record);
    }
    return copy;
}

raw_record raw_peer::connection(std::size_t index) const
{
    std::lock_guard const lock(state_->mutex);
    return *state_->log.at(index);
}

std::vector<raw_request> raw_peer::requests() const
{
    std::lock_guard const lock(state_->mutex);
    std::vector<raw_request> all;
    for (auto const& record : state_->log) {
        all.insert(all.end(), record->requests.begin(), record->requests.end());
    }
    return all;
}

std::size_t raw_peer::accepted() const
{
    std::lock_guard const lock(state_->mutex);
    state_->take_backlog();
    return state_->log.size();
}

std::size_t raw_peer::open() const
{
    std::lock_guard const lock(state_->mutex);
    return static_cast<std::size_t>(std::count_if(
        state_->log.begin(),
        state_->log.end(),
        [](auto const& record) { return record->how == raw_ending::open; }
    ));
}

std::size_t raw_peer::request_count() const
{
    std::lock_guard const lock(state_->mutex);
    std::size_t n = 0;
    for (auto const& record : state_->log) {
        n += record->requests.size();
    }
    return n;
}

std::size_t raw_peer::peak_open() const
{
    std::unique_lock lock(state_->mutex);
    state_->take_backlog();
    state_->changed.wait_for(lock, patience, [&] { return !state_->newcomers; });
    return state_->peak;
}

bool raw_peer::wait_accepted(std::size_t n, duration limit) const
{
    return state_->wait([&] { return state_->log.size() >= n; }, limit);
}

bool raw_peer::wait_requests(std::size_t n, duration limit) const
{
    auto const enough = [&] {
        std::size_t seen = 0;
        for (auto const& record : state_->log) {
            seen += record->requests.size();
        }
        return seen >= n;
    };
    return state_->wait(enough, limit);
}

bool raw_peer::wait_all_ended(duration limit) const
{
    auto const ended = [&] {
        return !state_->has_backlog() &&
               std::all_of(state_->log.begin(), state_->log.end(), [](auto const& record) {
                   return record->how != raw_ending::open;
               });
    };
    return state_->wait(ended, limit);
}

bool raw_peer::wait_ended(std::size_t index, duration limit) const
{
    auto const ended = [&] {
        return index < state_->log.size() && state_->log[index]->how != raw_ending::open;
    };
    return state_->wait(ended, limit);
}

bool raw_peer::wait_quiet(duration limit) const
{
    return state_->wait(
        [&] { return !state_->has_backlog() && state_->connections.empty(); }, limit
    );
}

bool raw_peer::wait(
    std::function<bool(std::vector<raw_record> const&)> const& predicate, duration limit
) const
{
    auto const met = [&] {
        std::vector<raw_record> copy;
        for (auto const& record : state_->log) {
            copy.push_back(*record);
        }
        return predicate(copy);
    };
    return state_->wait(met, limit);
}

void raw_peer::drop_all()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->drop_wanted = true;
    }
    state_->wake();
    state_->wait([&] { return !state_->drop_wanted; }, patience);
}

void raw_peer::pause_listening()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->listening_wanted = false;
    }
    state_->wake();
    state_->wait([&] { return state_->listeners.empty(); }, patience);
}

void raw_peer::resume_listening()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->listening_wanted = true;
    }
    state_->wake();
    state_->wait([&] { return !state_->listeners.empty(); }, patience);
}

}  // namespace cohub::inline abi_0_2::fake
