#pragma once

#include <cohub/core/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats.hpp"
#include "typed_calls.hpp"

namespace cli {

/// @brief One call for each line of a text, several at once, with the results in the order of the
/// lines.
///
/// Blanks around a line do not count, nor do lines of blanks. Of lines that are the same one is
/// asked, and all have its result.
class batch
{
public:
    /// @throws usage_error if the file cannot be read
    static batch from_file(std::string const& file, layout how);
    batch(std::string const& text, layout how);

    /// Sets the name of the column for the names of members: `layout::key`.
    void set_key(std::string name) { how_.key = std::move(name); }

    /// The call for one line.
    /// @throws usage_error if it can be no argument
    using ask = std::function<boost::asio::awaitable<answer>(std::string item)>;

    /// Asks for all, and prints what came, as soon as all lines before are done; csv and tables at
    /// the end.
    boost::asio::awaitable<cohub::result<std::string>> run(ask one, std::size_t at_once);

    /// Tells on standard error what failed.
    /// @param signal that ended it; 0: none
    /// @return the exit status: 0 if all went well, else the lowest of those that failed
    int finish(int signal) const;

    std::size_t size() const { return lines_.size(); }

private:
    struct line
    {
        std::size_t number;
        std::size_t item;
    };

    boost::asio::awaitable<answer> ask_one(ask const& one, std::size_t item);
    void take(std::size_t item, answer a);
    void print_what_is_due();
    void print_one(line const& l);
    void show_progress();
    void hide_progress() const;

    layout how_;
    std::vector<std::string> items_;
    std::vector<line> lines_;
    std::vector<std::optional<answer>> answers_;
    std::size_t printed_ = 0;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    bool shows_progress_ = false;
    std::size_t shown_ = 0;  // characters of the progress line
    /// Of a table or CSV, the rows so far: JSON, without brackets.
    std::string rows_;
};

}  // namespace cli
