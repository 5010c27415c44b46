#ifndef COHUB_TRANSPORT_IMPL_DRIVER_IPP
#define COHUB_TRANSPORT_IMPL_DRIVER_IPP

#include <cohub/transport/driver.hpp>
#include <cohub/version.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace cohub::transport {

namespace detail {

[[gnu::cold]] inline std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    int const n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}

inline std::string hex(std::string_view text, std::string_view digits)
{
    std::string out;
    for (char const c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

}  // namespace detail

struct driver::task
{
    owner_ref<driver> self;
    void (*what)(driver&);

    void operator()() { what(*self.operator->()); }
};

struct driver::resolve_ticket
{
    std::mutex mutex;
    driver* owner = nullptr;
    std::uint64_t round = 0;
    error_code code;
    endpoint_list found;

    void answer(std::uint64_t to_round, error_code ec, endpoint_list&& list)
    {
        std::lock_guard lock(mutex);
        if (owner == nullptr || to_round < round) return;
        round = to_round;
        code = ec;
        found = std::move(list);
        owner->post([](driver& d) { d.take_answer(); });
    }
};

/// getaddrinfo(3) cannot be interrupted, so it has a thread to itself, which nobody waits for. That
/// it runs out of memory there ends the program.
struct driver::system_look_up
{
    std::shared_ptr<resolve_ticket> ticket;
    std::uint64_t round;
    std::string host;
    std::uint16_t port;

    static void* run(void* self) noexcept
    {
        auto* const job = static_cast<system_look_up*>(self);
        endpoint_list found;
        error_code const ec = detail::look_up(job->host.c_str(), job->port, 0, found);
        job->ticket->answer(job->round, ec, std::move(found));
        delete job;
        return nullptr;
    }
};

COHUB_INNER_DECL driver::driver(
    boost::asio::io_context& io,
    cohub::options&& o,
    http::origin&& to,
    boost::intrusive_ptr<tls_context> tls
)
    : io_(io),
      options_(std::move(o)),
      origin_(std::move(to)),
      origin_text_(origin_.text()),
      mutex_(options_.threads == threading::multi),
      tls_(std::move(tls))
{
    int const fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd == -1)
        alarm_problem_ = detail::system_code(errno);
    else
        alarm_.emplace(io.get_executor()).assign(fd, alarm_problem_);
    if (fd != -1 && alarm_problem_) ::close(fd);
    random_state_ = options_.retry.seed;
    if (random_state_ == 0) {
        unsigned char seed[sizeof random_state_] = {};
        RAND_bytes(seed, sizeof seed);
        std::memcpy(&random_state_, seed, sizeof seed);
    }
    std::string key(options_.api_key.reveal());
    std::string const bare = detail::base64(key);
    auto const never_show = [this](std::string text) {
        if (text.size() >= 4) never_shown_.push_back(std::move(text));
    };
    never_show(key);
    never_show(detail::hex(key, "0123456789abcdef"));
    never_show(detail::hex(key, "0123456789ABCDEF"));
    // Base64 of whatever follows the key agrees in all but the last group of three bytes.
    never_show(bare.substr(0, key.size() / 3 * 4));
    key += ':';
    credentials_ = "Basic " + detail::base64(key);
    cohub::detail::wipe(key);
}

COHUB_INNER_DECL failure driver::no_alarm() const
{
    failure f(errc::connect_failed, "no timer could be made (timerfd); out of file descriptors?");
    f.cause = alarm_problem_;
    return f;
}

COHUB_INNER_DECL driver::~driver()
{
    if (service_ != nullptr) {
        service_->remove(this);
        if (options_.clock) options_.clock->unsubscribe(*this);
    }
    for (auto& s : never_shown_) cohub::detail::wipe(s);
    cohub::detail::wipe(credentials_);
}

COHUB_INNER_DECL void driver::enlist()
{
    if (options_.clock) options_.clock->subscribe(*this);
    service_ = &boost::asio::use_service<driver_service>(io_);
    service_->add(this);
}

COHUB_INNER_DECL clock::time_point driver::read_clock() const noexcept
{
    return options_.clock ? options_.clock->now() : std::chrono::steady_clock::now();
}

COHUB_INNER_DECL void driver::enter()
{
    mutex_.lock();
    now_ = read_clock();
}

COHUB_INNER_DECL void driver::leave() { unlock_and_deliver(true); }

