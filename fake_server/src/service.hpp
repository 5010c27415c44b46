#pragma once

#include <cohub/fake/v1_profile.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "fault.hpp"
#include "journal_store.hpp"
#include "listener.hpp"
#include "pieces.hpp"
#include "script_store.hpp"
#include "world.hpp"

namespace cohub::fake {

struct world_options
{
    std::uint64_t seed;
    std::size_t users;
    std::int64_t now;
    std::string user_key;
    bool spend_time = false;
    v1_profile v1 = v1_profile::manual;
};

/// Everything behind the sockets: routes, script, journal, data.
class service : public listener_events
{
public:
    service(world_options options, bool unmasked_journal, std::string const& log_file);

    /// Waiting and releasing are the listener's.
    void attach(listener& l) { listener_ = &l; }

    void reset();

    fake::world& world() { return world_; }
    pieces_world& pieces() { return pieces_; }
    detail::journal_store& journal() { return journal_; }
    detail::script_store& script() { return script_; }
    std::vector<std::string> problems() const;

    void accepted(connection_record& c) override { journal_.accepted(c); }
    void handshaken(connection_record& c) override { journal_.handshaken(c); }
    void closed(connection_record& c) override { journal_.closed(c); }
    void handle(request const& r, connection_record& c, reply& out, delivery& how) override;
    std::int64_t now() const override { return now_.load(std::memory_order_relaxed); }
    void set_now(std::int64_t ms);

private:
    void answer(request const& r, connection_record& c, reply& out, delivery& how);
    void upgrade_to(
        pieces_call const* call,
        detail::fault const* step,
        request const& r,
        connection_record& c,
        reply& out,
        delivery& how
    );
    void answer_about_itself(request const& r, reply& out);

    world_options options_;
    fake::world world_;
    pieces_world pieces_;
    std::atomic<std::int64_t> now_;
    detail::journal_store journal_;
    detail::script_store script_;
    listener* listener_ = nullptr;
};

/// The seeded data, as `GET /__fake__/users` shows it.
std::string users_json(world& w);

}  // namespace cohub::fake
