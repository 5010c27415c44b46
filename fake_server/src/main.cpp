// cohub-fake-server: the fake server as a program, for clients in any language.

#include <cohub/fake_server.hpp>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command.hpp"
#include "fault.hpp"
#include "text.hpp"

namespace {

constexpr int status_failed = 1;
constexpr int status_usage = 2;

struct arguments
{
    std::string bind = "127.0.0.1";
    std::uint16_t port = 0;
    bool plain = false;
    std::string ca_out;
    std::uint64_t seed = 42;
    std::size_t users = 1000;
    std::string api_key;
    std::int64_t now = 1'760'000'000'000;
    bool running_clock = false;
    std::string v1 = "manual";
    bool unmasked_journal = false;
    bool end_with_parent = false;
    std::vector<std::string> faults;
    std::string log;
    std::string record;
    std::string upstream;
    std::string upstream_ca;
    std::string replay;
    bool in_order = false;
    std::vector<std::string> command;
};

// The conversion to an integer would wrap around or truncate some numbers. This refuses them.
CLI::Validator whole_number(std::uint64_t most)
{
    return {
        [most](std::string const& text) -> std::string {
            std::uint64_t n = 0;
            char const* const last = text.data() + text.size();
            auto const [end, error] = std::from_chars(text.data(), last, n);
            if (error == std::errc() && end == last && n <= most) return "";
            return "needs a whole number from 0 to " + std::to_string(most) + ", not '" + text +
                   "'";
        },
        ""};
}
constexpr std::uint64_t end_of_year_9999 = 253'402'300'799'999;

void describe(CLI::App& app, arguments& a)
{
    app.name("cohub-fake-server");
    app.description(
        "A CoCalc server and a Pieces OS with invented data, to test clients against. When it\n"
        "accepts connections it prints one line of JSON with its address and keys; SIGTERM, "
        "SIGINT\n"
        "and SIGHUP end it. With a command behind --, it prints nothing and runs the command with\n"
        "COCALC_HOST, COCALC_API_KEY, COHUB_FAKE_URL and SSL_CERT_FILE set (and the variables by\n"
        "which Node.js and Python's requests find certificates), forwards signals to it, and ends\n"
        "with it and with its status. /__fake__/openapi.json on its port describes what tests\n"
        "arrange and ask over HTTP."
    );
    app.set_version_flag("--version", "cohub-fake-server " COHUB_FAKE_VERSION);
    app.option_defaults()->always_capture_default();
    app.add_option("--bind", a.bind, "Address to listen on: 127.0.0.1, ::1, localhost, :: for all")
        ->type_name("ADDRESS");
    app.add_option("--port", a.port, "Port; 0 lets the system choose")
        ->type_name("PORT")
        ->check(whole_number(65535));
    app.add_flag("--plain", a.plain, "HTTP without TLS");
    app.add_option(
           "--ca-out",
           a.ca_out,
           "Where to write the certificate that a client has to trust; otherwise a temporary file "
           "that is removed at the end"
    )
        ->type_name("FILE")
        ->always_capture_default(false);
    app.add_option("--seed", a.seed, "Same seed, users and clock: same data, same answers")
        ->type_name("N")
        ->check(whole_number(std::numeric_limits<std::uint64_t>::max()));
    app.add_option("--users", a.users, "Number of accounts")
        ->type_name("N")
        ->check(whole_number(1'000'000));
    app.add_option(
           "--api-key", a.api_key, "The ordinary account's key, instead of one from the seed"
    )
        ->type_name("KEY")
        ->always_capture_default(false);
    app.add_option("--now", a.now, "The time of the server's clock, in ms since 1970")
        ->type_name("MS")
        ->check(whole_number(end_of_year_9999));
    app.add_flag("--running-clock", a.running_clock, "That clock runs as real time does");
    app.add_flag(
        "--unmasked-journal", a.unmasked_journal, "Shows keys and passwords in what was received"
    );
    app.add_flag(
        "--end-with-parent", a.end_with_parent, "Ends when the process does that has started it"
    );
    app.add_option("--v1", a.v1, "API v1: as in its manual, as coded in 2020, or gone as today")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"manual", "2020", "removed"}));
    app.add_option("--fault", a.faults, "What goes wrong, also after a reset; see below")
        ->type_name("SPEC ...")
        ->always_capture_default(false);
    app.add_option("--log", a.log, "Appends a line of JSON to FILE for each request")
        ->type_name("FILE")
        ->always_capture_default(false);
    auto* const record =
        app.add_option(
               "--record",
               a.record,
               "Passes requests on to --upstream and keeps them and their answers in FILE, without "
               "secrets and addresses"
        )
            ->type_name("FILE")
            ->always_capture_default(false);
    auto* const upstream =
        app.add_option("--upstream", a.upstream, "The server to record from: https://cocalc.com")
            ->type_name("URL")
            ->always_capture_default(false);
    record->needs(upstream);
    upstream->needs(record);
    app.add_option("--upstream-ca", a.upstream_ca, "Its issuer, in place of the system's")
        ->type_name("FILE")
        ->needs(record)
        ->always_capture_default(false);
    auto* const replay =
        app.add_option("--replay", a.replay, "Answers from a file that --record made")
            ->type_name("FILE")
            ->excludes(record)
            ->always_capture_default(false);
    app.add_flag("--in-order", a.in_order, "--replay takes requests in the recorded order alone")
        ->needs(replay);
    app.footer(std::string(cohub::fake::detail::fault_help()));
}

