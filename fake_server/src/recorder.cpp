#include <fcntl.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "recording.hpp"
#include "redaction.hpp"
#include "relay.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr auto time_for_a_connect = std::chrono::seconds(20);
constexpr auto time_for_an_answer = std::chrono::seconds(300);
constexpr auto time_between_writes = std::chrono::seconds(1);
constexpr auto time_between_looks = std::chrono::milliseconds(20);

struct address
{
    std::string origin;  ///< scheme, host and port
    std::string path;    ///< comes before the requests' paths; no slash at its end
};

// 127.x.y.z, with or without a port. A host name that only begins like that does not count.
bool is_loopback_v4(std::string_view host)
{
    return host.starts_with("127.") &&
           host.substr(0, host.find(':')).find_first_not_of("0123456789.") == host.npos;
}

address parse_upstream(std::string const& url)
{
    auto const scheme = url.find("://");
    std::string const name = to_lower(url.substr(0, std::min(scheme, url.size())));
    if (scheme == url.npos || (name != "https" && name != "http") || url.size() == scheme + 3 ||
        url[scheme + 3] == '/') {
        throw std::invalid_argument(
            "the server to record from is named by a URL, as https://cocalc.com, not '" + url + "'"
        );
    }
    if (url.find_first_of("?#@ ", scheme) != url.npos) {
        throw std::invalid_argument(
            "the URL of the server to record from has no name, query or fragment: '" + url + "'"
        );
    }
    address a;
    auto const slash = url.find('/', scheme + 3);
    std::string const host = to_lower(url.substr(scheme + 3, slash - scheme - 3));
    bool const is_here = host == "localhost" || host.starts_with("localhost:") || host == "[::1]" ||
                         host.starts_with("[::1]:") || is_loopback_v4(host);
    if (name == "http" && !is_here) {
        throw std::invalid_argument(
            "http:// would send the key unencrypted to '" + host + "'; use https://"
        );
    }
    a.origin = url.substr(0, slash);
    if (slash != url.npos) a.path = url.substr(slash);
    while (a.path.ends_with('/')) a.path.pop_back();
    return a;
}

// Not passed on: headers of one hop, headers that each side makes itself, and encodings, which
// would hide what has to be redacted.
bool is_passed_on(std::string_view name)
{
    static constexpr std::array<std::string_view, 11> own = {
        "Connection",
        "Keep-Alive",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Host",
        "Content-Length",
        "Accept-Encoding"};
    return std::none_of(own.begin(), own.end(), [&](std::string_view other) {
        return equal_ignoring_case(name, other);
    });
}

// Headers of an answer that a client acts on.
bool is_kept(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> kept = {
        "Content-Type", "Location", "Retry-After", "Allow", "WWW-Authenticate"};
    return std::any_of(kept.begin(), kept.end(), [&](std::string_view other) {
        return equal_ignoring_case(name, other);
    });
}

// Whether httplib decodes an answer with this Content-Encoding. It decodes both codings or none
// here: an answer with a coding that it knows and cannot decode would be an error.
constexpr bool decodes =
#if defined(CPPHTTPLIB_ZLIB_SUPPORT) && defined(CPPHTTPLIB_BROTLI_SUPPORT)
    true;
#else
    false;
#endif
bool is_known(std::string_view coding)
{
#ifdef CPPHTTPLIB_ZSTD_SUPPORT
    if (coding == "zstd") return true;
#endif
    return coding == "gzip" || coding == "deflate" || coding == "br";
}

/// A connection to the other server, which another thread can cut. `httplib::Client::stop` waits
/// while the client connects.
class upstream_connection
{
public:
    explicit upstream_connection(std::string const& origin) : client(origin)
    {
        client.set_socket_options([this](socket_t socket) { use(socket); });
    }
    ~upstream_connection()
    {
        if (socket_ >= 0) ::close(socket_);
    }
    upstream_connection(upstream_connection const&) = delete;
    upstream_connection& operator=(upstream_connection const&) = delete;

    /// Makes whatever waits for the other server fail, except the lookup of its name. A client that
    /// tries several addresses goes on with the next one.
    void cut()
    {
        std::lock_guard lock(mutex_);
        if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    }

