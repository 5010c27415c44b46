#include "doctor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>
#include <utility>

#include "conduct.hpp"
#include "escaping.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "probe.hpp"
#include "report.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// The limit for one address, and for the answer to a HEAD request; --timeout may be shorter.
constexpr auto patience = 5s;
// Smaller differences keep nothing from working.
constexpr auto clock_limit = 60s;

std::string milliseconds(std::chrono::nanoseconds t)
{
    std::ostringstream text;
    text.precision(1);
    text << std::fixed << std::chrono::duration<double, std::milli>(t).count() << " ms";
    return text.str();
}

std::string day(std::chrono::sys_seconds t) { return cohub::json::format_iso8601(t).substr(0, 10); }

std::string listed(std::vector<std::string> const& words)
{
    std::string text;
    for (auto const& w : words) text += (text.empty() ? "" : ", ") + make_cell(w).text;
    return text.empty() ? "no name" : text;
}

std::string advice_on_certificate(
    cohub::failure const& f, probe::glance const& seen, std::string const& host
)
{
    bool const judged = f.cause.category() == cohub::tls::verify_category();
    switch (judged ? f.cause.value() : X509_V_OK) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID: {
            std::string text = "the certificate is ";
            if (seen.valid_from && seen.valid_until)
                text += "for " + day(*seen.valid_from) + " to " + day(*seen.valid_until) + ", ";
            return text + "and this machine's clock says " +
                   day(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())) +
                   ": it has to be renewed on the server, or the clock has to be set";
        }
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the certificate is for " + listed(seen.names) + ", and not for " + host +
                   "; give --host such a name";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "its issuer" +
                   (seen.issuer.empty() ? "" : ", " + make_cell(seen.issuer).text + ",") +
                   " is not trusted; if the server is yours, give the issuer's certificate by "
                   "--ca-file. Else the connection may lead to another server: do not go on";
        default:
            return "look at its certificate, and at --ca-file, --cert and --key";
    }
}

std::string advice_on_answer(cohub::failure const& f)
{
    if (f.code == cohub::errc::timeout)
        return "the server is slow, or something in between swallows bytes; try later, or a longer "
               "--timeout";
    if (f.code == cohub::errc::rate_limited)
        return "the server is there, and wants fewer calls at once: try later";
    if (f.detail.find("https://") != std::string::npos)
        return "write https:// in --host, and not http://";
    constexpr char other[] =
        "is it a CoCalc server, with this path in --host? A network that wants a "
        "sign-in answers like this, too: open a page in a browser";
    if (f.http_status == 0 || !f.is(cohub::condition::transient)) return other;
    return std::string(
               "a server is there, but it, or what is behind it, is overloaded or being "
               "restarted: try later; if that stays: "
           ) +
           other;
}

/// One look after the other.
class examination : public report
{
public:
    examination(settings const& s, std::string const& problem)
        : report(
              s,
              {"settings",
               "host name",
               "proxy",
               "addresses",
               "connection",
               "TLS",
               "answer",
               "key",
               "clock"}
          ),
          settings_(s),
          problem_(problem)
    {
    }

    asio::awaitable<text_answer> run()
    {
        asio::any_io_executor const executor = co_await asio::this_coro::executor;
        if (!look_at_settings(executor)) co_return finished();
        if (!co_await look_at_addresses()) co_return finished();
        if (!co_await look_at_way()) co_return finished();
        co_await look_at_answer();
        look_at_clock();
        co_return finished();
    }

private:
    bool look_at_settings(asio::any_io_executor const& executor);
    asio::awaitable<bool> look_at_addresses();
    asio::awaitable<bool> look_at_way();
    asio::awaitable<void> look_at_answer();
    void judge(cohub::failure const& f);
    void add_tls();
    void look_at_clock();
    std::string key_source() const
    {
        setting const& file = settings_.source_of("api-key-file");
        return where_from(file.from != origin::standard ? file : settings_.source_of("api-key"));
    }