// Writes the whole file or nothing: somebody may be reading the file of an earlier run.
void write_file(std::string const& path, std::string const& text)
{
    std::string const part = path + "." + std::to_string(::getpid()) + ".part";
    std::ofstream out(part, std::ios::binary);
    out << text;
    out.close();
    if (!out || std::rename(part.c_str(), path.c_str()) != 0) {
        int const error = errno;
        std::remove(part.c_str());
        throw std::invalid_argument(
            "cannot write '" + path + "' (" + std::strerror(error) +
            "); --ca-out names another place"
        );
    }
}

std::string announcement(
    cohub::fake_server const& server, std::string const& ca_file, arguments const& a
)
{
    using cohub::fake::append_json_string;
    std::string line = "{\"url\":";
    append_json_string(line, server.url());
    line += ",\"ca_file\":";
    if (a.plain) {
        line += "null";
    } else {
        append_json_string(line, ca_file);
    }
    line += ",\"api_key\":";
    append_json_string(line, server.api_key());
    line += ",\"pid\":" + std::to_string(::getpid()) + ",\"seed\":" + std::to_string(a.seed);
    line += ",\"keys\":{\"user\":";
    append_json_string(line, server.keys().user);
    line += ",\"admin\":";
    append_json_string(line, server.keys().admin);
    line += ",\"org_admin\":";
    append_json_string(line, server.keys().org_admin);
    line += ",\"project\":";
    append_json_string(line, server.keys().project);
    return line + "}}";
}

cohub::fake::v1_profile v1_profile(std::string const& name)
{
    using enum cohub::fake::v1_profile;
    return name == "removed" ? removed : name == "2020" ? code_2020 : manual;
}

void print(std::string const& text)
{
    errno = 0;
    std::cout << text << std::flush;
    if (std::cout) return;
    throw std::runtime_error(
        std::string("cannot write to standard output (") + std::strerror(errno) + ")"
    );
}

