// Page 9: keys that change, certificates, proxies.

#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>

namespace asio = boost::asio;

// [key-file]
cohub::secret key_of(std::string const& file)
{
    std::ifstream in(file);
    std::string key;
    in >> key;
    return cohub::secret(key);
}
// [end]

// [hook]
void read_key_when_refused(cohub::options& o, std::string file)
{
    o.hooks.api_key = [file](cohub::hooks::key_callback told) {
        told(cohub::error_code(), key_of(file));
    };
}
// [end]

// [on-hangup]
asio::awaitable<void> read_anew_on_hangup(cohub::hub const& hub, std::string key_file)
{
    asio::signal_set hangup(co_await asio::this_coro::executor, SIGHUP);
    for (;;) {
        co_await hangup.async_wait(asio::use_awaitable);
        hub.set_api_key(key_of(key_file));
        try {
            hub.reload_tls();
        } catch (cohub::error const& e) {
            std::cerr << "the certificates stay as they were: " << e.what() << '\n';
        }
    }
}
// [end]

// [tls]
void trust_the_company(cohub::options& o)
{
    o.tls.ca_file = "/etc/people/company-ca.pem";
    o.tls.add_system_store = true;  // and the system's issuers
    o.tls.min_version = cohub::tls::version::v1_3;
}
// [end]

// [proxy]
void go_through_the_proxy(cohub::options& o)
{
    o.proxy = cohub::proxy_options("http://proxy.example:3128")
                  .credentials("people", cohub::secret("a password"))
                  .no_proxy("localhost,.example,10.0.0.0/8");
}
// [end]

// [rotate]
asio::awaitable<void> rotate(cohub::hub const& hub, std::string key_file)
{
    auto const list = cohub::api_key_action::get();
    auto const before = co_await hub.system().manage_api_keys(list);

    auto const create = cohub::api_key_action::create("people, December");
    auto const made = co_await hub.system().manage_api_keys(create);
    std::ofstream(key_file) << made.at(0)->secret->reveal() << '\n';
    std::raise(SIGHUP);  // as `systemctl reload` does

    co_await hub.system().ping();
    for (auto const& old : before) {
        auto const remove = cohub::api_key_action::remove(old->id);
        co_await hub.system().manage_api_keys(remove);
    }
}
// [end]

asio::awaitable<void> work(asio::io_context& io, cohub::hub const& hub, std::string key_file)
{
    co_await hub.system().user_search("foo");
    co_await rotate(hub, key_file);
    co_await hub.system().user_search("foo");
    std::cout << "answered with both keys\n";
    io.stop();
}

int main()
try {
    cohub::options elsewhere;
    trust_the_company(elsewhere);
    go_through_the_proxy(elsewhere);
    std::cout << elsewhere << '\n';

    auto options = cohub::options::from_env();
    auto const file = std::filesystem::temp_directory_path() /
                      ("course-key-" + std::to_string(std::random_device()()));
    std::ofstream(file) << options.api_key.reveal() << '\n';
    options.api_key = cohub::secret();
    read_key_when_refused(options, file.string());

    asio::io_context io;
    cohub::hub const hub(io, options);
    auto const rethrow = [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    };
    asio::co_spawn(io, read_anew_on_hangup(hub, file.string()), rethrow);
    asio::co_spawn(io, work(io, hub, file.string()), rethrow);
    io.run();
    std::filesystem::remove(file);
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
