#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake/pki.hpp>
#include <cohub/fake/raw_peer.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/fault_rows.hpp"

namespace cohub::faults {

using namespace std::chrono_literals;
using fake::raw_answer;
using fake::raw_ending;
using fake::raw_peer;
using fake::raw_request;
using fake::raw_script;
using fake::tls_end;
using fake::tls_settings;

/// The API key of every test. It has characters that base64, URLs and JSON encode in different
/// ways, so that each of these forms differs from the plain one.
inline constexpr char const* canary = "sk-Canary+7/x=~%41\"\\k";

/// The limit of waits for events that come by themselves. It is reached only if the event never
/// comes, even on a busy machine.
inline constexpr std::chrono::seconds patience{30};

/// S: safe to repeat. U: never sent again once a byte may have left.
enum class kind
{
    safe,
    once
};

/// One call: its id in the request, and its result.
class call_state
{
public:
    explicit call_state(std::string call_id) : id(std::move(call_id)) {}

    bool done() const { return completions > 0; }
    bool ok() const { return completions > 0 && !why; }
    /// The code as `errc`; 0 when there was no error.
    errc code() const { return why ? to_errc(why->code) : errc{}; }
    stage at() const { return why ? why->at : stage::none; }

    std::string id;
    int completions = 0;
    std::optional<failure> why;
    std::string value;  ///< the result, as JSON text
    /// Times of the client's clock.
    clock::time_point started{};
    clock::time_point ended{};
    std::chrono::nanoseconds limit{};  ///< its timeout
    boost::asio::cancellation_signal cancel;
};
using call_ptr = std::shared_ptr<call_state>;

/// Options for the tests: the canary key, the test's own certificate authority, quick retries.
options options_for(std::string const& url);
options options_for(raw_peer const& peer);

/// An io_context that the test runs, and the clock of the objects on it.
class runner
{
public:
    boost::asio::io_context& io() { return *io_; }
    manual_clock& clock() { return *clock_; }

    bool run_until(
        std::function<bool()> const& predicate, std::chrono::milliseconds limit = patience
    );
    /// Runs everything that is ready now, and everything that this makes ready.
    void drain();
    /// Runs until nothing more happens. This includes events from the peer's thread and the kernel.
    void rest();
    /// Advances a manual clock in small steps until `predicate` is true.
    bool run_by_clock(std::function<bool()> const& predicate, std::chrono::seconds at_most);

    std::vector<attempt_event> const& attempts() const { return *attempts_; }

protected:
    /// Keeps the options' clock. Records all attempts and looks for the key in them.
    explicit runner(options& o);
    ~runner() = default;

    std::shared_ptr<manual_clock> clock_;  // empty: real time
    std::shared_ptr<std::vector<attempt_event>> attempts_;
    std::unique_ptr<boost::asio::io_context> io_;
};

/// A client under test.
class subject : public runner
{
public:
    explicit subject(options o);
    explicit subject(raw_peer const& peer) : subject(options_for(peer)) {}
    ~subject();
    subject(subject const&) = delete;
    subject& operator=(subject const&) = delete;

    hub& client() { return *hub_; }
    connection_stats stats() { return hub_->stats(); }

    /// Begins a call. `argument` is sent in addition to the id, to make large requests.
    call_ptr start(kind k, call_options o = {}, std::string const& argument = {});
    call_ptr start_as(
        std::string id, kind k, call_options o = {}, std::string const& argument = {}
    );
    /// Begins a call and runs until it is complete.
    call_ptr run(kind k, call_options o = {});
    call_ptr run_as(std::string id, kind k, call_options o = {});
    static std::string next_id();

    bool finish(call_ptr const& c, std::chrono::milliseconds limit = patience);
    bool finish_by_clock(call_ptr const& c, std::chrono::seconds at_most);

    /// Destroys the client with its calls in flight.
    void destroy_client();
    /// Destroys the io_context, which owns the client at this point.
    void destroy_io();

    /// Asserts I1, I2, I3 and I6. The call must be complete.
    void expect_sound(call_ptr const& c);
    /// Asserts I4: a call to the peer, which is healthy now, succeeds with its own answer.
    void expect_healthy();

private:
    clock::time_point now() const;

    std::chrono::nanoseconds limit_;
    std::unique_ptr<hub> hub_;
};

/// Puts a clock that stands still into the options.
options with_manual_clock(options o);

/// The id of the call that a request carries.
std::string id_in(raw_request const& request);
/// The body of the right answer to the call with this id.
std::string body_for(std::string const& id);
/// The right answer to a request.
std::string echo(raw_request const& request);
/// Gives the right answer to every request.
raw_script healthy();
raw_script healthy_once_then_close();

/// Asserts that the call failed with one of these codes.
void expect_failed(call_ptr const& c, std::vector<errc> const& codes);
void expect_failed(call_ptr const& c, errc code, stage at);
void expect_ok(call_ptr const& c);

/// A fault as one row of faults.md describes it.
class fault
{
public:
    /// Which calls are repeated after it.
    enum class again
    {
        never,
        safe_only,
        any  // if no byte was sent
    };
    /// What happens to the connection.
    enum class then
    {
        dropped,
        reused,
        either
    };

    /// What the peer's connection does with its first request.
    using script_for = std::function<raw_script(std::string const& id)>;

    fault(std::string name, script_for script) : name_(std::move(name)), script_(std::move(script))
    {
    }
    /// Answers the first request with these bytes.
    fault(std::string name, std::string answer);

    fault& fails(std::vector<errc> codes)
    {
        codes_ = std::move(codes);
        return *this;
    }
    fault& fails(errc code) { return fails(std::vector<errc>{code}); }
    fault& repeats(again a)
    {
        again_ = a;
        return *this;
    }
    fault& keeps()
    {
        then_ = then::reused;
        return *this;
    }
    fault& keeps_or_drops()
    {
        then_ = then::either;
        return *this;
    }
    fault& with(std::function<void(options&)> change)
    {
        change_ = std::move(change);
        return *this;
    }
    /// An additional check of each failed call.
    fault& also(std::function<void(call_state const&)> check)
    {
        check_ = std::move(check);
        return *this;
    }

    /// Plays the fault at `peer` with an S call and a U call, and asserts the expectations and the
    /// invariants.
    void play(raw_peer& peer) const;

private:
    void play_once(raw_peer& peer) const;
    void play_repeated(raw_peer& peer) const;
    options settings(raw_peer const& peer) const;

    std::string name_;
    script_for script_;
    std::vector<errc> codes_;  // empty: the call succeeds
    again again_ = again::never;
    then then_ = then::dropped;
    std::function<void(options&)> change_;
    std::function<void(call_state const&)> check_;
};

/// Peers that exist as long as the program. A listener for each test would take more time than the
/// test.
raw_peer& tcp_peer();
raw_peer& tls_peer();
fake::authority const& ca();
tls_settings good_tls();

/// Asserts that a test leaves no descriptor open.
class fault_test : public ::testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

private:
    std::size_t descriptors_ = 0;
};

/// Asserts that none of the key's forms is in `text`.
void expect_no_key(std::string const& text, char const* where);
/// The same for all texts of a failure.
void expect_no_key(failure const& f);

}  // namespace cohub::faults