COHUB_INNER_DECL void driver::unlock_and_deliver(bool may_run_now)
{
    arm_timer();
    op_list batch;
    batch.take(done_);
    std::vector<attempt_event> events;
    events.swap(events_);
    mutex_.unlock();
    for (auto const& e : events) options_.hooks.on_attempt(e);
    while (!batch.empty()) {
        operation& op = batch.pop_front();
        try {
            op.deliver(may_run_now);
        } catch (...) {
            // A handler's exception goes on to whoever runs the io_context; nobody else loses by
            // it.
            while (!batch.empty()) {
                batch.pop_front().deliver(false);
            }
            throw;
        }
    }
}

COHUB_INNER_DECL void driver::finish(operation& op, std::unique_ptr<failure> f)
{
    timers_.remove(op);
    op.finished = true;
    op.enter(stage::none, now_);
    if (f) fill_in(*f, op);
    op.error = std::move(f);
    calls_.erase(op);
    done_.push_back(op);
    if (draining_ && calls_.empty() && !closed_) shut(errc::client_closed);
}

COHUB_INNER_DECL void driver::fill_in(failure& f, operation& op)
{
    f.where = op.req.name;
    f.origin = origin_text_;
    f.attempts = op.attempts;
    f.maybe_sent = op.sent;
    f.spent = op.spent;
    redact(f.where);
    redact(f.server_message);
    redact(f.detail);
    redact(f.path);
}

COHUB_INNER_DECL void driver::redact(std::string& text) const
{
    if (text.empty()) return;
    for (auto const& needle : never_shown_)
        for (std::size_t at = text.find(needle); at != std::string::npos;
             at = text.find(needle, at))
            text.replace(at, needle.size(), "***");
}

