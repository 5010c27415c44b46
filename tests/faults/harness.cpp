#include "harness.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <sstream>

namespace cohub::faults {
namespace {

// The most by which a call may exceed its time. A manual clock moves in steps that are no larger
// than this. Real time needs more, because of sanitizers and busy machines.
constexpr std::chrono::milliseconds slack{500};
constexpr std::chrono::seconds slack_of_real_time{10};

std::size_t open_descriptors()
{
    auto const folder = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

std::string base64(std::string_view text)
{
    constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        unsigned bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = bits << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j <= text.size() ? alphabet[bits >> (18 - 6 * j) & 63U] : '=';
    }
    return out;
}

std::string each_byte(std::string_view text, std::string_view prefix, bool letters_too)
{
    std::string out;
    for (char const c : text) {
        bool const plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '~';
        if (plain && !letters_too) {
            out += c;
            continue;
        }
        out += prefix;
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

std::vector<std::string> const& forms_of_the_key()
{
    static std::vector<std::string> const forms = [] {
        std::string const key = canary;
        // The last characters of base64 depend on the bytes that follow. The characters before them
        // are always the same.
        std::string const body = base64(key).substr(0, key.size() / 3 * 4);
        return std::vector<std::string>{
            upper(key),
            upper(body),
            upper(base64(key + ":")).substr(0, body.size()),
            upper(each_byte(key, "%", false)),
            upper(each_byte(key, "", true)),
        };
    }();
    return forms;
}

}  // namespace

void expect_no_key(std::string const& text, char const* where)
{
    std::string const large = upper(text);
    for (std::string const& form : forms_of_the_key())
        EXPECT_EQ(large.find(form), std::string::npos) << "the key is in " << where << ": " << text;
}

void expect_no_key(failure const& f)
{
    for (std::string const* text : {&f.where, &f.origin, &f.server_message, &f.path, &f.detail})
        expect_no_key(*text, "a failure's field");
    expect_no_key(f.message(), "a failure's message");
    expect_no_key(error(f).what(), "what()");
    EXPECT_FALSE(f.message().empty());
}

fake::authority const& ca()
{
    static fake::authority const one("cohub fault tests");
    return one;
}

tls_settings good_tls()
{
    static fake::identity const id = ca().issue(fake::loopback_request());
    return tls_settings(id);
}

raw_peer& tcp_peer()
{
    static raw_peer peer;
    return peer;
}

raw_peer& tls_peer()
{
    static raw_peer peer(good_tls());
    return peer;
}

options options_for(std::string const& url)
{
    options o(url, secret(canary));
    o.tls.ca_pem = ca().pem();
    o.retry.base = 1ms;
    o.retry.cap = 2ms;
    o.retry.seed = 42;
    o.timeouts.call = patience - slack_of_real_time;
    return o;
}

options options_for(raw_peer const& peer) { return options_for(peer.url()); }

options with_manual_clock(options o)
{
    o.clock = std::make_shared<manual_clock>();
    return o;
}

runner::runner(options& o)
    : clock_(std::dynamic_pointer_cast<manual_clock>(o.clock)),
      attempts_(std::make_shared<std::vector<attempt_event>>()),
      io_(std::make_unique<boost::asio::io_context>())
{
    auto const theirs = o.hooks.on_attempt;
    o.hooks.on_attempt = [log = attempts_, theirs](attempt_event const& e) {
        expect_no_key(e.method + " " + e.origin + " " + e.error.message(), "an attempt's event");
        log->push_back(e);
        if (theirs) theirs(e);
    };
}

subject::subject(options o) : runner(o), limit_(o.timeouts.call.value_or(30s))
{
    hub_ = std::make_unique<hub>(*io_, std::move(o));
}

clock::time_point subject::now() const
{
    return clock_ ? clock_->now() : std::chrono::steady_clock::now();
}

subject::~subject()
{
    if (io_ == nullptr) return;
    hub_.reset();
    drain();
}

void subject::destroy_client() { hub_.reset(); }

void subject::destroy_io()
{
    io_->stop();
    boost::asio::post(*io_, [owned = std::move(hub_)] {});
    io_.reset();
}

std::string subject::next_id()
{
    static int count = 0;
    return "call-" + std::to_string(++count) + ".";
}

call_ptr subject::start(kind k, call_options o, std::string const& argument)
{
    return start_as(next_id(), k, o, argument);
}

call_ptr subject::start_as(std::string id, kind k, call_options o, std::string const& argument)
{
    auto c = std::make_shared<call_state>(std::move(id));
    boost::json::array args;
    args.emplace_back(c->id);
    if (!argument.empty()) args.emplace_back(argument);
    o.idempotent(k == kind::safe);
    c->started = now();
    c->limit = o.has_timeout() ? o.timeout() : limit_;
    auto const clock = clock_;
    auto pending = hub_->call("fault.case", boost::json::value(args), o, as_result);
    std::move(pending)(boost::asio::bind_cancellation_slot(
        c->cancel.slot(),
        [c, clock](result<boost::json::value> r) {
            ++c->completions;
            c->ended = clock ? clock->now() : std::chrono::steady_clock::now();
            if (r.has_value())
                c->value = boost::json::serialize(*r);
            else
                c->why = r.error();
        }
    ));
    return c;
}

call_ptr subject::run(kind k, call_options o) { return run_as(next_id(), k, o); }

call_ptr subject::run_as(std::string id, kind k, call_options o)
{
    call_ptr c = start_as(std::move(id), k, o);
    finish(c);
    return c;
}

bool runner::run_until(std::function<bool()> const& predicate, std::chrono::milliseconds limit)
{
    // If the machine stands still for a while, no more than this is counted as time that was
    // waited.
    constexpr std::chrono::nanoseconds most_at_once = 100ms;
    std::chrono::nanoseconds waited{0};
    auto const work = boost::asio::make_work_guard(*io_);
    if (io_->stopped()) io_->restart();
    auto before = std::chrono::steady_clock::now();
    while (!predicate()) {
        if (waited >= limit) return false;
        io_->run_one_for(1ms);
        auto const now = std::chrono::steady_clock::now();
        waited += std::min<std::chrono::nanoseconds>(now - before, most_at_once);
        before = now;
    }
    return true;
}

bool subject::finish(call_ptr const& c, std::chrono::milliseconds limit)
{
    return run_until([&] { return c->done(); }, limit);
}

void runner::drain()
{
    // An idle connection is no work, and an io_context without work does not look at sockets.
    auto const work = boost::asio::make_work_guard(*io_);
    if (io_->stopped()) io_->restart();
    while (io_->poll() > 0) {
    }
}

void runner::rest()
{
    constexpr int turns = 5;
    auto const work = boost::asio::make_work_guard(*io_);
    if (io_->stopped()) io_->restart();
    auto const end = std::chrono::steady_clock::now() + patience;
    for (int idle = 0; idle < turns && std::chrono::steady_clock::now() < end; ++idle)
        if (io_->run_one_for(1ms) > 0) idle = -1;
}

bool subject::finish_by_clock(call_ptr const& c, std::chrono::seconds at_most)
{
    return run_by_clock([&] { return c->done(); }, at_most);
}

bool runner::run_by_clock(std::function<bool()> const& predicate, std::chrono::seconds at_most)
{
    constexpr auto step = 250ms;
    for (auto gone = 0ms; gone < at_most && !predicate(); gone += step) {
        // The peer and the kernel need real time. The clock waits for them.
        rest();
        clock_->advance(step);
        drain();
    }
    return predicate();
}

void subject::expect_sound(call_ptr const& c)
{
    drain();
    EXPECT_EQ(c->completions, 1) << "I1: " << c->id;
    if (c->done()) {
        std::chrono::nanoseconds const late = clock_ ? slack : slack_of_real_time;
        EXPECT_LE(c->ended - c->started, std::max(c->limit, 0ns) + late) << "I2: " << c->id;
    }
    // A new connection may take longer than the call for which it is made.
    if (clock_ && stats().connecting != 0) clock_->advance(pool_options().connect_linger);
    bool const quiet = run_until([&] {
        connection_stats const s = stats();
        return s.in_use == 0 && s.waiting == 0 && s.calls == 0 && s.connecting == 0;
    });
    connection_stats const s = stats();
    EXPECT_TRUE(quiet) << "I3: in use " << s.in_use << ", waiting " << s.waiting << ", calls "
                       << s.calls << ", connecting " << s.connecting;
    if (c->why) expect_no_key(*c->why);
}

void subject::expect_healthy()
{
    call_ptr const c = run(kind::once);
    expect_ok(c);
    expect_sound(c);
}

std::string id_in(raw_request const& request)
{
    std::size_t const from = request.body.find("call-");
    if (from == std::string::npos) return {};
    return request.body.substr(from, request.body.find('.', from) + 1 - from);
}

std::string body_for(std::string const& id) { return R"({"id":")" + id + R"("})"; }

std::string echo(raw_request const& request) { return raw_answer(body_for(id_in(request))); }

raw_script healthy() { return raw_script().forever().respond(echo); }

raw_script healthy_once_then_close()
{
    return raw_script()
        .respond([](raw_request const& r) {
            return raw_answer(body_for(id_in(r))).header("Connection", "close").str();
        })
        .close();
}

void expect_ok(call_ptr const& c)
{
    ASSERT_TRUE(c->done()) << c->id << " is not complete";
    EXPECT_TRUE(c->ok()) << (c->why ? c->why->message() : "");
    if (c->ok()) {
        EXPECT_NE(c->value.find(c->id), std::string::npos) << "I5: " << c->value;
    }
}

void expect_failed(call_ptr const& c, std::vector<errc> const& codes)
{
    ASSERT_TRUE(c->done()) << c->id << " is not complete";
    ASSERT_TRUE(c->why.has_value()) << "succeeded: " << c->value;
    EXPECT_NE(to_errc(c->why->code), errc{}) << c->why->message();
    EXPECT_TRUE(std::find(codes.begin(), codes.end(), c->code()) != codes.end())
        << c->why->code.value() << ": " << c->why->message();
}

void expect_failed(call_ptr const& c, errc code, stage at)
{
    expect_failed(c, {code});
    EXPECT_EQ(to_string(c->at()), to_string(at));
}

fault::fault(std::string name, std::string answer)
    : fault(std::move(name), [answer = std::move(answer)](std::string const&) {
          return raw_script().respond(answer);
      })
{
}

options fault::settings(raw_peer const& peer) const
{
    options o = options_for(peer);
    if (change_) change_(o);
    return o;
}

void fault::play(raw_peer& peer) const
{
    SCOPED_TRACE(name_ + (peer.tls() ? " over TLS" : " over TCP"));
    play_once(peer);
    if (!codes_.empty()) play_repeated(peer);
}

// A U call meets the fault. The next call shows whether the connection is used again.
void fault::play_once(raw_peer& peer) const
{
    std::string const id = subject::next_id();
    // A connection that should be dropped would continue to answer. So using it again would be
    // seen.
    raw_script first = script_(id);
    std::size_t const steps = first.size();
    first.forever().respond(echo);
    peer.scripts({first}, healthy());
    subject s(settings(peer));
    call_ptr const c = s.run_as(id, kind::once);
    s.expect_sound(c);
    if (codes_.empty() || again_ == again::any)
        expect_ok(c);
    else
        expect_failed(c, codes_);
    if (c->why && check_) check_(*c);
    if (c->why) {
        EXPECT_EQ(c->why->attempts, 1);
    }

    // The next call has to meet the later steps of the script, so these steps must be over before
    // it begins.
    peer.wait([&](auto const& log) {
        return log[0].steps_played >= steps || log[0].how != raw_ending::open;
    });
    s.expect_healthy();
    std::size_t const connections = peer.accepted();
    if (then_ != then::either) {
        EXPECT_EQ(connections, then_ == then::reused ? 1U : 2U) << "connections used";
    }
    std::size_t sent = 0;
    for (raw_request const& r : peer.requests()) sent += id_in(r) == id ? 1 : 0;
    EXPECT_LE(sent, 1U) << "I5: a call that is never repeated was";
}

// S calls meet the fault, first once and then every time.
void fault::play_repeated(raw_peer& peer) const
{
    std::string const id = subject::next_id();
    raw_script const bad = script_(id);
    {
        raw_script first = bad;
        first.forever().respond(echo);
        peer.scripts({first}, healthy());
        subject s(settings(peer));
        call_ptr const c = s.run_as(id, kind::safe);
        s.expect_sound(c);
        if (again_ == again::never) {
            expect_failed(c, codes_);
            EXPECT_LE(peer.request_count(), 1U) << "repeated";
        } else {
            expect_ok(c);
        }
    }
    if (again_ == again::never) return;
    raw_script always = bad;
    for (int i = 0; i < 2 && then_ == then::reused; ++i) always.append(bad);
    peer.script(always);
    subject s(settings(peer));
    call_ptr const c = s.run_as(id, kind::safe);
    s.expect_sound(c);
    expect_failed(c, codes_);
    if (c->why) {
        EXPECT_EQ(c->why->attempts, 3);
    }
    EXPECT_EQ(peer.accepted(), then_ == then::reused ? 1U : 3U);
}

void fault_test::SetUp()
{
    tcp_peer();
    tls_peer();
    descriptors_ = open_descriptors();
}

void fault_test::TearDown()
{
    // The peer closes its side a moment after the client has closed a connection.
    EXPECT_TRUE(tcp_peer().wait_quiet()) << "a connection to the TCP peer stayed open";
    EXPECT_TRUE(tls_peer().wait_quiet()) << "a connection to the TLS peer stayed open";
    // A connection may come and go before the peer accepts it. The peer sees it only after that.
    auto const never = [](std::vector<fake::raw_record> const&) { return false; };
    auto const end = std::chrono::steady_clock::now() + patience;
    while (open_descriptors() > descriptors_ && std::chrono::steady_clock::now() < end) {
        tcp_peer().wait(never, 5ms);
        tls_peer().wait_quiet();
    }
    EXPECT_LE(open_descriptors(), descriptors_) << "I3: descriptors leaked";
}

}  // namespace cohub::faults
