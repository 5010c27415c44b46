#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using namespace std::chrono_literals;

std::string profile(int font_size)
{
    return R"({"id":"x","aesthetics":{"theme":{"dark":true},"font":{"size":)" +
           std::to_string(font_size) + R"(}},"name":")" + std::string(100'000, 'n') + "\"}";
}

/// A WebSocket server that is not from this project. Each connection gets the same messages, in
/// fragments and with a ping between them. The server closes all connections but the last.
class beast_server
{
public:
    explicit beast_server(int connections)
        : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}), thread_([this, connections] {
              try {
                  for (int i = 0; i != connections; ++i) serve(i, i + 1 == connections);
                  done_ = true;
              } catch (std::exception const& e) {
                  ADD_FAILURE() << "the server: " << e.what();
              }
          })
    {
    }
    ~beast_server()
    {
        // Wakes the thread if it still waits for a client.
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        if (int const s = serving_; s >= 0) ::shutdown(s, SHUT_RDWR);
        thread_.join();
    }
    bool is_done() const noexcept { return done_; }

    std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    /// For use after is_done(): how each connection ended, and the last one's close frame.
    std::vector<beast::error_code> ends;
    ws::close_reason goodbye;

private:
    void serve(int size, bool is_last)
    {
        asio::ip::tcp::socket socket(io_);
        acceptor_.accept(socket);
        serving_ = socket.native_handle();
        ws::stream<asio::ip::tcp::socket> stream(std::move(socket));
        ws::permessage_deflate deflate;
        deflate.server_enable = true;  // no client may ask for it
        stream.set_option(deflate);
        stream.accept();
        stream.auto_fragment(true);
        stream.write_buffer_bytes(64);
        stream.text(true);
        stream.write(asio::buffer(profile(size)));
        stream.ping("are you there?");
        stream.write(asio::buffer(std::string()));
        stream.binary(true);
        stream.write(asio::buffer(profile(size + 100)));
        beast::error_code ec;
        beast::flat_buffer received;
        if (is_last)
            stream.read(received, ec);
        else
            stream.close({ws::close_code::going_away, "back soon"}, ec);
        ends.push_back(ec);
        goodbye = stream.reason();
        serving_ = -1;
    }

    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> done_ = false;
    std::atomic<int> serving_ = -1;
    std::thread thread_;
};

class BeastServer : public LiveHub
{
};

TEST_F(BeastServer, IsFollowedFromStreamToStream)
{
    beast_server peer(3);
    std::vector<std::int64_t> sizes;
    run_coroutine(
        [](asio::io_context& on, std::string url, std::vector<std::int64_t>& out
        ) -> asio::awaitable<void> {
            pieces::client const os(on, pieces::options(std::move(url)));
            auto stream = os.user().stream_user(pieces::stream_options().backoff(1ms, 2ms));
            for (int i = 0; i != 9; ++i) {
                auto const event = co_await stream.next();
                out.push_back(event->user ? event->user->aesthetics.font.size : -1);
                EXPECT_TRUE(!event->user || event->user->name->size() == 100'000u);
            }
            stream.close();
            EXPECT_FALSE(co_await stream.next());
        }(io, peer.url(), sizes)
    );
    EXPECT_EQ(sizes, (std::vector<std::int64_t>{0, -1, 100, 1, -1, 101, 2, -1, 102}));
    // Closing handshakes do not keep the io_context running, but Beast waits for the end of this
    // one.
    auto const work = asio::make_work_guard(io);
    run_until([&] { return peer.is_done(); });
    EXPECT_EQ(peer.ends, (std::vector<beast::error_code>{{}, {}, ws::error::closed}));
    EXPECT_EQ(peer.goodbye.code, ws::close_code::normal);
}

}  // namespace
}  // namespace cohub::tests