    httplib::Client client;

private:
    // The copy of the descriptor stays valid when the client closes its own.
    void use(int socket)
    {
        std::lock_guard lock(mutex_);
        if (socket_ >= 0) ::close(socket_);
        socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    }

    std::mutex mutex_;
    int socket_ = -1;
};

class recorder final : public relay
{
public:
    recorder(std::string const& upstream, std::string ca_file, std::string file)
        : upstream_(parse_upstream(upstream)),
          ca_file_(std::move(ca_file)),
          file_(std::move(file)),
          redaction_(redaction::random_salt())
    {
        if (!ca_file_.empty() && !std::filesystem::exists(ca_file_)) {
            throw std::invalid_argument("there is no file '" + ca_file_ + "' with issuers");
        }
        if (std::filesystem::exists(file_)) {
            throw std::invalid_argument(
                "'" + file_ + "' is there already; remove it, or record to another file"
            );
        }
        recording_.upstream = upstream_.origin + upstream_.path;
        recording_.salt = redaction_.salt();
        try {
            write_recording(file_, recording_);
        } catch (std::runtime_error const& error) {
            throw std::invalid_argument(error.what());
        }
        writer_ = std::thread([this] { write_now_and_then(); });
    }

    ~recorder() override
    {
        {
            std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_all();
        writer_.join();
    }

    bool answer(
        request const& r, std::string_view name, std::function<bool()> const& is_awaited, reply& out
    ) override
    {
        using clock = std::chrono::steady_clock;
        std::size_t const at = reserve();
        auto const began = clock::now();
        std::unique_ptr<upstream_connection> way = take();
        std::string hides;  // what hides a body that has to be redacted
        httplib::Request passed;
        passed.method = r.method;
        passed.path = upstream_.path + std::string(r.target);
        for (auto const& [header, value] : r.headers) {
            if (equal_ignoring_case(header, "Content-Encoding")) {
                // Without a decoder for a known coding, httplib has refused the request.
                if (r.body.empty() || value == "identity" || is_known(value)) continue;
                hides = "it came with Content-Encoding '" + std::string(value) + "'";
            }
            if (is_passed_on(header)) passed.headers.emplace(header, value);
        }
        passed.headers.emplace("Accept-Encoding", "identity");
        passed.body = r.body;
        std::optional<httplib::Response> const result = send(*way, passed, is_awaited, out);
        if (!result) return true;
        give_back(std::move(way));

        out = reply();
        out.status = result->status;
        out.body = result->body;
        out.has_own_length = r.method == "HEAD";
        recorded_exchange x;
        for (auto const& [header, value] : result->headers) {
            if (out.has_own_length && is_length_header(header, value)) {
                out.headers.emplace_back(header, value);
                x.headers.emplace_back(header, value);
                continue;
            }
            if (is_kept(header)) x.headers.emplace_back(header, redaction_.text(value));
            if (equal_ignoring_case(header, "Content-Encoding")) {
                bool const plain = value == "identity" || (decodes && is_known(value));
                if (result->body.empty() || plain) continue;
                hides = upstream_.origin + " answered with Content-Encoding '" + value + "'";
            }
            if (is_passed_on(header) && !equal_ignoring_case(header, "Date")) {
                out.headers.emplace_back(header, value);
            }
        }
        x.method = r.method;
        x.target = redaction_.text(r.target);
        if (!hides.empty()) {
            complain(
                "not recorded: " + x.method + " " + x.target + "; " + hides +
                ", which hides what has to be redacted; turn this encoding off"
            );
            return true;
        }
        x.request_body = redaction_.body(name, r.body);
        x.status = result->status;
        x.body = redaction_.answer(name, result->body);
        x.took_ms = std::chrono::ceil<std::chrono::milliseconds>(clock::now() - began).count();
        keep(at, std::move(x));
        return true;
    }

    std::vector<std::string> problems() const override
    {
        std::lock_guard lock(mutex_);
        std::vector<std::string> all = problems_;
        if (!write_problem_.empty()) all.push_back(write_problem_);
        return all;
    }

    std::string text() const override { return recording_text(finished()); }

    void reset() override
    {
        std::lock_guard lock(mutex_);
        problems_.clear();
    }

private:
    // @return nothing: there is no answer; `out` says why, if somebody still waits
    std::optional<httplib::Response> send(
        upstream_connection& way,
        httplib::Request& passed,
        std::function<bool()> const& is_awaited,
        reply& out
    )
    {
        // httplib would wait for a body of a 304, which has none (RFC 9110, 15.4.5).
        std::optional<httplib::Response> without_body;
        passed.response_handler = [&without_body](httplib::Response const& head) {
            if (head.status != 304) return true;
            without_body = head;
            return false;
        };
        auto sent = std::async(std::launch::async, [&] { return way.client.send(passed); });
        bool given_up = false;
        while (sent.wait_for(time_between_looks) != std::future_status::ready) {
            given_up = given_up || !is_awaited();
            if (given_up) way.cut();
        }
        httplib::Result result = sent.get();
        if (without_body) return without_body;
        if (result) return std::move(*result);
        out = reply();
        out.status = 502;
        out.content_type = "text/plain; charset=utf-8";
        out.body = "cohub-fake-server records, and " + upstream_.origin +
                   " did not answer: " + httplib::to_string(result.error()) +
                   "; is its address right, and is its issuer trusted (--upstream-ca)?\n";
        if (!given_up) complain(out.body.substr(0, out.body.size() - 1));
        return {};
    }

    // Reserves a place in the order in which requests came.
    std::size_t reserve()
    {
        std::lock_guard lock(mutex_);
        recording_.exchanges.emplace_back();
        return recording_.exchanges.size() - 1;
    }

    void keep(std::size_t at, recorded_exchange x)
    {
        std::lock_guard lock(mutex_);
        recording_.exchanges[at] = std::move(x);
        unwritten_ = true;
    }

    void complain(std::string what)
    {
        std::lock_guard lock(mutex_);
        problems_.push_back(std::move(what));
    }

    // Without the requests that have no answer yet.
    recording finished() const
    {
        std::lock_guard lock(mutex_);
        recording r = recording_;
        std::erase_if(r.exchanges, [](recorded_exchange const& x) { return x.status == 0; });
        return r;
    }

    void write_now_and_then()
    {
        std::unique_lock lock(mutex_);
        for (bool last = false; !last;) {
            last = changed_.wait_for(lock, time_between_writes, [this] { return ending_; });
            if (!std::exchange(unwritten_, false)) continue;
            lock.unlock();
            std::string problem;
            try {
                write_recording(file_, finished());
            } catch (std::exception const& error) {
                problem = error.what();
            }
            lock.lock();
            unwritten_ = unwritten_ || !problem.empty();
            write_problem_ = std::move(problem);
        }
    }

    std::unique_ptr<upstream_connection> take()
    {
        {
            std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                std::unique_ptr<upstream_connection> way = std::move(idle_.back());
                idle_.pop_back();
                return way;
            }
        }
        auto way = std::make_unique<upstream_connection>(upstream_.origin);
        way->client.set_keep_alive(true);
        way->client.set_tcp_nodelay(true);
        way->client.set_follow_location(false);
        way->client.set_url_encode(false);
        way->client.set_decompress(decodes);
        way->client.set_connection_timeout(time_for_a_connect);
        way->client.set_read_timeout(time_for_an_answer);
        way->client.set_write_timeout(time_for_an_answer);
        way->client.enable_server_certificate_verification(true);
        if (!ca_file_.empty()) way->client.set_ca_cert_path(ca_file_);
        return way;
    }

    void give_back(std::unique_ptr<upstream_connection> way)
    {
        std::lock_guard lock(mutex_);
        idle_.push_back(std::move(way));
    }

    address const upstream_;
    std::string const ca_file_;
    std::string const file_;
    redaction const redaction_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    bool unwritten_ = false;
    recording recording_;
    std::vector<std::string> problems_;
    std::string write_problem_;  ///< from the last attempt to write
    std::vector<std::unique_ptr<upstream_connection>> idle_;
    std::thread writer_;
};

}  // namespace

std::unique_ptr<relay> record_from(
    std::string const& upstream, std::string const& ca_file, std::string const& file
)
{
    return std::make_unique<recorder>(upstream, ca_file, file);
}

}  // namespace cohub::inline abi_0_2::fake
