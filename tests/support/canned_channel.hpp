#pragma once

#include <cohub/call/answer.hpp>
#include <cohub/call/operation.hpp>

#include <boost/asio/io_context.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace cohub::tests {

/// @brief Replaces the connection to the server. It keeps what calls send, and answers each of them
/// with the next canned response. The calls complete when the io_context runs.
class canned_channel final : public call::channel
{
public:
    explicit canned_channel(boost::asio::io_context& io) : io_(io) {}

    /// @brief The bytes of a whole HTTP response.
    void will_answer(std::string response) { responses_.push_back(std::move(response)); }
    /// @brief A body with status 200.
    void will_answer_json(std::string body)
    {
        will_answer(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
    }

    void start(call::operation& op) noexcept override
    {
        requests.push_back(op.req);
        if (!op.req.problem.empty())
            op.error = std::make_unique<failure>(errc::invalid_argument, op.req.problem);
        else if (responses_.empty())
            op.error = std::make_unique<failure>(errc::connect_failed);
        else {
            std::string text = std::move(responses_.front());
            responses_.pop_front();
            http::response_parser parser(65536, 1024 * 1024);
            boost::system::error_code ec;
            std::size_t used = 0;
            while (!parser.is_done() && !ec && used != text.size())
                used += parser.feed(text.data(), used, text.size() - used, ec);
            if (auto f = call::read_answer(op, parser, wall))
                op.error = std::make_unique<failure>(std::move(*f));
        }
        op.deliver(false);
    }
    void cancel(call::operation&, boost::asio::cancellation_type) noexcept override {}
    executor_type executor() const noexcept override { return io_.get_executor(); }

    std::vector<call::request> requests;
    std::chrono::system_clock::time_point wall{std::chrono::seconds(1'760'000'000)};

private:
    boost::asio::io_context& io_;
    std::deque<std::string> responses_;
};

}  // namespace cohub::tests
