#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace cohub::tests {

/// A variable of the environment that is there for as long as this.
class environment_variable
{
public:
    environment_variable(std::string name, char const* value) : name_(std::move(name))
    {
        assign(value);
    }
    environment_variable(environment_variable const&) = delete;
    environment_variable& operator=(environment_variable const&) = delete;
    ~environment_variable() { assign(nullptr); }

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
};

}  // namespace cohub::tests
