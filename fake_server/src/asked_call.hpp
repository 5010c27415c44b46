#pragma once

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "message.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// A request as faults look at it. Whatever takes work is computed when it is asked for.
class asked_call
{
public:
    asked_call(request const& r, std::string_view name, world& w)
        : request_(r), name_(name), world_(w)
    {
    }

    std::string_view path() const { return request_.path; }
    std::string_view name() const { return name_; }
    request const& message() const { return request_; }
    /// The positional arguments of a call to the hub or to a project. Other requests have one
    /// argument: the body, if it is an object.
    boost::json::array const& args() const;
    std::string const& key() const;
    /// The account or project that the key belongs to; empty if the key belongs to nobody. Locks
    /// the world.
    std::string const& caller() const;

private:
    request const& request_;
    std::string_view name_;
    world& world_;
    mutable std::optional<boost::json::array> args_;
    mutable std::optional<std::string> key_;
    mutable std::optional<std::string> caller_;
};

}  // namespace cohub::inline abi_0_2::fake
