#pragma once

#include <clocale>
#include <optional>
#include <string>
#include <string_view>

#include "support/environment.hpp"

namespace cohub::tests {

/// Sets a locale with a decimal comma for its lifetime, if the machine has one.
class comma_locale
{
public:
    comma_locale()
    {
#if defined(COHUB_TEST_LOCALES)
        path_.emplace("LOCPATH", COHUB_TEST_LOCALES);
#endif
        for (char const* const name :
             {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "ru_RU.UTF-8", "pt_BR.UTF-8", "German"})
            if (std::setlocale(LC_ALL, name) != nullptr &&
                std::string_view(std::localeconv()->decimal_point) == ",") {
                is_set = true;
                return;
            }
    }
    comma_locale(comma_locale const&) = delete;
    comma_locale& operator=(comma_locale const&) = delete;
    ~comma_locale() { std::setlocale(LC_ALL, before_.c_str()); }

    bool is_set = false;

private:
    std::optional<environment_variable> path_;
    std::string before_ = std::setlocale(LC_ALL, nullptr);
};

}  // namespace cohub::tests
