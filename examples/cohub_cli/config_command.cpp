#include "config_command.hpp"

#include <cohub/core/error.hpp>
#include <cohub/transport/proxy.hpp>

#include "escaping.hpp"

namespace cli {

namespace {

std::string row(
    std::string const& name,
    std::string const& value,
    std::string const& source,
    std::string const& where
)
{
    auto const text = [](std::string const& t) { return t.empty() ? "null" : to_json_text(t); };
    return "{\"name\":" + text(name) + ",\"value\":" + text(value) + ",\"source\":" + text(source) +
           ",\"where\":" + text(where) + '}';
}

}  // namespace

std::string shown_value(setting const& s)
{
    if (s.value.empty()) return {};
    if (s.secret) return "***";
    if (s.name == "proxy") return cohub::proxy_options(s.value).get()->text();
    auto const at = s.value.rfind('@');
    if (s.name.ends_with("host") && at != std::string::npos) return "***" + s.value.substr(at);
    return s.value;
}

std::string config_report(settings const& s)
{
    std::string profiles;
    for (auto const& name : s.file().profiles())
        profiles += (profiles.empty() ? "its profiles: " : ", ") + name;
    if (!s.file().exists()) profiles = "not there";
    std::string json = '[' + row("config-file", s.file().path(), "default", profiles);
    for (setting const& one : s.sources())
        json += ',' + row(one.name, shown_value(one), to_string(one.from), one.where);
    json += ']';
    layout how = s.layout();
    if (!s.has_output) how.format = format::table;
    return render(json, how);
}

}  // namespace cli
