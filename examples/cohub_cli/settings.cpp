#include "settings.hpp"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <string_view>

#include "terminal.hpp"
#include "values.hpp"

namespace cli {

namespace {

constexpr std::string_view global_group = "Global options";

double milliseconds(std::chrono::nanoseconds t)
{
    return std::chrono::duration<double, std::milli>(t).count();
}

void tell(cohub::attempt_event const& e)
{
    std::ostringstream line;
    line.precision(1);
    line << std::fixed << "* " << e.method << ": attempt " << e.attempt;
    if (e.connection != 0)
        line << " on connection " << e.connection << (e.reused_connection ? " (reused)" : " (new)");
    line << " to " << e.origin << ": ";
    if (e.http_status != 0) line << "HTTP " << e.http_status << ", ";
    if (e.error)
        line << e.error.message() << " (" << cohub::to_string(e.at) << "), ";
    else
        line << "ok, ";
    line << milliseconds(e.took) << " ms";
    if (e.next_in) line << "; next attempt in " << milliseconds(*e.next_in) << " ms";
    line << '\n';
    std::fputs(line.str().c_str(), stderr);
}

}  // namespace

std::chrono::milliseconds duration_of(std::string const& what, std::string const& text)
{
    try {
        return parse_duration(text);
    } catch (usage_error const& e) {
        throw usage_error(what + ": " + e.what());
    }
}

void settings::apply_key(cohub::options& o) const
{
    if (!api_key.empty()) o.api_key = api_key;
    if (!api_key_file.empty()) o.api_key = read_key_file("--api-key-file", api_key_file);
    if (o.api_key.empty()) return;
    bool const from_file = !api_key_file.empty();
    std::string const source = from_file         ? "--api-key-file"
                               : api_key.empty() ? "the key in the environment"
                                                 : source_of("api-key").where;
    check_key(source, o.api_key.reveal());
}

void settings::apply(cohub::options& o) const
{
    if (!ca_file.empty()) o.tls.ca_file = ca_file;
    if (!proxy.empty()) o.proxy = cohub::proxy_options(proxy);
    if (!unix_socket.empty()) {
        o.socket_path = unix_socket;
        o.proxy = {};
    }
    if (!cert.empty()) o.tls.client_cert_file = cert;
    if (!key.empty()) o.tls.client_key_file = key;
    if (!timeout.empty()) o.timeouts.call = duration_of("--timeout", timeout);
    if (retries >= 0) o.retry.max_attempts = retries + 1;
    if (verbose) o.hooks.on_attempt = tell;
    o.pool.max_connections = connections;
    o.threads = cohub::threading::single;
    o.user_agent = "cohub-cli/" COHUB_VERSION_STRING;
}

cohub::options settings::options_without_key() const
{
    auto o = cohub::options::from_env();
    if (!host.empty()) o.host = host;
    if (!key_is_held_back_.empty()) o.api_key = {};
    apply_key(o);
    apply(o);
    return o;
}

std::string settings::why_no_key() const
{
    if (!key_is_held_back_.empty()) return key_is_held_back_;
    return "there is no API key; give it by --api-key-file FILE, --api-key KEY, COCALC_API_KEY, or "
           "in the config file";
}

cohub::options settings::client_options() const
{
    auto o = options_without_key();
    if (o.api_key.empty()) throw usage_error(why_no_key());
    return o;
}

cohub::pieces::options settings::pieces_options() const
{
    auto o = cohub::pieces::options::from_env();
    // What the file says of the hub is not for Pieces OS; what the command line says is.
    auto const is_given = [&](char const* name) { return source_of(name).from == origin::option; };
    if (!pieces_host.empty()) o.host = pieces_host;
    if (!pieces_access_token.empty()) o.api_key = pieces_access_token;
    if (!pieces_application_id.empty()) o.application_id = pieces_application_id;
    if (is_given("host")) o.host = host;
    if (is_given("api-key") || is_given("api-key-file")) apply_key(o);
    apply(o);
    return o;
}

cli::layout settings::layout() const
{
    cli::layout l;
    l.on_terminal = is_terminal(stdout);
    l.colours = has_colours(stdout);
    l.width = terminal_width();
    std::istringstream names(columns);
    for (std::string name; std::getline(names, name, ',');)
        if (std::string const word = trimmed(name); !word.empty()) l.columns.push_back(word);
    if (output == "jsonl") l.format = format::jsonl;
    if (output == "table") l.format = format::table;
    if (output == "csv") l.format = format::csv;
    if (output == "yaml") l.format = format::yaml;
    return l;
}

void refuse_empty_options(CLI::App const& app)
{
    for (CLI::Option const* const o : app.get_options()) {
        bool const global = o->get_group().starts_with(global_group);
        auto const& values = o->results();
        if (!global ||
            std::none_of(values.begin(), values.end(), [](auto const& v) { return v.empty(); }))
            continue;
        throw usage_error(
            "--" + o->get_lnames()[0] + " is empty (a variable that is not set?); give " +
            o->get_type_name() + ", or leave the option out"
        );
    }
}

namespace {

/// CLI11 takes 010 for 8.
CLI::Validator const is_decimal(
    [](std::string& text) {
        bool const digits = !text.empty() &&
                            text.find_first_not_of("0123456789") == std::string::npos &&
                            (text == "0" || text[0] != '0');
        return digits ? std::string() : "'" + text + "' is no whole number, such as 3";
    },
    ""
);

}  // namespace

void add_global_options(CLI::App& app, settings& s)
{
    auto const group = std::string(global_group) + ", before or after the method";
    app.add_option(
           "--host",
           s.host,
           "Server; else $COCALC_HOST, else https://cocalc.com; for pieces\n"
           "else $PIECES_HOST, else what is found"
    )
        ->type_name("URL")
        ->group(group);
    auto* const key = app.add_option(
                             "--api-key",
                             s.api_key,
                             "API key; else $COCALC_API_KEY; for pieces\n"
                             "the access token, else $PIECES_ACCESS_TOKEN"
    )
                          ->type_name("KEY")
                          ->group(group);
    app.add_option(
           "--api-key-file",
           s.api_key_file,
           "File with the API key, or - for standard input: keeps it out of the process list"
    )
        ->type_name("FILE")
        ->excludes(key)
        ->group(group);
    app.add_option(
           "--ca-file", s.ca_file, "Issuers to trust; else $SSL_CERT_FILE, else the system's"
    )
        ->type_name("PEM")
        ->group(group);
    auto* const proxy =
        app.add_option(
               "--proxy",
               s.proxy,
               "http, https or socks5h proxy for https servers; else $HTTPS_PROXY,\n"
               "else $ALL_PROXY, but for those that $NO_PROXY names"
        )
            ->type_name("URL")
            ->group(group);
    app.add_option("--unix-socket", s.unix_socket, "Connects to this socket, not to --host")
        ->type_name("PATH")
        ->excludes(proxy)
        ->group(group);
    app.add_option("--cert", s.cert, "Certificate to show to the server, with its chain")
        ->type_name("PEM")
        ->group(group);
    app.add_option("--key", s.key, "Its private key; else it is in --cert")
        ->type_name("PEM")
        ->group(group);
    app.add_option(
           "--profile", s.profile, "Settings of that name in the config file; else $COHUB_PROFILE"
    )
        ->type_name("PROFILE")
        ->group(group);
    app.add_option("--timeout", s.timeout, "For the whole call: 10s, 500ms, 2m; else 30s")
        ->type_name("TIME")
        ->group(group);
    app.add_option(
           "--retries", s.retries, "Repetitions of a failed call that may be repeated; else 2"
    )
        ->type_name("N")
        ->check(is_decimal)
        ->check(CLI::Range(0, 99))
        ->group(group);
    app.add_option("--concurrency", s.concurrency, "With --from, calls at once; else 8")
        ->type_name("N")
        ->check(is_decimal)
        ->check(CLI::Range(1, 1000))
        ->group(group);
    app.add_option(
           "-o,--output", s.output, "json; jsonl: a line a row; table, for the eye; csv; yaml"
    )
        ->type_name("json|jsonl|table|csv|yaml")
        ->check(CLI::IsMember({"json", "jsonl", "table", "csv", "yaml"}))
        ->group(group);
    app.add_option("--columns", s.columns, "Of rows, or of one object, these members alone: a,b")
        ->type_name("NAMES")
        ->group(group);
    app.add_flag("--yes", s.yes, "Do not ask on the terminal before something is deleted")
        ->group(group);
    app.add_flag("-v,--verbose", s.verbose, "A line on standard error for each attempt")
        ->group(group);
}

}  // namespace cli
