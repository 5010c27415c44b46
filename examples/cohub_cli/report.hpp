#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conduct.hpp"
#include "settings.hpp"

namespace cli {

/// What one look after the other has found: told to people as it is found, or at the end as JSON.
class report
{
public:
    /// 0, or the status of the first check that failed.
    int status() const;

protected:
    /// @param order all checks, as they are made
    report(settings const& s, std::vector<std::string_view> order);
    ~report() = default;

    /// @return true
    bool add(std::string_view check, std::string text);
    /// @param advice what to do
    /// @return false
    bool fail(std::string_view check, std::string text, std::string advice, int status);
    void skip(std::string_view check, std::string why);
    /// What cannot be looked at is said as well, up to `check`; empty: to the end.
    void pass_over_to(std::string_view check);
    /// @return what is still to be printed
    text_answer finished();

private:
    enum class verdict
    {
        ok,
        failed,
        skipped,
    };
    struct finding
    {
        std::string check;
        verdict is = verdict::ok;
        std::string text;
        /// Empty where nothing is wrong.
        std::string advice;
        int status = 0;
    };

    static std::string word_of(verdict v);
    void tell(finding f);
    std::string line_of(finding const& f) const;
    std::string rest() const;

    layout how_;
    bool is_for_people_;
    std::vector<std::string_view> order_;
    std::vector<finding> all_;
};

/// The config file and its profile, in words.
std::string file_of(settings const& s);

/// Where a setting came from, in words.
std::string where_from(setting const& s);

}  // namespace cli
