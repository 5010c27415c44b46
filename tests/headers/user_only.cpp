// The user group of Pieces OS over a custom channel. Without a client, discovery is not needed.

#include <cohub/pieces/user.hpp>

#include <boost/asio/io_context.hpp>

namespace {

class no_streams final : public cohub::call::channel
{
public:
    explicit no_streams(boost::asio::io_context& io) : io_(io) {}

    void start(cohub::call::operation& op) noexcept override { op.abandon(); }
    void cancel(cohub::call::operation&, boost::asio::cancellation_type) noexcept override {}
    executor_type executor() const noexcept override { return io_.get_executor(); }

private:
    boost::asio::io_context& io_;
};

}  // namespace

int main()
{
    boost::asio::io_context io;
    cohub::pieces::user_api const user(new no_streams(io));
    try {
        auto const stream = user.stream_user(cohub::pieces::stream_options().reconnect(false));
    } catch (cohub::error const& e) {
        return e.why().code == cohub::errc::not_implemented ? 0 : 1;
    }
    return 1;
}
