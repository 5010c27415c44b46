#include "streams.hpp"

#include <cohub/streams/websocket.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace cohub::faults {

streams::stream_request stream_subject::once()
{
    streams::stream_request how;
    how.target = "/fault/stream";
    how.name = "fault.stream";
    how.not_found_hint = "no such stream";
    how.reconnect = false;
    // Most peers here never answer a close frame, and a test waits for the end of each stream.
    how.close_timeout = 100ms;
    return how;
}

streams::stream_request stream_subject::again()
{
    streams::stream_request how = once();
    how.reconnect = true;
    how.backoff_base = 2ms;
    how.backoff_cap = 4ms;
    return how;
}

stream_subject::stream_subject(options o, streams::stream_request how) : runner(o)
{
    client_ = std::make_unique<transport::client_handle>(io_->get_executor(), std::move(o));
    stream_ = streams::websocket::make(*client_->client(), std::move(how));
}

stream_subject::~stream_subject()
{
    if (io_ == nullptr) return;
    destroy();
    drain();
}

void stream_subject::destroy()
{
    if (stream_) stream_->close();
    stream_.reset();
    client_.reset();
}

void stream_subject::destroy_io()
{
    io_->stop();
    boost::asio::post(*io_, [s = std::move(stream_), c = std::move(client_)] {});
    io_.reset();
}

receive_ptr stream_subject::start(call_options o)
{
    auto r = std::make_shared<receive_state>();
    call::request request;
    request.name = "fault.stream";
    request.answer = json::envelope::none;
    auto pending = call::initiate(
        call::bound_call<boost::json::value>(stream_, std::move(request)), o, as_result
    );
    std::move(pending
    )(boost::asio::bind_cancellation_slot(r->cancel.slot(), [r](result<boost::json::value> got) {
        ++r->completions;
        if (got.has_value())
            r->message = std::move(*got);
        else
            r->why = got.error();
    }));
    return r;
}

bool stream_subject::finish(receive_ptr const& r, std::chrono::milliseconds limit)
{
    return run_until([&] { return r->done(); }, limit);
}

receive_ptr stream_subject::next(std::chrono::milliseconds limit)
{
    receive_ptr r = start();
    finish(r, limit);
    return r;
}

void stream_subject::expect_healthy() { expect_message(next(), "healthy"); }

void stream_subject::expect_ends()
{
    receive_ptr const waiting = start();
    stream_->close();
    receive_ptr const late = start();
    // Everything is closed, so there is no work left, although nothing was destroyed.
    if (io_->stopped()) io_->restart();
    auto const end = std::chrono::steady_clock::now() + patience;
    while (!io_->stopped() && std::chrono::steady_clock::now() < end) {
        io_->run_for(5ms);
        if (clock_ && !io_->stopped()) clock_->advance(250ms);
    }
    EXPECT_TRUE(io_->stopped()) << "I3: something is left to be waited for";
    for (receive_ptr const& r : {waiting, late}) {
        EXPECT_EQ(r->completions, 1) << "I1";
        EXPECT_TRUE(r->ended()) << (r->why ? r->why->message() : "");
    }
    EXPECT_FALSE(stats().open);
    EXPECT_EQ(stats().queued, 0U);
}

std::string switch_to_websocket(raw_request const& request)
{
    return tests::ws_switch(request.header("Sec-WebSocket-Key"));
}

raw_script upgrade() { return raw_script().respond(switch_to_websocket); }

raw_script upgrade_and(std::string bytes) { return upgrade().send(std::move(bytes)); }

std::string message(std::string const& text)
{
    return tests::ws_frame(tests::ws_text, '"' + text + '"');
}

raw_script healthy_stream() { return upgrade_and(message("healthy")); }

std::vector<tests::ws_client_frame> frames_in(fake::raw_record const& record)
{
    std::vector<tests::ws_client_frame> frames;
    std::string bytes = record.unfinished;
    while (auto f = tests::ws_take_frame(bytes)) frames.push_back(std::move(*f));
    return frames;
}

bool wait_frames(raw_peer const& peer, std::size_t index, std::size_t n)
{
    return peer.wait([&](std::vector<fake::raw_record> const& log) {
        return log.size() > index && frames_in(log[index]).size() >= n;
    });
}

void expect_closed_with(raw_peer const& peer, std::size_t index, unsigned code)
{
    auto const is_close = [](tests::ws_client_frame const& f) {
        return f.opcode() == tests::ws_close_frame;
    };
    EXPECT_TRUE(peer.wait([&](std::vector<fake::raw_record> const& log) {
        if (log.size() <= index) return false;
        auto const frames = frames_in(log[index]);
        return std::any_of(frames.begin(), frames.end(), is_close);
    })) << "no close frame";
    auto const frames = frames_in(peer.connection(index));
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(std::count_if(frames.begin(), frames.end(), is_close), 1);
    EXPECT_TRUE(is_close(frames.back()));
    EXPECT_EQ(frames.back().close_code(), code);
    for (tests::ws_client_frame const& f : frames) {
        EXPECT_TRUE(f.masked);
        EXPECT_TRUE(f.fin());
    }
}

void expect_message(receive_ptr const& r, std::string const& text)
{
    EXPECT_EQ(r->completions, 1) << "I1: " << text;
    EXPECT_FALSE(r->why.has_value()) << text << ": " << r->why->message();
    EXPECT_EQ(r->message, boost::json::value(text));
}

void expect_failed(receive_ptr const& r, errc code)
{
    EXPECT_EQ(r->completions, 1) << "I1";
    ASSERT_TRUE(r->why.has_value()) << "got " << (r->done() ? "a message" : "nothing");
    EXPECT_EQ(r->why->code, make_error_code(code)) << r->why->message();
    EXPECT_EQ(r->why->where, "fault.stream");
    expect_no_key(*r->why);
}

void expect_failed(receive_ptr const& r, errc code, stage at)
{
    expect_failed(r, code);
    if (r->why) {
        EXPECT_EQ(to_string(r->why->at), to_string(at));
    }
}

std::vector<raw_peer*> both_peers() { return {&tcp_peer(), &tls_peer()}; }

}  // namespace cohub::faults