COHUB_INNER_DECL std::string driver::begin_head(call::request const& r) const
{
    std::string text;
    text.reserve(512 + options_.api_key.reveal().size() * 2);
    text.append(r.verb).append(" ").append(origin_.base_path).append(r.target).append(r.target_end);
    text.append(" HTTP/1.1\r\nHost: ").append(origin_.authority());
    if (r.with_key && !options_.api_key.empty()) {
        text.append("\r\nAuthorization: ");
        if (r.bearer)
            text.append("Bearer ").append(options_.api_key.reveal());
        else
            text.append(credentials_);
    }
    text.append("\r\nUser-Agent: ");
    if (!options_.user_agent.empty()) text.append(options_.user_agent).append(" ");
    text.append("cohub/" COHUB_VERSION_STRING "\r\n");
    for (auto const& [name, value] : options_.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    text.append(r.fields);
    return text;
}

// ---- addresses ---------------------------------------------------------------------------------

COHUB_INNER_DECL void driver::post(void (*what)(driver&))
{
    boost::asio::post(io_, task{owner_ref(this), what});
}

/// Finds the way to `c` and begins to connect it.
COHUB_INNER_DECL void driver::seek_addresses(connection& c)
{
    if (origin_.is_address) {
        endpoint_list it;
        if (error_code const ec =
                detail::look_up(origin_.host.c_str(), origin_.port, AI_NUMERICHOST, it)) {
            failure f(errc::resolve_failed);
            f.at = stage::resolving;
            f.cause = ec;
            if (auto const zone = origin_.host.find('%'); zone != std::string::npos)
                f.detail = "this machine has no network interface \"" +
                           cohub::detail::escaped(origin_.host.substr(zone + 1), 50) + "\"";
            return on_connect_failed(c, std::move(f));
        }
        set_stage_limit(c, options_.timeouts.connect);
        c.connect(std::move(it));
        return;
    }
    set_stage_limit(c, options_.timeouts.resolve);
    // To the end of the chain, and out of it with those that were given up meanwhile.
    connection_ptr* at = &awaiting_addresses_;
    while (*at)
        if ((*at)->now_in() == connection::phase::resolving)
            at = &(*at)->next_awaiting;
        else
            *at = std::move((*at)->next_awaiting);
    *at = connection_ptr(&c);
    begin_resolve();
}

COHUB_INNER_DECL void driver::begin_resolve()
{
    if (resolving_) return;
    resolving_ = true;
    ++resolve_round_;
    // RFC 6761: never a matter for the name service, and there where no hosts file is.
    if (origin_.host == "localhost" && !options_.hooks.resolve)
        return post([](driver& d) { d.name_is_local(); });
    if (!ticket_) {
        ticket_ = std::make_shared<resolve_ticket>();
        ticket_->owner = this;
    }
    if (!options_.hooks.resolve) return ask_system();
    // Both ways over the io_context: the hook is the user's code and must not meet our lock.
    post([](driver& d) { d.ask_hook(); });
}

COHUB_INNER_DECL void driver::ask_system()
{
    auto* const job = new system_look_up{ticket_, resolve_round_, origin_.host, origin_.port};
    // The program's signals are for its own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int const problem = pthread_create(&thread, &detached, &system_look_up::run, job);
    pthread_attr_destroy(&detached);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (problem == 0) {
        // The job is the thread's now. Asio sees nothing of it, yet run() is to wait for it.
        look_up_counts_ = true;
        return io_.get_executor().on_work_started();
    }
    delete job;
    ticket_->answer(resolve_round_, boost::asio::error::host_not_found_try_again, {});
}

COHUB_INNER_DECL void driver::ask_hook()
{
    enter();
    std::uint64_t const round = resolve_round_;
    auto const ticket = ticket_;
    std::string const host = origin_.host;
    std::uint16_t const port = origin_.port;
    mutex_.unlock();
    options_.hooks.resolve(host, port, [ticket, round](error_code ec, endpoint_list found) {
        ticket->answer(round, ec, std::move(found));
    });
}

COHUB_INNER_DECL void driver::take_answer()
{
    enter();
    if (std::exchange(look_up_counts_, false)) io_.get_executor().on_work_finished();
    if (ticket_) {
        std::unique_lock lock(ticket_->mutex);
        std::uint64_t const round = ticket_->round;
        error_code const ec = ticket_->code;
        endpoint_list found = std::move(ticket_->found);
        lock.unlock();
        resolved(round, ec, std::move(found));
    }
    leave();
}

COHUB_INNER_DECL void driver::forget_look_up()
{
    enter();
    if (std::exchange(look_up_counts_, false)) io_.get_executor().on_work_finished();
    leave();
}

COHUB_INNER_DECL void driver::name_is_local()
{
    enter();
    endpoint_list both;
    detail::look_up("127.0.0.1", origin_.port, AI_NUMERICHOST, both);
    detail::look_up("::1", origin_.port, AI_NUMERICHOST, both);
    resolved(resolve_round_, {}, std::move(both));
    leave();
}

COHUB_INNER_DECL void driver::resolved(std::uint64_t round, error_code ec, endpoint_list found)
{
    if (round != resolve_round_ || closed_) return;
    resolving_ = false;
    bool all_loopback = true;
    for (std::size_t i = 0; i != found.size(); ++i)
        all_loopback = all_loopback && found[i].is_loopback();
    connection_ptr next = std::move(awaiting_addresses_);
    while (connection_ptr const c = std::move(next)) {
        next = std::move(c->next_awaiting);
        if (c->now_in() != connection::phase::resolving) continue;
        std::optional<failure> f;
        if (ec || found.empty()) {
            bool const later = ec == boost::asio::error::host_not_found_try_again;
            f = failure(
                errc::resolve_failed,
                later ? "no name server answered; is the network up?"
                      : "is the name of the host spelled right?"
            );
            f->cause = ec;
        } else if (!origin_.tls && !all_loopback)
            f = failure(
                errc::invalid_argument,
                "http:// sends the API key in clear text and is for this machine alone, but the "
                "name has an address elsewhere; use https://"
            );
        if (f) {
            f->at = stage::resolving;
            on_connect_failed(*c, std::move(*f));
            continue;
        }
        set_stage_limit(*c, options_.timeouts.connect);
        c->connect(found);
        if (c->now_in() == connection::phase::connecting && c->addresses_left() != 0)
            timers_.set(*c, now_ + (c->stage_end - now_) / (c->addresses_left() + 1));
    }
}

COHUB_INNER_DECL void driver::set_stage_limit(connection& c, std::chrono::nanoseconds limit)
{
    c.stage_end = now_ + limit;
    timers_.set(c, c.stage_end);
}

COHUB_INNER_DECL void driver::on_tcp_ready(connection& c)
{
    set_stage_limit(c, options_.timeouts.handshake);
}

/// The time for one step of connecting has passed.
COHUB_INNER_DECL void driver::stage_over(connection& c)
{
    if (c.now_in() == connection::phase::connecting && c.addresses_left() != 0 &&
        now_ < c.stage_end) {
        timers_.set(c, now_ + (c.stage_end - now_) / c.addresses_left());
        return c.give_up_address();
    }
    connection_ptr const keep(&c);
    if (c.now_in() == connection::phase::resolving) {
        // A hook may never answer, so that the next connection asks anew. The system does, if late.
        if (options_.hooks.resolve) resolving_ = false;
        for (connection_ptr* at = &awaiting_addresses_; *at; at = &(*at)->next_awaiting)
            if (*at == keep) {
                *at = std::move(c.next_awaiting);
                break;
            }
    }
    // It may be the session offered that the server has no answer to.
    if (c.now_in() == connection::phase::handshaking && tls_) tls_->forget_sessions();
    failure f(errc::timeout);
    f.at = c.current_stage();
    on_connect_failed(c, std::move(f));
}

// ---- time --------------------------------------------------------------------------------------

COHUB_INNER_DECL void driver::arm_timer()
{
    if (timers_.empty() || options_.clock || !alarm_) return;
    auto const due = timers_.earliest().due();
    if (due >= armed_for_) return;
    armed_for_ = due;
    // The steady clock is CLOCK_MONOTONIC; zero would disarm.
    auto const at =
        std::max<std::int64_t>(1, std::chrono::nanoseconds(due.time_since_epoch()).count());
    itimerspec when{};
    when.it_value.tv_sec = static_cast<std::time_t>(at / 1'000'000'000);
    when.it_value.tv_nsec = static_cast<long>(at % 1'000'000'000);
    ::timerfd_settime(alarm_->native_handle(), TFD_TIMER_ABSTIME, &when, nullptr);
    if (std::exchange(alarm_awaited_, true)) return;
    // It must not keep io_context::run() from returning (calls do that), so its work is taken off
    // here and put on again when it fires.
    alarm_->async_wait(alarm_type::wait_read, [self = owner_ref(this)](error_code ec) {
        self->io_.get_executor().on_work_started();
        self->enter();
        self->alarm_awaited_ = false;
        if (!ec) {
            std::uint64_t times = 0;
            [[maybe_unused]] auto const n =
                ::read(self->alarm_->native_handle(), &times, sizeof times);
            self->armed_for_ = clock::time_point::max();
            self->run_timers();
        }
        self->leave();
    });
    io_.get_executor().on_work_finished();
}

COHUB_INNER_DECL void driver::time_moved() noexcept
{
    post([](driver& d) { d.catch_up(); });
}

COHUB_INNER_DECL void driver::catch_up()
{
    enter();
    run_timers();
    leave();
}

COHUB_INNER_DECL void driver::run_timers()
{
    while (!timers_.empty() && timers_.earliest().due() <= now_) {
        timer_node& node = timers_.earliest();
        timers_.remove(node);
        timer_due(node);
    }
    settle();
}

COHUB_INNER_DECL double driver::random()
{
    // splitmix64: jitter needs spread, not secrecy.
    std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1.0p-53;
}

// ---- the end -----------------------------------------------------------------------------------

/// Lets go of all that may call back.
COHUB_INNER_DECL void driver::stop()
{
    while (awaiting_addresses_) awaiting_addresses_ = std::move(awaiting_addresses_->next_awaiting);
    if (ticket_) {
        std::lock_guard lock(ticket_->mutex);
        ticket_->owner = nullptr;
    }
    // The last work may not be taken off from outside: that would stop an io_context that nobody
    // runs just now. One that is being destroyed needs none.
    if (look_up_counts_ && service_ != nullptr) post([](driver& d) { d.forget_look_up(); });
    if (options_.clock) options_.clock->unsubscribe(*this);
    error_code ignored;
    if (alarm_) alarm_->cancel(ignored);
    if (service_ != nullptr) std::exchange(service_, nullptr)->remove(this);
}

COHUB_INNER_DECL void driver::abandon() noexcept
{
    enter();
    service_ = nullptr;
    if (!closed_) shut(errc::client_closed);
    op_list unheard;
    unheard.take(done_);
    alarm_.reset();
    events_.clear();
    mutex_.unlock();
    while (!unheard.empty()) {
        unheard.pop_front().abandon();
    }
}

}  // namespace cohub::transport

#endif
