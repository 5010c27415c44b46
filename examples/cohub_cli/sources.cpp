// Where settings come from.

#include <cohub/http/url.hpp>
#include <cohub/transport/proxy.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "print.hpp"
#include "settings.hpp"
#include "values.hpp"

namespace cli {

namespace {

/// A setting that a config file may have: its name is the option's.
struct known_setting
{
    char const* name = nullptr;
    /// Variables, the first that is set counts; with commas between.
    char const* environment = nullptr;
    char const* standard = nullptr;
    std::string settings::*text = nullptr;
    int settings::*number = nullptr;
    bool is_path = false;
    bool secret = false;
    /// Those with the same word go together: the one whose origin counts more puts the others out.
    char const* together = "";
};

constexpr known_setting all_settings[] = {
    {"host", "COCALC_HOST", "https://cocalc.com", &settings::host},
    {"api-key", "COCALC_API_KEY", "", &settings::api_key, nullptr, false, true, "key"},
    {"api-key-file", "", "", &settings::api_key_file, nullptr, true, false, "key"},
    {"ca-file", "SSL_CERT_FILE", "the system's store", &settings::ca_file, nullptr, true},
    {"proxy",
     "https_proxy,HTTPS_PROXY,all_proxy,ALL_PROXY",
     "",
     &settings::proxy,
     nullptr,
     false,
     false,
     "way"},
    {"unix-socket", "", "", &settings::unix_socket, nullptr, true, false, "way"},
    {"cert", "", "", &settings::cert, nullptr, true, false, "certificate"},
    {"key", "", "", &settings::key, nullptr, true, false, "certificate"},
    {"timeout", "", "30s", &settings::timeout},
    {"retries", "", "2", nullptr, &settings::retries},
    {"concurrency", "", "8", nullptr, &settings::concurrency},
    {"output", "", "json", &settings::output},
    {"pieces-host", "PIECES_HOST", "what is found", &settings::pieces_host},
    {"pieces-access-token",
     "PIECES_ACCESS_TOKEN",
     "",
     &settings::pieces_access_token,
     nullptr,
     false,
     true},
    {"pieces-application-id", "PIECES_APPLICATION_ID", "", &settings::pieces_application_id},
};

std::string first_set(std::string_view variables)
{
    while (!variables.empty()) {
        auto const comma = std::min(variables.find(','), variables.size());
        std::string name(variables.substr(0, comma));
        variables.remove_prefix(std::min(comma + 1, variables.size()));
        char const* const value = std::getenv(name.c_str());
        if (value != nullptr && *value != '\0') return name;
    }
    return {};
}

CLI::Option const* option_of(CLI::App const& app, std::string const& name)
{
    CLI::Option const* const o = app.get_option_no_throw("--" + name);
    return o != nullptr && o->count() != 0 ? o : nullptr;
}

/// The same server, however it is written.
bool is_same_host(std::string const& a, std::string const& b)
{
    try {
        return cohub::http::parse_origin(a).text() == cohub::http::parse_origin(b).text();
    } catch (cohub::error const&) {
        return a == b;
    }
}

int number_of(setting const& s)
{
    int number = 0;
    char const* const end = s.value.data() + s.value.size();
    auto const read = std::from_chars(s.value.data(), end, number);
    int const least = s.name == "concurrency" ? 1 : 0;
    int const most = s.name == "concurrency" ? 1000 : 99;
    if (read.ec != std::errc() || read.ptr != end || number < least || number > most)
        throw usage_error(
            s.where + ": " + s.name + ": '" + s.value + "' is no number from " +
            std::to_string(least) + " to " + std::to_string(most)
        );
    return number;
}

/// What the options would refuse, refused with the place where it stands.
void check_words(setting const& s)
{
    std::string const what = s.where + ": " + s.name;
    try {
        if (s.name == "timeout") duration_of(what, s.value);
        if (s.name == "host" || s.name == "pieces-host") cohub::http::parse_origin(s.value);
        if (s.name == "proxy") cohub::proxy_options(s.value);
    } catch (cohub::error const& e) {
        throw usage_error(what + ": " + (e.why().detail.empty() ? e.what() : e.why().detail));
    }
}

void check_output(setting const& s)
{
    constexpr std::string_view words[] = {"json", "jsonl", "table", "csv", "yaml"};
    if (std::find(std::begin(words), std::end(words), s.value) == std::end(words))
        throw usage_error(
            s.where + ": output: '" + s.value + "' is none of json, jsonl, table, csv and yaml"
        );
}

}  // namespace

char const* to_string(origin o)
{
    switch (o) {
        case origin::standard:
            break;
        case origin::file:
            return "file";
        case origin::environment:
            return "environment";
        case origin::option:
            return "option";
    }
    return "default";
}

setting const& settings::source_of(std::string const& name) const
{
    static setting const none;
    auto const found = std::find_if(sources_.begin(), sources_.end(), [&](setting const& s) {
        return s.name == name;
    });
    return found == sources_.end() ? none : *found;
}

std::string settings::where_in_file(std::string const& section) const
{
    return file_.path() + (section.empty() ? "" : " [" + section + ']');
}

namespace {

config_file file_of_user()
{
    std::vector<std::string> names;
    names.reserve(std::size(all_settings));
    for (auto const& known : all_settings) names.emplace_back(known.name);
    return config_file::of_user(names);
}

}  // namespace

std::vector<std::string> profiles_of_user() { return file_of_user().profiles(); }

void settings::choose_profile(CLI::App const& app)
{
    file_ = file_of_user();
    setting& chosen = sources_.emplace_back();
    chosen.name = "profile";
    if (option_of(app, "profile") != nullptr) {
        chosen.from = origin::option;
        chosen.where = "--profile";
    } else if (char const* const name = std::getenv("COHUB_PROFILE");
               name != nullptr && *name != '\0') {
        profile = name;
        chosen.from = origin::environment;
        chosen.where = "COHUB_PROFILE";
    }
    if (profile.empty()) return;
    chosen.value = profile;
    file_.choose(profile, chosen.where);
}

void settings::hold_back_key()
{
    setting const& in_use = source_of("host");
    for (auto& s : sources_) {
        if (s.from != origin::file || (s.name != "api-key" && s.name != "api-key-file")) continue;
        std::string const own = file_.host_of(s.profile);
        if (own.empty() || is_same_host(own, in_use.value)) continue;
        key_is_held_back_ = "the key in " + s.where + " is for " + own + ", and not for " +
                            in_use.value + "; give one for it by --api-key-file FILE";
        s.value.clear();
    }
}

void settings::take_from_file()
{
    for (auto const& known : all_settings) {
        setting const& s = source_of(known.name);
        if (s.from != origin::file || s.value.empty()) continue;
        if (known.text != nullptr)
            this->*known.text = s.value;
        else
            this->*known.number = number_of(s);
        if (s.name == "output") check_output(s);
        check_words(s);
    }
    has_output = source_of("output").from != origin::standard;
}

void settings::complete(CLI::App const& app)
{
    has_output = option_of(app, "output") != nullptr;
    if (!columns.empty() && columns.find_first_not_of(", ") == std::string::npos)
        throw usage_error("--columns has no name; write --columns first_name,account_id");
    sources_.reserve(std::size(all_settings) + 1);
    choose_profile(app);
    bool const is_profile_given = sources_[0].from == origin::option;
    struct ranked
    {
        setting what;
        int rank = 0;
    };
    std::vector<ranked> found;
    found.reserve(std::size(all_settings));
    for (auto const& known : all_settings) {
        ranked& r = found.emplace_back();
        setting& s = r.what;
        s.name = known.name;
        s.value = known.standard;
        s.secret = known.secret;
        auto const in_file = file_.find(s.name);
        std::string const variable = first_set(known.environment);
        // A profile that was asked for by name counts more than what is set for all commands.
        bool const by_profile = is_profile_given && in_file && !in_file->profile.empty();
        if (CLI::Option const* const o = option_of(app, s.name)) {
            s.value = o->results().back();
            s.from = origin::option;
            s.where = "--" + s.name;
            r.rank = 5;
        } else if (in_file && (by_profile || variable.empty())) {
            s.value = known.is_path ? file_.path_from_here(in_file->value) : in_file->value;
            s.from = origin::file;
            s.where = where_in_file(in_file->profile);
            s.profile = in_file->profile;
            r.rank = by_profile ? 4 : in_file->profile.empty() ? 1 : 2;
        } else if (!variable.empty()) {
            s.value = std::getenv(variable.c_str());
            s.from = origin::environment;
            s.where = variable;
            // What is set for all programs does not put a profile's socket out.
            r.rank = std::string_view(known.together) == "way" ? 1 : 3;
        }
    }
    for (std::size_t i = 0; i != found.size(); ++i) {
        auto const puts_out = [&](ranked const& other) {
            std::string_view const word = all_settings[i].together;
            return !word.empty() && word == all_settings[&other - found.data()].together &&
                   other.rank > found[i].rank;
        };
        setting s = found[i].what;
        if (std::any_of(found.begin(), found.end(), puts_out)) {
            s = setting();
            s.name = all_settings[i].name;
            s.value = all_settings[i].standard;
            s.secret = all_settings[i].secret;
        }
        sources_.push_back(std::move(s));
    }
    hold_back_key();
    take_from_file();
    if (file_.is_open_to_others())
        warn(
            file_.path() + " holds a key or password, and others may read it; chmod 600 '" +
            file_.path() + "'"
        );
}

}  // namespace cli
