#pragma once

#include <cohub/fake/v1_profile.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fault.hpp"
#include "journal_store.hpp"
#include "listener.hpp"
#include "pieces.hpp"
#include "relay.hpp"
#include "script_store.hpp"
#include "server_clock.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

class session_list;

/// The state in which a world starts.
struct world_options
{
    std::uint64_t seed;
    std::size_t users;
    std::int64_t now;
    std::string user_key;
    bool spend_time = false;
    v1_profile v1 = v1_profile::manual;
    bool running_clock = false;
    bool unmasked_journal = false;
    /// The text with which the middle of each drawn key begins.
    std::string key_mark;
    std::string session;  ///< the session's id; empty for the common world
};

/// @throws std::invalid_argument when it does not have the form of an API key
void check_key(std::string const& key);

/// A world with its routes, script, journal and clock. Each session has one; the sockets are
/// shared.
class service
{
public:
    service(world_options options, std::shared_ptr<detail::request_log> log);

    /// The listener does the waiting. To be called before the first request.
    void attach(listener& l) { listener_ = &l; }
    /// The function is called before a key with a given text is added. It throws
    /// std::invalid_argument when the key belongs to another session.
    void on_given_key(std::function<void(std::string const&)> f) { claim_key_ = std::move(f); }

    /// Lets this relay answer instead of the world. Null: the world answers.
    void answer_by(std::unique_ptr<fake::relay> r) { relay_ = std::move(r); }
    fake::relay const* relay() const { return relay_.get(); }

    void reset();
    /// For a session: ends everything that waits, and closes the streams.
    void end();
    bool has_ended() const { return ended_; }

    fake::world& world() { return world_; }
    pieces_world& pieces() { return pieces_; }
    detail::journal_store& journal() { return journal_; }
    detail::script_store& script() { return script_; }
    std::vector<std::string> problems() const;
    api_keys seeded_keys() const;
    world_options const& options() const { return options_; }

    /// @param all used to make and end sessions
    void handle(
        request const& r, connection_record& c, session_list& all, reply& out, delivery& how
    );

    std::int64_t now() const { return clock_.now(); }
    void set_now(std::int64_t ms);
    bool clock_runs() const { return clock_.runs(); }
    void run_clock(bool on);
    /// Copies the time of a running clock into the world.
    void tick();

    bool spends_time() const { return spend_time_; }
    void spend_time(bool on) { spend_time_ = on; }
    v1_profile v1() const { return v1_; }
    void serve_v1(v1_profile which) { v1_ = which; }

    /// Releases held answers.
    void release();
    /// Waits on a connection's thread while it handles a request. Ends when the condition on the
    /// journal is true, when the time is over, or when no client waits for the answer any more.
    /// @param met is called under the journal's lock
    bool wait_for_journal(std::chrono::milliseconds limit, std::function<bool()> const& met) const;
    /// The same with any function that can wait for the given time.
    bool wait_in_turns(
        std::chrono::milliseconds limit, std::function<bool(std::chrono::milliseconds)> const& wait
    ) const;

    /// @return the key itself
    /// @throws std::invalid_argument when its text does not have the form of a key, or belongs to
    /// another session
    std::string add_key(api_key key);
    /// @throws std::invalid_argument if a key with this text cannot be added
    void claim(std::string const& key);

private:
    void answer(
        request const& r,
        connection_record& c,
        std::optional<detail::request_ticket>& ticket,
        reply& out,
        delivery& how
    );
    void upgrade_to(
        pieces_call const* call,
        detail::fault const* step,
        request const& r,
        connection_record& c,
        reply& out,
        delivery& how
    );

    world_options const options_;
    fake::world world_;
    pieces_world pieces_;
    server_clock clock_;
    std::atomic<bool> spend_time_;
    std::atomic<v1_profile> v1_;
    std::atomic<std::uint64_t> releases_ = 0;
    std::atomic<bool> ended_ = false;
    detail::journal_store journal_;
    detail::script_store script_;
    std::function<void(std::string const&)> claim_key_;
    std::unique_ptr<fake::relay> relay_;
    listener* listener_ = nullptr;
};

}  // namespace cohub::inline abi_0_2::fake
