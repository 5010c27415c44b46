#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace cohub::tests {

/// Sets an environment variable, and restores the previous value at the end.
class environment_variable
{
public:
    environment_variable(std::string name, char const* value) : name_(std::move(name))
    {
        if (char const* const before = std::getenv(name_.c_str())) before_ = before;
        assign(value);
    }
    environment_variable(environment_variable const&) = delete;
    environment_variable& operator=(environment_variable const&) = delete;
    ~environment_variable() { assign(before_ ? before_->c_str() : nullptr); }

private:
    void assign(char const* value)
    {
#if defined(_WIN32)
        ::_putenv_s(name_.c_str(), value == nullptr ? "" : value);
#else
        if (value == nullptr)
            ::unsetenv(name_.c_str());
        else
            ::setenv(name_.c_str(), value, 1);
#endif
    }

    std::string name_;
    std::optional<std::string> before_;
};

}  // namespace cohub::tests
