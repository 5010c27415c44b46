// cohub-fake-server: the fake server as a program, for clients in any language.

#include <cohub/fake_server.hpp>

#include <CLI/CLI.hpp>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

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
    std::string ca_out = "ca.pem";
    std::uint64_t seed = 42;
    std::size_t users = 1000;
    std::string api_key;
    std::int64_t now = 1'760'000'000'000;
    std::string v1 = "manual";
    std::vector<std::string> faults;
    std::string log;
};

void describe(CLI::App& app, arguments& a)
{
    app.name("cohub-fake-server");
    app.description(
        "A CoCalc server and a Pieces OS with invented data, to test clients against. When it\n"
        "accepts connections it prints one line of JSON with its address and keys; SIGTERM and\n"
        "SIGINT end it."
    );
    app.set_version_flag("--version", "cohub-fake-server " COHUB_FAKE_VERSION);
    app.option_defaults()->always_capture_default();
    app.add_option("--bind", a.bind, "Numeric address to listen on")->type_name("ADDRESS");
    app.add_option("--port", a.port, "Port; 0 lets the system choose")->type_name("PORT");
    app.add_flag("--plain", a.plain, "HTTP without TLS");
    app.add_option(
           "--ca-out", a.ca_out, "Where to write the certificate that a client has to trust"
    )
        ->type_name("FILE");
    app.add_option("--seed", a.seed, "Same seed, users and clock: same data, same answers")
        ->type_name("N");
    app.add_option("--users", a.users, "Number of accounts")->type_name("N");
    app.add_option(
           "--api-key", a.api_key, "The ordinary account's key, instead of one from the seed"
    )
        ->type_name("KEY")
        ->always_capture_default(false);
    app.add_option("--now", a.now, "Where the server's clock stands, in ms since 1970")
        ->type_name("MS");
    app.add_option("--v1", a.v1, "API v1: as in its manual, as coded in 2020, or gone as today")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"manual", "2020", "removed"}));
    app.add_option("--fault", a.faults, "What shall go wrong; see below")
        ->type_name("SPEC ...")
        ->always_capture_default(false);
    app.add_option("--log", a.log, "Appends a line of JSON to FILE for each request")
        ->type_name("FILE")
        ->always_capture_default(false);
    app.footer(std::string(cohub::fake::detail::fault_help()));
}

// Whole or not at all: somebody may be reading the file of an earlier run.
void write_file(std::string const& path, std::string const& text)
{
    std::string const part = path + "." + std::to_string(::getpid()) + ".part";
    std::ofstream out(part, std::ios::binary);
    out << text;
    out.close();
    if (!out || std::rename(part.c_str(), path.c_str()) != 0) {
        int const error = errno;
        std::remove(part.c_str());
        throw std::runtime_error(
            "cannot write '" + path + "' (" + std::strerror(error) +
            "); --ca-out names another place"
        );
    }
}

std::string announcement(cohub::fake_server const& server, arguments const& a)
{
    using cohub::fake::append_json_string;
    std::string line = "{\"url\":";
    append_json_string(line, server.url());
    line += ",\"ca_file\":";
    if (a.plain) {
        line += "null";
    } else {
        append_json_string(line, a.ca_out);
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

int run(arguments const& a, sigset_t const& ends)
{
    cohub::fake_server_options options;
    options.bind(a.bind).port(a.port).tls(!a.plain).seed(a.seed).users(a.users).now(a.now);
    options.api_key(a.api_key).log(a.log).v1(v1_profile(a.v1));
    cohub::fake_server server(options);
    for (std::string const& spec : a.faults) server.add_fault(spec);
    if (!a.plain) write_file(a.ca_out, server.ca_pem());
    std::cout << announcement(server, a) << '\n' << std::flush;

    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
try {
    // Before any thread starts, so that all of them leave these signals to sigwait.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    arguments a;
    CLI::App app;
    describe(app, a);
    try {
        app.parse(argc, argv);
    } catch (CLI::Success const& asked) {
        return app.exit(asked);
    } catch (CLI::ParseError const& error) {
        std::cerr << "error: " << error.what() << "; see cohub-fake-server --help\n";
        return status_usage;
    }
    return run(a, ends);
} catch (std::invalid_argument const& error) {
    std::cerr << "error: " << error.what() << "; see cohub-fake-server --help\n";
    return status_usage;
} catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << "\n";
    return status_failed;
}
