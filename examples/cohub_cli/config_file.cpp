#include "config_file.hpp"

#include <boost/property_tree/ini_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "escaping.hpp"
#include "suggestions.hpp"
#include "values.hpp"

namespace cli {

namespace fs = std::filesystem;

namespace {

std::string variable(char const* name)
{
    char const* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string home()
{
#if defined(_WIN32)
    return variable("USERPROFILE");
#else
    return variable("HOME");
#endif
}

fs::path place()
{
    // By the XDG rules, what is not absolute does not count.
    if (fs::path const own = variable("XDG_CONFIG_HOME"); own.is_absolute())
        return own / "cohub" / "config";
    if (std::string const base = home(); !base.empty())
        return fs::path(base) / ".config" / "cohub" / "config";
    return {};
}

/// `api_key` is `api-key`.
std::string spelled(std::string name)
{
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

std::string without_quotes(std::string const& text)
{
    bool const quoted =
        text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
    return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

config_file config_file::of_user(std::vector<std::string> const& known)
{
    config_file file;
    fs::path const at = place();
    file.path_ = at.string();
    std::error_code failed;
    if (at.empty() || !fs::exists(at, failed)) {
        // Not to be looked at is not the same as not to be there.
        if (failed && failed != std::errc::not_a_directory)
            throw usage_error("cannot read '" + file.path_ + "': " + failed.message());
        return file;
    }
    file.exists_ = true;
    file.read(read_text("config file", file.path_), known);
    return file;
}

void config_file::read(std::string const& text, std::vector<std::string> const& known)
{
    boost::property_tree::ptree tree;
    std::istringstream in(text);
    try {
        boost::property_tree::read_ini(in, tree);
    } catch (boost::property_tree::ini_parser_error const& e) {
        throw usage_error(
            path_ + ", line " + std::to_string(e.line()) + ": " + e.message() +
            "; write NAME = VALUE, # before a remark, and [PROFILE] before a profile's lines"
        );
    }
    auto const take =
        [&](std::string const& profile, std::string const& name, std::string const& value) {
            std::string const place = path_ + (profile.empty() ? "" : ", [" + profile + ']') + ": ";
            std::string const word = spelled(name);
            if (std::find(known.begin(), known.end(), word) == known.end())
                throw usage_error(
                    place + to_json_text(name) + " is no setting" + did_you_mean(word, known)
                );
            std::string const plain = without_quotes(value);
            if (plain.empty())
                throw usage_error(place + word + " is empty; give a value, or leave it out");
            if (!sections_[profile].emplace(word, plain).second)
                throw usage_error(place + word + " is there twice");
        };
    for (auto const& [name, child] : tree) {
        // A section without a line is none to the reader.
        if (child.empty()) {
            take("", name, child.data());
            continue;
        }
        if (name.empty()) throw usage_error(path_ + ": [] has no name; write [PROFILE]");
        for (auto const& [inner, value] : child) take(name, inner, value.data());
    }
    for (auto const& [profile, lines] : sections_)
        for (auto const& [one, other] :
             {std::pair("api-key", "api-key-file"), std::pair("proxy", "unix-socket")})
            if (lines.contains(one) && lines.contains(other))
                throw usage_error(
                    path_ + (profile.empty() ? "" : ", [" + profile + ']') + ": " + one + " and " +
                    other + " are there; leave one of them out"
                );
}

void config_file::choose(std::string const& profile, std::string const& by)
{
    if (!exists_)
        throw usage_error(
            by + ": there is no profile '" + profile + "', since there is no file '" + path_ + "'"
        );
    if (profile.empty() || !sections_.contains(profile))
        throw usage_error(
            by + ": there is no profile '" + profile + "' in '" + path_ + "'" +
            did_you_mean(profile, profiles())
        );
    profile_ = profile;
}

std::optional<config_file::entry> config_file::find(std::string const& name) const
{
    for (std::string const& section : {profile_, std::string()}) {
        auto const lines = sections_.find(section);
        if (lines == sections_.end()) continue;
        if (auto const line = lines->second.find(name); line != lines->second.end())
            return entry{line->second, section};
    }
    return std::nullopt;
}

std::string config_file::host_of(std::string const& profile) const
{
    for (std::string const& section : {profile, std::string()}) {
        auto const lines = sections_.find(section);
        if (lines == sections_.end()) continue;
        if (auto const line = lines->second.find("host"); line != lines->second.end())
            return line->second;
    }
    return {};
}

std::vector<std::string> config_file::profiles() const
{
    std::vector<std::string> names;
    names.reserve(sections_.size());
    for (auto const& [name, lines] : sections_)
        if (!name.empty()) names.push_back(name);
    return names;
}

std::string config_file::path_from_here(std::string const& path) const
{
    if (path == "-") return path;
    if (path.starts_with("~/")) return (fs::path(home()) / path.substr(2)).string();
    return (fs::path(path_).parent_path() / path).string();
}

bool config_file::is_open_to_others() const
{
#if defined(_WIN32)
    return false;  // it has lists of rights, and no such bits
#else
    bool const holds_key = std::any_of(sections_.begin(), sections_.end(), [](auto const& section) {
        auto const& lines = section.second;
        auto const proxy = lines.find("proxy");
        return lines.contains("api-key") || lines.contains("pieces-access-token") ||
               (proxy != lines.end() && proxy->second.find('@') != std::string::npos);
    });
    if (!holds_key) return false;
    std::error_code failed;
    auto const rights = fs::status(path_, failed).permissions();
    return !failed &&
           (rights & (fs::perms::group_read | fs::perms::others_read)) != fs::perms::none;
#endif
}

}  // namespace cli
