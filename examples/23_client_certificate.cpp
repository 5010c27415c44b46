// A server that requires a client certificate, and a certificate file that is replaced while the
// program runs.

#include <cohub/fake_server.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace asio = boost::asio;
namespace fs = std::filesystem;

/// Writes the certificate and the key to one file. The whole file is replaced at once.
void put(std::string const& file, cohub::fake::identity const& id)
{
    std::ofstream(file + ".new") << id.full_chain_pem() << id.key_pem;
    fs::rename(file + ".new", file);
}

asio::awaitable<void> ping(cohub::hub const& hub, char const* with)
{
    auto const answer = co_await hub.system().ping(cohub::as_result);
    std::cout << (answer ? "answered" : "refused") << " with " << with << '\n';
}

asio::awaitable<void> try_both(
    cohub::hub const& hub, std::string const& file, cohub::fake::identity const& right
)
{
    co_await ping(hub, "a certificate of another issuer");
    put(file, right);
    hub.reload_tls();  // a service does this on a signal, or every few minutes
    co_await ping(hub, "the company's own");
}

int main()
try {
    cohub::fake::authority const company("company"), other("other");
    cohub::fake::certificate_request const request("my-service");
    cohub::fake_server const server(cohub::fake_server_options().users(5).client_ca(company.pem()));
    std::string const file = (fs::temp_directory_path() / "cohub-example-23.pem").string();
    put(file, other.issue(request));

    cohub::options options(server.url(), cohub::secret(server.api_key()));
    options.tls.ca_pem = server.ca_pem();
    options.tls.client_cert_file = file;
    asio::io_context io;
    cohub::hub const hub(io, options);
    auto const right = company.issue(request);
    asio::co_spawn(io, try_both(hub, file, right), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
    fs::remove(file);
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   refused with a certificate of another issuer
//   answered with the company's own
