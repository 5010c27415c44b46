#ifndef COHUB_PIECES_IMPL_DISCOVER_IPP
#define COHUB_PIECES_IMPL_DISCOVER_IPP

#include <cohub/core/platform.hpp>
#include <cohub/pieces/detail/port_file.hpp>
#include <cohub/pieces/discover.hpp>
#include <cohub/transport/client_handle.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <mutex>
#include <optional>

namespace cohub::inline abi_0_2::pieces::detail {

/// One search. It sends probes with small clients, one for each address. The probes keep the search
/// alive.
class discovery final : public call::channel
{
public:
    discovery(executor_type const& executor, discover_options const& o)
        : executor_(executor), options_(o)
    {
    }

    void start(call::operation& op) override
    {
        std::lock_guard const lock(mutex_);
        op_ = &op;
        auto const now = std::chrono::steady_clock::now();
        deadline_ = now + options_.timeout();
        call_options const& callers = op.req.options;
        if (callers.has_timeout() && callers.timeout() < deadline_ - now) {
            deadline_ = now + callers.timeout();
            callers_limit_ = true;
        }
        if (callers.has_deadline() && callers.deadline() < deadline_) {
            deadline_ = callers.deadline();
            callers_limit_ = true;
        }
        try {
            go_on();
        } catch (...) {
            op_ = nullptr;  // the caller owns it again
            throw;
        }
    }

    void cancel(call::operation& op, boost::asio::cancellation_type) noexcept override
    {
        // When the call has ended, the call and its channel may be destroyed.
        call::channel_ptr const keep(this);
        std::lock_guard const lock(mutex_);
        if (op_ == &op) end(std::make_unique<failure>(errc::cancelled));
    }

    executor_type executor() const noexcept override { return executor_; }

private:
    /// The maximum number of probes at the same time. Each probe needs two file descriptors.
    static constexpr std::size_t most_probes = 16;
    static constexpr char const* addresses[] = {"127.0.0.1", "[::1]"};

    enum class stage : std::uint8_t
    {
        files,
        scan,
        old,
        done,
    };

    struct candidate
    {
        std::uint16_t port = 0;
        std::string how;
        /// The result of the probes. The most informative result of all addresses counts.
        int weight = 0;
        char const* note = "not tried";
    };

    /// Checks whether the answer comes from Pieces OS.
    class health final : public call::result_adapter
    {
    public:
        json::outcome decode(
            std::string_view body, json::detail::type_info const&, void*, json::envelope
        ) const noexcept override
        {
            json::outcome o;
            bool const ok = body.size() >= 2 && (body[0] | 32) == 'o' && (body[1] | 32) == 'k';
            if (!ok) o.status = json::outcome::code::bad_shape;
            return o;
        }
    };

    class probe final : public call::operation
    {
    public:
        probe(call::request&& r, discovery& d, std::string url, std::size_t nth, std::size_t line)
            : call::operation(std::move(r), json::detail::type_of<std::string>::info, &body_),
              search_(&d),
              url_(std::move(url)),
              nth_(nth),
              line_(line)
        {
        }

        bool deliver(bool) override
        {
            std::unique_ptr<probe> const self(this);
            search_->answered(nth_, line_, url_, error.get());
            return true;
        }
        void abandon() noexcept override
        {
            std::unique_ptr<probe> const self(this);
            search_->abandoned();
        }

    private:
        friend std::default_delete<probe>;
        ~probe() = default;

        boost::intrusive_ptr<discovery> search_;
        std::string url_;
        std::size_t nth_, line_;
        std::string body_;
    };

    /// Continues the search after the file descriptors of a probe were closed.
    class turn
    {
    public:
        explicit turn(discovery& d) : search_(&d) {}
        turn(turn&&) noexcept = default;
        ~turn()
        {
            if (search_) search_->abandoned();
        }
        void operator()()
        {
            boost::intrusive_ptr<discovery> const search = std::move(search_);
            search->take_turn();
        }

    private:
        boost::intrusive_ptr<discovery> search_;
    };

    static std::string url_of(char const* address, std::uint16_t port)
    {
        return std::string("http://") + address + ":" + std::to_string(port);
    }

    cohub::options options_for(char const* address, std::uint16_t port) const
    {
        cohub::options o(url_of(address, port));
        o.retry.max_attempts = 1;
        o.pool.max_connections = 1;
        o.pool.max_idle = 0;
        o.limits.max_header = 16 * 1024;
        o.limits.max_body = 4096;
        return o;
    }

