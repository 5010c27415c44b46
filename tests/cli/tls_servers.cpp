// tls_servers <ca-file>: fake servers whose certificates are wrong, each in its own way, for the
// tests of `cohub doctor`. Prints NAME=VALUE lines for a shell, and ends when its input does.

#include <cohub/fake/pki.hpp>
#include <cohub/fake_server.hpp>

#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>

namespace {

namespace fake = cohub::fake;
using days = std::chrono::duration<int, std::ratio<86400>>;

cohub::fake_server_options with(fake::authority const& ca, fake::certificate_request const& wanted)
{
    cohub::fake_server_options o;
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    o.now(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    o.certificate(ca.issue(wanted), ca.pem());
    return o;
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 2) return 2;
    fake::authority const ca("the tests' issuer");
    std::ofstream(argv[1]) << ca.pem();

    fake::certificate_request wrong_name("elsewhere");
    wrong_name.dns("elsewhere.example").ip("192.0.2.1");
    cohub::fake_server const elsewhere(with(ca, wrong_name));

    fake::certificate_request old = fake::loopback_request();
    old.not_before(days(-30)).not_after(days(-2));
    cohub::fake_server const expired(with(ca, old));

    fake::certificate_request early = fake::loopback_request();
    early.not_before(days(2)).not_after(days(30));
    cohub::fake_server const not_yet(with(ca, early));

    std::cout << "elsewhere=" << elsewhere.url() << "\nexpired=" << expired.url()
              << "\nnot_yet=" << not_yet.url() << "\nkey=" << elsewhere.api_key() << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    return 0;
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
