#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "harness.hpp"

namespace cohub::faults {

/// A stage of a call, and whether the call uses a connection that served another call before.
struct stage_case
{
    stage at;
    bool reused = false;

    friend void PrintTo(stage_case const& c, std::ostream* out)
    {
        *out << to_string(c.at) << (c.reused ? ", reused" : "");
    }
};

/// The eight stages. With `reused`, also the five that a call on a used connection passes.
std::vector<stage_case> all_stages(bool reused);

/// @brief A client with one call that stays in the given stage. The clock stands still.
class call_in_stage
{
public:
    explicit call_in_stage(stage_case where, kind k = kind::safe);
    ~call_in_stage();

    subject& client() { return *subject_; }
    raw_peer& peer() { return peer_; }
    call_ptr const& call() const { return call_; }
    /// The call that holds the only connection while `call` is queued; null in other stages.
    call_ptr const& blocker() const { return blocker_; }
    /// True if the call reached its stage.
    bool ready() const { return ready_; }

    /// Lets all scripts of the peer continue, so that connections can end.
    void let_go();
    /// Asserts that connections to the peer end and a call to a healthy one succeeds (I4).
    void expect_recovered();

    static constexpr std::chrono::seconds deadline{30};

private:
    options settings() const;
    raw_script script() const;
    void reach();

    stage_case where_;
    raw_peer peer_;
    fake::silent_port silent_;
    std::unique_ptr<subject> subject_;
    call_ptr blocker_;
    call_ptr call_;
    bool ready_ = false;
    std::shared_ptr<std::atomic<bool>> well_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace cohub::faults