    std::chrono::milliseconds limit() const
    {
        std::chrono::milliseconds const most = patience;
        return std::min(most, options_.timeouts.call.value_or(most));
    }

    settings const& settings_;
    std::string const& problem_;
    cohub::options options_;
    bool has_key_ = false;
    cohub::http::origin server_;
    std::optional<cohub::hub> hub_;
    /// Where connections lead: to the proxy, if there is one.
    std::vector<asio::ip::tcp::endpoint> addresses_;
    bool uses_proxy_ = false;
    std::optional<probe::endpoint> open_;
    std::string way_;
    probe::glance seen_;
};

bool examination::look_at_settings(asio::any_io_executor const& executor)
{
    std::string const text = file_of(settings_);
    setting const& host = settings_.source_of("host");
    try {
        if (!problem_.empty()) throw usage_error(problem_);
        options_ = settings_.options_without_key();
        options_.retry.max_attempts = 1;
        has_key_ = !options_.api_key.empty();
        // Anything: the server refuses it, and is seen to answer.
        if (!has_key_) options_.api_key = cohub::secret("sk-none");
        server_ = cohub::http::parse_origin(options_.host);
    } catch (usage_error const& e) {
        return fail("settings", e.what(), "see cohub config", usage);
    } catch (cohub::error const& e) {
        add("settings", text);
        return fail("host name", e.what(), "mend --host; it is from " + where_from(host), usage);
    }
    try {
        hub_.emplace(executor, options_);
    } catch (cohub::error const& e) {
        return fail("settings", e.what(), "see cohub config for where that is from", usage);
    }
    add("settings", text);
    std::string const tls = server_.tls ? ", TLS" : ", no TLS, on this machine";
    return add(
        "host name",
        server_.host + ", port " + std::to_string(server_.port) + tls + "; from " + where_from(host)
    );
}

asio::awaitable<bool> examination::look_at_addresses()
{
    if (!options_.socket_path.empty()) {
        add("proxy", "none: a Unix socket is given");
        skip("addresses", "a Unix socket is given");
        co_return true;
    }
    cohub::http::origin way = server_;
    if (!options_.proxy) {
        add("proxy", "none is set");
    } else if (auto const own = options_.proxy.to(server_, options_.tls)) {
        uses_proxy_ = true;
        way = own.get()->address();
        add("proxy", own.get()->text() + "; from " + where_from(settings_.source_of("proxy")));
    } else {
        add("proxy", "one is set, but this host is reached without it");
    }
    probe::addresses const found = co_await probe::resolve(way.host, way.port);
    addresses_ = found.found;
    std::string const whose = uses_proxy_ ? "the proxy's name " : "the name ";
    if (found.failed || addresses_.empty())
        co_return fail(
            "addresses",
            whose + way.host + " has none: " + found.failed.message(),
            uses_proxy_ ? "is --proxy spelled right, and is this machine on the network?"
                        : "is --host spelled right, and is this machine on the network?",
            transport
        );
    std::vector<std::string> words;
    words.reserve(addresses_.size());
    for (auto const& a : addresses_) words.push_back(a.address().to_string());
    co_return add("addresses", listed(words) + (uses_proxy_ ? " (the proxy's)" : ""));
}

asio::awaitable<bool> examination::look_at_way()
{
    std::vector<std::pair<std::string, probe::endpoint>> all;
    all.reserve(addresses_.size() + 1);
    for (auto const& a : addresses_) {
        std::ostringstream name;
        name << a;
        all.emplace_back(name.str(), a);
    }
#if defined(BOOST_ASIO_HAS_LOCAL_SOCKETS)
    if (all.empty())
        all.emplace_back(
            options_.socket_path, asio::local::stream_protocol::endpoint(options_.socket_path)
        );
#endif
    for (auto const& [name, at] : all) {
        probe::reached const r = co_await probe::reach(at, limit());
        way_ += (way_.empty() ? "" : "; ") + name +
                (r.failed ? ": " + r.failed.message() : " in " + milliseconds(r.took));
        if (!r.failed && !open_) open_ = at;
    }
    // Whether the proxy leads further is to be seen.
    if (open_ && uses_proxy_) co_return true;
    if (open_) co_return add("connection", way_);
    co_return fail(
        "connection",
        way_,
        uses_proxy_ ? "nothing accepts connections there: is it the proxy's port, and does it run?"
                    : "nothing accepts connections there: is it the right port, does the server "
                      "run, and does a firewall let it through?",
        transport
    );
}

