// cohub-bench-responder [--plain] [PORT]: the yardstick server as a separate process. Prints one
// line, `PORT CA-FILE`, when it accepts connections. The CA certificate goes to $COHUB_CA_OUT or
// ca.pem.

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string_view>

#include "responder.hpp"

namespace {

bench::responder* running = nullptr;

}  // namespace

int main(int argc, char** argv)
try {
    auto kind = bench::responder::transport::tls;
    std::uint16_t port = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--plain")
            kind = bench::responder::transport::plain;
        else
            port = static_cast<std::uint16_t>(std::atoi(argv[i]));
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    bench::responder server(kind, port);
    char const* const named = std::getenv("COHUB_CA_OUT");
    std::string const file = named != nullptr ? named : "ca.pem";
    std::ofstream(file) << server.ca_pem();
    running = &server;
    for (int const s : {SIGTERM, SIGINT}) ::signal(s, [](int) { running->stop(); });
    std::cout << server.port() << ' ' << file << '\n' << std::flush;
    server.run();
    return 0;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
