#include "stages.hpp"

namespace cohub::faults {
namespace {

constexpr std::size_t more_than_any_buffer = 12 * 1024 * 1024;

}  // namespace

std::vector<stage_case> all_stages(bool reused)
{
    std::vector<stage_case> all = {
        {stage::queued},
        {stage::resolving},
        {stage::connecting},
        {stage::handshaking},
        {stage::writing},
        {stage::reading_head},
        {stage::reading_body},
        {stage::backing_off}};
    if (reused)
        for (stage const at :
             {stage::queued,
              stage::writing,
              stage::reading_head,
              stage::reading_body,
              stage::backing_off})
            all.push_back({at, true});
    return all;
}

options call_in_stage::settings() const
{
    options o = with_manual_clock(options_for(peer_));
    o.pool.max_connections = 1;
    o.limits.max_request = 2 * more_than_any_buffer;
    o.retry.base = 8s;
    o.retry.cap = 8s;
    if (where_.at == stage::resolving)
        o.hooks.resolve = [](std::string const&, std::uint16_t, hooks::resolve_callback) {};
    if (where_.at == stage::connecting)
        o.host = "https://127.0.0.1:" + std::to_string(silent_.port());
    // The timeouts of single stages must not expire before the deadline of the call.
    o.timeouts.resolve = o.timeouts.connect = o.timeouts.handshake = 3600s;
    return o;
}

raw_script call_in_stage::script() const
{
    raw_script s;
    if (where_.at == stage::handshaking) return s.plain().mark("there").stall();
    if (where_.reused) s.respond(echo);
    switch (where_.at) {
        case stage::writing:
            return s.stop_reading().mark("there").wait_for_release("go on").start_reading();
        case stage::reading_body:
            return s.respond("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").mark("there");
        case stage::backing_off:
            return s.forever().respond([well = well_](raw_request const& r) {
                return *well ? echo(r) : raw_answer("busy").status(503).str();
            });
        default:
            return s.read_request().mark("there");
    }
}

call_in_stage::call_in_stage(stage_case where, kind k)
    : where_(where), peer_(fake::raw_peer_options().tls(good_tls()).receive_buffer(4096))
{
    peer_.script(script());
    subject_ = std::make_unique<subject>(settings());
    if (where_.reused) expect_ok(subject_->run(kind::once));
    call_options const limit = call_options().timeout(deadline);
    if (where_.at == stage::queued) {
        blocker_ = subject_->start(kind::once, call_options().timeout(2 * deadline));
        reach();
    }
    std::string argument;
    if (where_.at == stage::writing) argument.assign(more_than_any_buffer, 'x');
    call_ = subject_->start(k, limit, argument);
    reach();
}

call_in_stage::~call_in_stage() = default;

void call_in_stage::reach()
{
    auto const there = [this] {
        switch (where_.at) {
            case stage::resolving:
            case stage::connecting:
                return true;
            case stage::backing_off:
                return !subject_->attempts().empty() &&
                       subject_->attempts().back().next_in.has_value();
            case stage::writing:
                return peer_.wait_mark("there", 0ms);
            case stage::handshaking:
            case stage::reading_body:
                return peer_.wait_mark("there", 0ms);
            default:
                return peer_.request_count() == (where_.reused ? 2U : 1U);
        }
    };
    ready_ = subject_->run_until(there);
    subject_->drain();
    if (where_.at == stage::writing) {
        // Until the buffers of both sides are full.
        subject_->rest();
    }
}

void call_in_stage::let_go()
{
    *well_ = true;
    peer_.release("go on");
}

void call_in_stage::expect_recovered()
{
    let_go();
    // A call that backs off holds no connection. The connection with the refusal is healthy.
    if (where_.at != stage::connecting && where_.at != stage::backing_off) {
        EXPECT_TRUE(peer_.wait_all_ended()) << "the connection stayed open";
    }
    if (where_.at == stage::resolving || where_.at == stage::connecting) return;
    peer_.script(healthy());
    subject_->expect_healthy();
}

}  // namespace cohub::faults
