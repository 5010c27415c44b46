#include "commands.hpp"

#include <cohub/fake_server.hpp>

#include <boost/asio/io_context.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "output.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "run_file.hpp"

namespace bench {

namespace {

/// What lookup and merge share: the old run, the assertions, and the files, all of which are known
/// before anything is sent.
class reporter
{
public:
    explicit reporter(arguments const& a)
        : percentiles_(percentiles_of(a)), asserted_(assertions_of(a))
    {
        if (!a.compared.empty()) {
            before_ = read_run("--compare", a.compared, read_file("--compare", a.compared));
            old_name_ = a.compared;
        }
        if (!a.json.empty()) json_.emplace("--json", a.json);
        if (!a.html.empty()) html_.emplace("--report", a.html);
    }

    /// @return the exit status
    int report(record r)
    {
        r.percentiles = percentiles_;
        if (before_) compare_with_old(r);
        for (auto const& one : asserted_)
            r.verdicts.push_back(one.judge(r.what, r.compared ? &*r.compared : nullptr));
        bool const frees_output =
            (json_ && json_->is_standard_output()) || (html_ && html_->is_standard_output());
        bool is_told =
            written([&] { print(as_text(r), frees_output ? stream::error : stream::output); });
        if (json_) is_told &= written([&] { json_->write(as_json(r)); });
        if (html_)
            is_told &=
                written([&] { html_->write(as_html(r, before_ ? &before_->what : nullptr)); });
        int const verdict = judge(r);
        return verdict == done && !is_told ? failed : verdict;
    }

private:
    void compare_with_old(record& r) const
    {
        std::vector<double> wanted = percentiles_;
        for (auto const& one : asserted_)
            if (one.is_relative() && one.percent() != 0) wanted.push_back(one.percent());
        std::sort(wanted.begin(), wanted.end());
        wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
        r.compared = compare(before_->what, r.what, wanted);
        r.compared->name = old_name_;
        r.compared->when = before_->with.when;
        r.compared->differences = differences(before_->with, r.with);
    }

    int judge(record const& r) const
    {
        outcome const& o = r.what;
        if (o.signal != 0) {
            if (r.with.command == "lookup") return signalled + o.signal;
            complain("a run was interrupted");
            return failed;
        }
        if (!is_plausible(r)) {
            complain(
                "the server saw " + std::to_string(r.seen_requests) + " calls, " +
                std::to_string(o.sent) + " were made"
            );
            return failed;
        }
        bool holds = true;
        for (auto const& v : r.verdicts) {
            if (v.holds) continue;
            holds = false;
            complain(v.text + " does not hold: " + v.figure);
        }
        bool const errors_may_be = std::any_of(
            asserted_.begin(), asserted_.end(), [](auto const& one) { return one.bounds_errors(); }
        );
        bool const good = errors_may_be ? o.answered != 0 && o.unsent == 0 : o.good();
        return holds && good ? done : failed;
    }

    // What the embedded server has seen must be what was sent; of calls that failed or were cut off
    // it may not know.
    static bool is_plausible(record const& r)
    {
        if (r.seen_requests < 0) return true;
        auto const seen = static_cast<std::uint64_t>(r.seen_requests);
        return seen <= r.what.sent && seen + r.what.not_answered() >= r.what.sent;
    }

    std::vector<double> percentiles_;
    std::vector<assertion> asserted_;
    std::optional<record> before_;
    std::string old_name_;
    std::optional<output_file> json_, html_;
};

// What else is wrong comes first: the server's address.
[[noreturn]] void refuse_without_key(cohub::options options)
{
    options.api_key = "sk-none";
    boost::asio::io_context io;
    cohub::hub const unused(io, std::move(options));
    throw usage_error(
        "--host: the server wants an API key; give --api-key-file FILE, or set COCALC_API_KEY"
    );
}

// Where the load goes: `server`, if no other one was given.
cohub::options client_options(arguments const& a, std::optional<cohub::fake_server>& server)
{
    auto options = cohub::options::from_env();
    if (a.host.empty()) {
        server.emplace();
        options.host = server->url();
        options.api_key = server->api_key();
        options.tls.ca_file.clear();
        options.tls.ca_pem = server->ca_pem();
    } else {
        options.host = a.host;
        if (auto const key = key_of(a); !key.empty()) options.api_key = key;
        if (!a.ca_file.empty()) options.tls.ca_file = a.ca_file;
        if (options.api_key.empty()) refuse_without_key(options);
    }
    options.pool.max_connections = a.connections;
    // Repetitions would hide what goes wrong.
    options.retry.max_attempts = 1;
    return options;
}

// The limit was raised as far as it may be when the program began.
void require_descriptors(load const& work, std::size_t connections, bool has_server)
{
    constexpr std::size_t own = 20, of_a_thread = 3;
    // The embedded server has the other end of each.
    std::size_t const needed = std::min(connections, work.concurrency) * (has_server ? 2 : 1) +
                               work.threads * of_a_thread + own;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= needed) return;
    throw usage_error(
        "--connections: the run needs " + std::to_string(needed) +
        " open files, and the system allows " + std::to_string(files.rlim_cur) +
        "; raise the limit (ulimit -n " + std::to_string(needed) + "), or give fewer connections"
    );
}

std::vector<std::string> ids_of(cohub::fake_server const& server)
{
    std::vector<std::string> ids;
    for (auto const& u : server.users())
        if (!u.deleted) ids.push_back(u.account_id);
    return ids;
}

std::size_t calls_seen(cohub::fake_server const& server, mix const& methods)
{
    std::size_t all = 0;
    for (auto const& e : methods.entries()) all += server.journal().count(wire_name_of(e.what));
    return all;
}

}  // namespace

int run_lookup(arguments const& a)
{
    refuse_shared_files(a);
    load work = load_of(a);
    require_descriptors(work, a.connections, a.host.empty());
    std::optional<cohub::fake_server> server;
    auto const options = client_options(a, server);
    std::optional<reporter> end(std::in_place, a);
    record r;
    r.with = describe_setting(work);
    r.with.connections = a.connections;

    r.with.target = server ? "embedded fake server (TLS)" : options.host;
    if (server && work.account_ids.empty()) work.account_ids = ids_of(*server);
    std::optional<std::size_t> seen_before;
    auto const started = [&] {
        if (server) seen_before = calls_seen(*server, work.methods);
    };
    r.what = run(options, work, started, progress_line(a));
    end_progress(a);
    for (auto& p : r.what.parts) {
        p.id = new_run_id();
        p.machine = host_name();
    }
    if (seen_before) {
        r.seen_requests = static_cast<long long>(calls_seen(*server, work.methods) - *seen_before);
        r.seen_connections = static_cast<long long>(server->journal().connections());
    }
    bool const is_interrupted = r.what.signal != 0;
    int const status = end->report(std::move(r));
    end.reset();
    // The server has up to 100,000 requests in its journal. To free them one by one would take
    // longer than all that the user waits for.
    if (server && is_interrupted) std::_Exit(status);
    return status;
}

int run_merge(arguments const& a)
{
    refuse_shared_files(a);
    std::vector<record> runs;
    runs.reserve(a.files.size());
    for (auto const& name : a.files) runs.push_back(read_run("", name, read_file("merge", name)));
    reporter end(a);
    return end.report(merged(runs, a.files));
}

}  // namespace bench
