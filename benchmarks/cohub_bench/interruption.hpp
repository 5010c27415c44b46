#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <signal.h>

#include <functional>
#include <utility>

namespace bench {

/// @brief Told of the first SIGINT or SIGTERM. A second one ends the program at once, as if nobody
/// listened.
class interruption
{
public:
    /// @param told called on `io`
    interruption(boost::asio::io_context& io, std::function<void()> told)
        : signals_(io, SIGINT, SIGTERM), told_(std::move(told))
    {
        signals_.async_wait([this](boost::system::error_code ec, int signal) {
            if (ec) return;
            signal_ = signal;
            signals_.clear();
            told_();
        });
    }

    /// @brief Which one it was; 0: none came.
    int signal() const { return signal_; }

private:
    boost::asio::signal_set signals_;
    std::function<void()> told_;
    int signal_ = 0;
};

}  // namespace bench