/// A file that belongs to this run and is deleted at its end.
class temporary_file
{
public:
    explicit temporary_file(std::string const& text)
    {
        char const* const folder = std::getenv("TMPDIR");
        path_ = std::string(folder && *folder ? folder : "/tmp") + "/cohub-ca-XXXXXX.pem";
        int const file = ::mkostemps(path_.data(), 4, O_CLOEXEC);
        bool const written = file >= 0 && ::write(file, text.data(), text.size()) ==
                                              static_cast<ssize_t>(text.size());
        int const error = errno;
        if (file >= 0) ::close(file);
        if (written) return;
        if (file >= 0) std::remove(path_.c_str());
        throw std::runtime_error(
            "cannot write '" + path_ + "' (" + std::strerror(error) +
            "); --ca-out names another place"
        );
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { std::remove(path_.c_str()); }

    std::string const& path() const { return path_; }

private:
    std::string path_;
};

// If descriptor 1 is closed, a socket or the log could become descriptor 1 and would get the
// announcement. Each closed descriptor is opened in the wrong direction, so that its use fails as
// it would with a closed one.
void occupy_standard_descriptors()
{
    for (int const standard : {0, 1, 2}) {
        if (::fcntl(standard, F_GETFD) != -1) continue;
        int const file = ::open("/dev/null", standard == 0 ? O_WRONLY : O_RDONLY);
        if (file >= 0 && file != standard) {
            ::dup2(file, standard);
            ::close(file);
        }
    }
}

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void warn(std::string const& text) { std::cerr << "warning: " + text + "\n" << std::flush; }

// Reports recorded answers that were not asked for, requests that the recording does not have, and
// what could not be recorded.
void tell_of_recording(cohub::fake_server const& server, arguments const& a)
{
    if (a.replay.empty() && a.record.empty()) return;
    for (std::string const& problem : server.problems()) warn(problem);
}

int run(arguments const& a, sigset_t const& ends, std::optional<pid_t> parent)
{
    cohub::fake_server_options options;
    options.bind(a.bind).port(a.port).tls(!a.plain).seed(a.seed).users(a.users).now(a.now);
    options.api_key(a.api_key).log(a.log).v1(v1_profile(a.v1)).warn(warn);
    options.running_clock(a.running_clock).unmasked_journal(a.unmasked_journal);
    for (std::string const& spec : a.faults) options.fault(spec);
    if (!a.record.empty()) options.record(a.upstream, a.record, a.upstream_ca);
    if (!a.replay.empty() && a.in_order) options.replay_in_order(a.replay);
    if (!a.replay.empty() && !a.in_order) options.replay(a.replay);
    cohub::fake_server server(options);
    std::optional<temporary_file> own_file;
    std::string ca_file = a.ca_out;
    if (!a.plain && ca_file.empty()) ca_file = own_file.emplace(server.ca_pem()).path();
    if (!a.plain && !own_file) write_file(ca_file, server.ca_pem());
    if (!a.command.empty()) {
        std::vector<std::pair<std::string, std::string>> environment = {
            {"COCALC_HOST", server.url()},
            {"COCALC_API_KEY", server.api_key()},
            {"COHUB_FAKE_URL", server.url()}};
        for (auto const* const name :
             {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"}) {
            if (!a.plain) environment.emplace_back(name, std::filesystem::absolute(ca_file));
        }
        int const status =
            cohub::fake::run_command(a.command, environment, ends, parent, raise_descriptor_limit);
        tell_of_recording(server, a);
        return status;
    }
    raise_descriptor_limit();
    print(announcement(server, ca_file, a) + '\n');

    siginfo_t got;
    while (cohub::fake::next_signal(ends, parent, got) == 0) {
    }
    tell_of_recording(server, a);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
try {
    pid_t const parent = ::getppid();
    occupy_standard_descriptors();
    ::signal(SIGPIPE, SIG_IGN);
    // This comes before any thread starts, so that all threads leave these signals to sigwait.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    // nohup ignores it.
    struct sigaction hang_up = {};
    ::sigaction(SIGHUP, nullptr, &hang_up);
    if (hang_up.sa_handler != SIG_IGN) sigaddset(&ends, SIGHUP);
    arguments a;
    char** const behind = std::find(argv, argv + argc, std::string_view("--"));
    if (behind != argv + argc) {
        a.command.assign(behind + 1, argv + argc);
        argc = static_cast<int>(behind - argv);
        cohub::fake::add_forwarded_signals(ends);
        if (a.command.empty()) throw std::invalid_argument("a command has to follow --");
    }
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    CLI::App app;
    describe(app, a);
    try {
        app.parse(argc, argv);
    } catch (CLI::Success const& asked) {
        std::ostringstream text;
        app.exit(asked, text);
        print(text.str());
        return 0;
    } catch (CLI::ParseError const& error) {
        std::cerr << "error: " << error.what() << "; see cohub-fake-server --help\n";
        return status_usage;
    }
    return run(a, ends, a.end_with_parent ? std::optional(parent) : std::nullopt);
} catch (std::invalid_argument const& error) {
    std::cerr << "error: " << error.what() << "; see cohub-fake-server --help\n";
    return status_usage;
} catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << "\n";
    return status_failed;
}
