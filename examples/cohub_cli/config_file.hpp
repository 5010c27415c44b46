#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cli {

/// @brief Settings that lie in a file: `$XDG_CONFIG_HOME/cohub/config`, else
/// `~/.config/cohub/config`.
///
///     timeout = 10s
///
///     [work]
///     host = https://cocalc.example
///     api-key-file = ~/keys/work
///
/// What stands before the first profile holds for all; a profile's own lines come first.
class config_file
{
public:
    /// Nothing is in it.
    config_file() = default;

    /// Reads the user's file, if there is one.
    /// @param known the names that settings may have
    /// @throws usage_error if it cannot be read, or has a name or value that is not known
    static config_file of_user(std::vector<std::string> const& known);

    /// Chooses a profile.
    /// @param by who named it, for messages
    /// @throws usage_error if there is none of that name
    void choose(std::string const& profile, std::string const& by);

    struct entry
    {
        std::string value;
        /// Empty: before the first profile.
        std::string profile;
    };
    std::optional<entry> find(std::string const& name) const;
    /// The host that a profile means; empty if it names none.
    std::string host_of(std::string const& profile) const;

    /// Where it is, or would be; empty if there is no home directory.
    std::string const& path() const { return path_; }
    bool exists() const { return exists_; }
    /// The chosen profile; empty if none.
    std::string const& profile() const { return profile_; }
    std::vector<std::string> profiles() const;
    /// A path from the file: `~/` is the home directory, else it counts from where the file is.
    std::string path_from_here(std::string const& path) const;
    /// Whether a key, or a proxy's password, is in it that other users of this machine may read.
    bool is_open_to_others() const;

private:
    void read(std::string const& text, std::vector<std::string> const& known);

    std::string path_;
    bool exists_ = false;
    std::string profile_;
    std::map<std::string, std::map<std::string, std::string>> sections_;
};

}  // namespace cli
