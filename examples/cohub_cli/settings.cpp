#include "settings.hpp"

#include <cstdio>
#include <sstream>
#include <string>

#include "values.hpp"

namespace cli {

namespace {

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

void settings::apply(cohub::options& o) const
{
    if (!host.empty()) o.host = host;
    if (!api_key.empty()) o.api_key = api_key;
    if (!api_key_file.empty()) o.api_key = read_secret("--api-key-file", api_key_file);
    if (!ca_file.empty()) o.tls.ca_file = ca_file;
    if (!timeout.empty()) o.timeouts.call = parse_duration(timeout);
    if (retries >= 0) o.retry.max_attempts = retries + 1;
    if (verbose) o.hooks.on_attempt = tell;
    o.pool.max_connections = 1;
    o.threads = cohub::threading::single;
    o.user_agent = "cohub-cli/" COHUB_VERSION_STRING;
}

cohub::options settings::client_options() const
{
    auto o = cohub::options::from_env();
    apply(o);
    if (o.api_key.empty())
        throw usage_error(
            "there is no API key; give it by --api-key-file FILE, --api-key KEY or COCALC_API_KEY"
        );
    return o;
}

cohub::pieces::options settings::pieces_options() const
{
    auto o = cohub::pieces::options::from_env();
    apply(o);
    return o;
}

void add_global_options(CLI::App& app, settings& s)
{
    auto const group = "Global options, before or after the method";
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
    app.add_option("--timeout", s.timeout, "For the whole call: 10s, 500ms, 2m; else 30s")
        ->type_name("TIME")
        ->group(group);
    app.add_option("--retries", s.retries, "Repetitions of a failed call, if it bears any; else 2")
        ->type_name("N")
        ->check(CLI::Range(0, 99))
        ->group(group);
    app.add_option("-o,--output", s.output, "json, or table for the eye")
        ->type_name("json|table")
        ->check(CLI::IsMember({"json", "table"}))
        ->group(group);
    app.add_flag("-v,--verbose", s.verbose, "A line on standard error for each attempt")
        ->group(group);
}

}  // namespace cli