asio::awaitable<void> examination::look_at_answer()
{
    if (!uses_proxy_) seen_ = co_await probe::look_at(*open_, server_, limit());
    auto const system = hub_->system();
    auto const owner = co_await system.test(cohub::as_result);
    if (!owner) {
        judge(owner.error());
        co_return;
    }
    if (uses_proxy_) add("connection", way_);
    add_tls();
    add("answer", "a CoCalc hub");
    add("key", "of the account " + owner->account_id + "; from " + key_source());
    if (!uses_proxy_) co_return;
    seen_.date = std::chrono::floor<std::chrono::seconds>(owner->server_time);
    seen_.clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void examination::add_tls()
{
    if (!server_.tls) return skip("TLS", "not on this machine");
    std::string text = seen_.tls_version.empty() ? "stands" : seen_.tls_version;
    if (seen_.valid_until)
        text += ", a certificate for " + listed(seen_.names) + " by " + seen_.issuer + " until " +
                day(*seen_.valid_until);
    add("TLS", text);
}

void examination::judge(cohub::failure const& f)
{
    auto const is = [&](cohub::errc e) { return f.code == e; };
    if (is(cohub::errc::proxy_unauthorized) || is(cohub::errc::proxy_refused) ||
        is(cohub::errc::connect_failed) || is(cohub::errc::resolve_failed)) {
        fail("connection", f.message(), "ask those who run the proxy, or go without it", transport);
        return;
    }
    if (uses_proxy_) add("connection", way_);
    if (is(cohub::errc::tls_untrusted) || is(cohub::errc::tls_failed) ||
        f.at == cohub::stage::handshaking) {
        fail("TLS", f.message(), advice_on_certificate(f, seen_, server_.host), transport);
        return;
    }
    add_tls();
    bool const by_hub = is(cohub::errc::unauthorized) || is(cohub::errc::forbidden) ||
                        is(cohub::errc::api_error) || is(cohub::errc::invalid_argument);
    if (!by_hub) {
        fail("answer", f.message(), advice_on_answer(f), transport);
        return;
    }
    add("answer", "a CoCalc hub");
    std::string const where = "it is from " + key_source();
    if (has_key_)
        fail(
            "key",
            f.message(),
            where +
                "; make a new one on the server, in the account's preferences, and see that "
                "all of it is there",
            refused
        );
    else
        fail("key", "none is given", settings_.why_no_key(), refused);
}

void examination::look_at_clock()
{
    pass_over_to("clock");
    if (!seen_.date) return skip("clock", "the server tells no time");
    auto const ahead = seen_.clock - *seen_.date;
    auto const apart = ahead < 0s ? -ahead : ahead;
    std::string const text = std::to_string(apart.count()) + " s " +
                             (ahead < 0s ? "behind" : "ahead of") + " the server's";
    if (apart <= clock_limit) {
        add("clock", apart.count() == 0 ? "the same as the server's" : text);
        return;
    }
    fail(
        "clock",
        text,
        "set this machine's clock, by timedatectl set-ntp true say; certificates and keys are "
        "taken for expired, or not yet valid, by it",
        refused
    );
}

}  // namespace

int run_doctor(settings const& s, std::string const& problem)
{
    asio::io_context io(1);
    examination one(s, problem);
    return conduct(io, "doctor", one.run(), [&](std::string const& text, int) {
        print(text);
        return one.status();
    });
}

}  // namespace cli
