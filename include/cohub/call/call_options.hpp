#ifndef COHUB_CALL_CALL_OPTIONS_HPP
#define COHUB_CALL_CALL_OPTIONS_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/secret.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cohub {

/// @brief Header fields, name and value each. Values are never shown and overwritten when they go,
/// since they may be credentials.
using header_list = std::vector<std::pair<std::string, secret>>;

/// @brief Settings of one call; what is not set comes from the client's `options`.
///
/// Stands before the completion token: `hub.system().ping(cohub::call_options().timeout(2s))`.
class call_options
{
public:
    call_options() {}

    /// @brief The whole call, waiting, connecting and retries included, takes at most this long.
    /// The hub is told too (`timeout` in the request), so that it stops waiting as well.
    call_options& timeout(std::chrono::nanoseconds t)
    {
        timeout_ = t;
        has_timeout_ = true;
        return *this;
    }
    /// @brief The same as a point in time of `std::chrono::steady_clock` (or of `options::clock`).
    call_options& deadline(clock::time_point at)
    {
        deadline_ = at;
        has_deadline_ = true;
        return *this;
    }
    /// @brief How often the call may be repeated after it failed; 0: never.
    call_options& retries(int n)
    {
        retries_ = n;
        return *this;
    }
    /// @brief The caller vouches that sending this call twice does no harm. For `hub.call`, whose
    /// methods the library does not know; typed calls know it themselves.
    call_options& idempotent(bool yes = true)
    {
        idempotent_ = yes;
        return *this;
    }

    /// @brief One more header, with each attempt of this call; in place of the client's own of that
    /// name (`options::headers`). One that would break the request is refused before anything is
    /// sent: the call fails with `errc::invalid_argument`.
    call_options& header(std::string name, secret value)
    {
        headers_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    bool has_timeout() const noexcept { return has_timeout_; }
    bool has_deadline() const noexcept { return has_deadline_; }
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }
    clock::time_point deadline() const noexcept { return deadline_; }
    /// @brief Negative: not set.
    int retries() const noexcept { return retries_; }
    bool idempotent() const noexcept { return idempotent_; }
    header_list const& headers() const noexcept { return headers_; }

private:
    std::chrono::nanoseconds timeout_{};
    clock::time_point deadline_{};
    header_list headers_;
    int retries_ = -1;
    bool has_timeout_ = false;
    bool has_deadline_ = false;
    bool idempotent_ = false;
};

}  // namespace cohub

#endif