    /// Starts as many probes as possible. If all probes of a stage have failed, it starts the next
    /// stage.
    void go_on()
    {
        while (op_ != nullptr) {
            if (std::chrono::steady_clock::now() >= deadline_) return end(none_in_time());
            begin_probes();
            if (op_ == nullptr || pending_ != 0 || has_turn_) return;
            tell_stage();
            switch (next_) {
                case stage::files:
                    next_ = stage::scan;
                    read_files();
                    break;
                case stage::scan:
                    next_ = stage::old;
                    if (options_.ports())
                        add_all(*options_.ports(), "scan");
                    else
                        for (std::uint16_t p = 39300; p <= 39333; ++p) add(p, "scan");
                    break;
                case stage::old:
                    next_ = stage::done;
                    add_old();
                    break;
                case stage::done:
                    return end(none_found());
            }
        }
    }

    void add(std::uint16_t port, std::string how)
    {
        for (candidate const& c : candidates_)
            if (c.port == port) return;
        if (port == 0) return;
        candidate c;
        c.port = port;
        c.how = std::move(how);
        candidates_.push_back(std::move(c));
    }

    void add_all(std::vector<std::uint16_t> const& ports, char const* how)
    {
        for (std::uint16_t const p : ports) add(p, how);
    }

    void add_old()
    {
        if (options_.old_ports()) return add_all(*options_.old_ports(), "old port");
        if (platform::here == platform::family::linux_) add(5323, "old port");
        add(1000, "old port");
    }

    void begin_probes()
    {
        while (op_ != nullptr && pending_ < most_) {
            std::size_t nth = begun_;
            if (!again_.empty()) {
                nth = again_.back();
                again_.pop_back();
            } else if (begun_ != candidates_.size() * std::size(addresses))
                ++begun_;
            else
                return;
            try {
                begin_probe(nth);
            } catch (error const& e) {
                no_descriptor(nth, e.why().cause);
            } catch (boost::system::system_error const& e) {
                no_descriptor(nth, e.code());
            }
        }
    }

    void begin_probe(std::size_t nth)
    {
        char const* const address = addresses[nth % std::size(addresses)];
        std::uint16_t const port = candidates_[nth / std::size(addresses)].port;
        auto const left = deadline_ - std::chrono::steady_clock::now();
        call::request req;
        req.verb = "GET";
        req.target = "/.well-known/health";
        req.content_type = {};
        req.name = "pieces.health";
        req.is_rpc = false;
        req.with_key = false;
        req.answer = json::envelope::none;
        req.adapter = new health;
        req.options.timeout(std::min<std::chrono::nanoseconds>(left, options_.probe_timeout()));
        transport::client_handle line(
            executor_, options_for(address, port), transport::key_use::optional
        );
        call::channel_ptr const to = line.channel();
        std::size_t at = 0;
        while (at != lines_.size() && lines_[at]) ++at;
        if (at == lines_.size()) lines_.emplace_back();
        auto* const begun = new probe(std::move(req), *this, url_of(address, port), nth, at);
        lines_[at].emplace(std::move(line));
        ++pending_;
        try {
            to->start(*begun);
        } catch (...) {
            --pending_;
            lines_[at].reset();
            std::default_delete<probe>()(begun);
            throw;
        }
    }

    void answered(std::size_t nth, std::size_t line, std::string const& url, failure const* f)
    {
        std::lock_guard const lock(mutex_);
        --pending_;
        if (op_ == nullptr) return;
        lines_[line].reset();
        candidate& c = candidates_[nth / std::size(addresses)];
        if (f == nullptr) {
            auto& found = *static_cast<discovered*>(op_->value);
            found.base_url = url;
            found.port = c.port;
            found.how = c.how;
            found.tried = std::move(tried_);
            return end(nullptr);
        }
        if (is_shortage(f->cause))
            no_descriptor(nth, f->cause);
        else {
            probed_ = true;
            if (f->code == errc::timeout)
                note(c, 4, "no answer in time");
            else if (f->code != errc::connect_failed)
                note(c, 3, "somebody else");
            else
                note(c, 1, "nobody listens");
        }
        if (!std::exchange(has_turn_, true)) boost::asio::post(executor_, turn(*this));
    }

    void take_turn()
    {
        std::lock_guard const lock(mutex_);
        has_turn_ = false;
        go_on();
    }

    static bool is_shortage(error_code const& cause) noexcept
    {
        return cause == boost::system::errc::too_many_files_open ||
               cause == boost::system::errc::too_many_files_open_in_system;
    }

    /// If other probes are under way, this probe waits until one of them ends.
    void no_descriptor(std::size_t nth, error_code const& cause)
    {
        shortage_ = cause;
        if (pending_ == 0)
            return note(candidates_[nth / std::size(addresses)], 2, "no file descriptor");
        most_ = pending_;
        again_.push_back(nth);
    }

    static void note(candidate& c, int weight, char const* text)
    {
        if (weight <= c.weight) return;
        c.weight = weight;
        c.note = text;
    }

    void abandoned() noexcept
    {
        std::lock_guard const lock(mutex_);
        if (op_ != nullptr) std::exchange(op_, nullptr)->abandon();
    }

    /// Records the results of the last stage. Consecutive ports with the same result share one
    /// line.
    void tell_stage()
    {
        for (std::size_t i = 0; i != candidates_.size();) {
            candidate const& c = candidates_[i];
            std::size_t last = i;
            while (last + 1 != candidates_.size() && candidates_[last + 1].note == c.note &&
                   candidates_[last + 1].port == candidates_[last].port + 1)
                ++last;
            std::string line = "port " + std::to_string(c.port);
            if (last != i) line += " to " + std::to_string(candidates_[last].port);
            if (c.how.starts_with("port file")) line += " of " + c.how;
            tried_.push_back(line + ": " + c.note);
            i = last + 1;
        }
        candidates_.clear();
        begun_ = 0;
        again_.clear();
    }

    std::unique_ptr<failure> none_found()
    {
        if (probed_ || !shortage_)
            return none(
                errc::connect_failed,
                "no Pieces OS was found; is it running? Else set PIECES_HOST. Tried: "
            );
        auto f = none(
            errc::connect_failed,
            "Pieces OS could not be looked for: there are no file descriptors left. Tried: "
        );
        f->cause = shortage_;
        return f;
    }

    std::unique_ptr<failure> none_in_time()
    {
        tell_stage();
        tried_.emplace_back("then there was no time left");
        if (!callers_limit_) return none_found();
        return none(errc::timeout, "no Pieces OS was found in that time. Tried: ");
    }

    std::unique_ptr<failure> none(errc code, std::string text) const
    {
        for (std::size_t i = 0; i != tried_.size(); ++i) {
            if (i != 0) text += "; ";
            text += cohub::detail::escaped(tried_[i], 512);
        }
        return std::make_unique<failure>(code, std::move(text));
    }

    void end(std::unique_ptr<failure> f)
    {
        call::operation& op = *std::exchange(op_, nullptr);
        if (f) {
            f->where = op.req.name;
            op.error = std::move(f);
        }
        for (auto const& line : lines_)
            if (line) (*line)->close(false);
        op.deliver(false);
    }

    // ---- port files ----

    std::vector<std::string> usual_files() const
    {
        bool const windows = platform::here == platform::family::windows;
        std::filesystem::path home = path_of(options_.home());
        std::filesystem::path local = home / "AppData/Local";
        if (home.empty()) {
            home = platform::variable(windows ? "USERPROFILE" : "HOME");
            local = platform::variable("LOCALAPPDATA");
        }
        std::vector<std::string> paths;
        for (auto const& path : usual_port_files(platform::here, home, local))
            paths.push_back(text_of(path));
        return paths;
    }

    void read_files()
    {
        for (std::string const& path :
             options_.port_files() ? *options_.port_files() : usual_files()) {
            std::uint16_t port = 0;
            char const* const problem = read_port(path_of(path), port);
            if (problem != nullptr)
                tried_.push_back("port file " + path + ": " + problem);
            else
                add(port, "port file " + path);
        }
    }

    // Recursive, because a client may complete a probe inside `start` or `close`.
    std::recursive_mutex mutex_;
    executor_type const executor_;
    discover_options const options_;
    call::operation* op_ = nullptr;
    std::chrono::steady_clock::time_point deadline_;
    bool callers_limit_ = false;
    stage next_ = stage::files;
    /// The number of probes under way, and its limit.
    std::size_t pending_ = 0;
    std::size_t most_ = most_probes;
    bool has_turn_ = false;
    std::vector<candidate> candidates_;
    /// How many of the addresses of all candidates were tried.
    std::size_t begun_ = 0;
    std::vector<std::size_t> again_;
    /// Whether at least one probe was possible; and why probes were not possible.
    bool probed_ = false;
    error_code shortage_;
    std::vector<std::optional<transport::client_handle>> lines_;
    std::vector<std::string> tried_;
};

COHUB_DECL call::channel_ptr make_discovery(
    boost::asio::any_io_executor const& executor, discover_options const& o
)
{
    return new discovery(executor, o);
}

COHUB_DECL std::function<void(std::function<void(std::string)>)> by_discovery(
    boost::asio::any_io_executor const& executor, discover_options const& options
)
{
    return [executor, options](std::function<void(std::string)> found) {
        pieces::discover(executor, options, [tell = std::move(found)](error_code ec, discovered d) {
            if (!ec) tell(std::move(d.base_url));
        });
    };
}

}  // namespace cohub::inline abi_0_2::pieces::detail

#endif
