// What the command line takes, and what --help says about it.

#include <cohub/version.hpp>

#include "arguments.hpp"

namespace bench {

namespace {

CLI::Validator filled()
{
    return CLI::Validator(
        [](std::string& text) { return text.empty() ? "is empty" : std::string(); }, ""
    );
}

CLI::Option* add_text(
    CLI::App& command, char const* name, std::string& to, char const* type, std::string what
)
{
    return command.add_option(name, to, std::move(what))->type_name(type)->check(filled());
}

void describe_progress(CLI::App& command, arguments& a)
{
    command
        .add_option(
            "--progress", a.progress, "A line on standard error while it runs: --progress always"
        )
        ->check(CLI::IsMember({"auto", "always", "never"}));
}

void describe_soak(CLI::App& app, arguments& a)
{
    CLI::App& soak = *app.add_subcommand(
        "soak", "calls for long to a server of which one connection after the other fails"
    );
    soak.footer(
        "Exit status 1: a call was lost, doubled or answered wrongly, memory or descriptors grew,\n"
        "more than one of ten calls failed, or no fault was met."
    );
    soak.option_defaults()->always_capture_default();
    soak.add_option("--calls", a.soak.calls, "Calls in all: --calls 60000")
        ->check(CLI::Range(1000, 1'000'000'000));
    soak.add_option(
            "--connections",
            a.soak.connections,
            "Connections that are to fail, one way or another: --connections 600"
    )
        ->check(CLI::Range(100, 10'000'000));
    soak.add_option("--concurrency", a.soak.concurrency, "Calls in flight: --concurrency 8")
        ->check(CLI::Range(1, 10'000));
    soak.add_option("--seed", a.soak.seed, "Of the faults: --seed 7")->check(CLI::Range(0u, ~0u));
    describe_progress(soak, a);
    soak.callback([&a] { a.what = command::soak; });
}

void describe_server(CLI::App& lookup, arguments& a)
{
    add_text(
        lookup,
        "--host",
        a.host,
        "URL",
        "Server to load, as in --host https://hub.example.org; without it an\n"
        "embedded fake one"
    );
    auto* const key = add_text(
        lookup,
        "--api-key",
        a.api_key,
        "KEY",
        "API key for --host; else $COCALC_API_KEY: --api-key sk-..."
    );
    add_text(
        lookup,
        "--api-key-file",
        a.api_key_file,
        "FILE",
        "File with the API key, or - for standard input: --api-key-file ~/.key"
    )
        ->excludes(key);
    add_text(
        lookup,
        "--ca-file",
        a.ca_file,
        "PEM",
        "Issuers to trust; else $SSL_CERT_FILE: --ca-file ca.pem"
    );
}

void describe_pace(CLI::App& lookup, arguments& a)
{
    lookup
        .add_option(
            "--concurrency",
            a.concurrency,
            "Calls in flight, of all threads together: --concurrency 256"
        )
        ->check(CLI::Range(1, 100'000));
    lookup
        .add_option(
            "--connections",
            a.connections,
            "Connections at most, of all threads together: --connections 16"
        )
        ->check(CLI::Range(1, 65'535));
    lookup
        .add_option(
            "--threads",
            a.threads,
            "Number of threads; each has its own hub and its own pool: --threads 4"
        )
        ->check(CLI::Range(1, 1024));
    auto* const duration =
        lookup.add_option("--duration", a.duration, "How long: --duration 500ms, 10s, 2m");
    auto* const requests =
        lookup
            .add_option(
                "--requests", a.requests, "How many, in place of how long: --requests 10000"
            )
            ->check(CLI::Range(1, 100'000'000))
            ->excludes(duration);
    auto* const rate = add_text(
        lookup,
        "--rate",
        a.rate,
        "NUMBER",
        "Open loop: so many a second, 0.001 to 1e7; latencies from when due:\n"
        "--rate 500"
    );
    add_text(
        lookup,
        "--stages",
        a.stages,
        "LIST",
        "Open loop, one rate after the other, or ramps from one to another:\n"
        "--stages 10s:100,30s:100-1000,10s:1000"
    )
        ->excludes(rate)
        ->excludes(requests)
        ->excludes(duration);
    lookup.add_option(
        "--warmup",
        a.warm_up,
        "Load before the measuring begins, at the rate if there is one:\n"
        "--warmup 5s; 0s: nothing beyond what counts"
    );
    add_text(
        lookup,
        "--start-at",
        a.start_at,
        "SECONDS",
        "Wait until then (since 1970), so that several machines begin together:\n"
        "--start-at $(($(date +%s) + 30)); the warm-up is first"
    );
    add_text(
        lookup,
        "--timeout",
        a.timeout,
        "TIME",
        "A call's deadline; else 30s, of which those under way at the end\n"
        "have 2s, or twice what the slowest answer took: --timeout 5s"
    );
}

void describe_calls(CLI::App& lookup, arguments& a)
{
    add_text(
        lookup,
        "--mix",
        a.mixed,
        "LIST",
        "Methods and their weights, user_search alone if not given:\n"
        "--mix user_search=8,ping=1,get_names=1; get_customize too"
    );
    add_text(
        lookup,
        "--queries",
        a.queries,
        "FILE",
        "File with what is looked up in turn, one a line, or -: --queries names.txt"
    );
    add_text(
        lookup,
        "--ids",
        a.ids,
        "FILE",
        "File with account ids for get_names, one a line, or -: --ids ids.txt"
    );
}

// What lookup and merge share.
void describe_report(CLI::App& command, arguments& a)
{
    add_text(
        command,
        "--percentiles",
        a.percentiles,
        "LIST",
        "Which percentiles of the latencies are reported: --percentiles 50,75,99.99"
    );
    command
        .add_option(
            "--assert",
            a.asserted,
            "Exit with status 1 unless it holds: --assert 'p99<20ms', 'max<1s',\n"
            "'errors<0.1%', 'errors<=3', 'rate>1000'. For pN and max a call without a\n"
            "right answer takes for ever. With a bound for errors, they alone are no\n"
            "failure. With --compare also 'p99<+10%', 'rate>-5%': status 1 if the\n"
            "change is beyond that by more than noise, or if nothing can be said"
        )
        ->type_name("BOUND")
        ->expected(1)
        ->take_all()
        ->default_str("");
    add_text(
        command,
        "--compare",
        a.compared,
        "OLD.json",
        "Tell what changed since an old run, and what is noise:\n"
        "--compare yesterday.json"
    );
    add_text(
        command,
        "--json",
        a.json,
        "FILE",
        "Write all figures there, for merge and --compare: --json run.json;\n"
        "with - to standard output, and the text to standard error"
    );
    add_text(
        command, "--report", a.html, "FILE", "Write a page with charts there: --report page.html"
    );
}

void describe_lookup(CLI::App& app, arguments& a)
{
    CLI::App& lookup =
        *app.add_subcommand("lookup", "user_search, over and over, or a mix of methods");
    lookup.option_defaults()->always_capture_default();
    describe_server(lookup, a);
    describe_pace(lookup, a);
    describe_calls(lookup, a);
    describe_report(lookup, a);
    describe_progress(lookup, a);
    lookup.footer(
        "Examples:\n"
        "  cohub-bench lookup --concurrency 64 --duration 30s\n"
        "  cohub-bench lookup --host https://hub.example.org --api-key-file key --rate 200\n"
        "  cohub-bench lookup --stages 10s:0-500,60s:500 --report page.html\n"
        "  cohub-bench lookup --compare old.json --assert 'p99<+10%' --json new.json"
    );
    lookup.callback([&a] { a.what = command::lookup; });
}

void describe_merge(CLI::App& app, arguments& a)
{
    CLI::App& merge = *app.add_subcommand(
        "merge", "adds up runs of several processes or machines, by what --json wrote"
    );
    merge.option_defaults()->always_capture_default();
    merge.add_option("FILE", a.files, "What lookup --json has written, each run once")
        ->required()
        ->type_name("");
    describe_report(merge, a);
    merge.footer(
        "Examples:\n"
        "  cohub-bench merge a.json b.json c.json --json all.json --report all.html\n"
        "  cohub-bench merge new.json --compare old.json      (compares, and runs nothing)"
    );
    merge.callback([&a] { a.what = command::merge; });
}

}  // namespace

void describe(CLI::App& app, arguments& a)
{
    app.set_version_flag("--version", "cohub-bench " COHUB_VERSION_STRING);
    app.require_subcommand(1);
    app.footer(
        "cohub-bench COMMAND --help says what a command takes.\n"
        "Exit status: 0 all calls were answered rightly and what is asserted holds (soak: see its\n"
        "help), 1 not so, 2 wrong usage, 130 interrupted by Ctrl-C, 143 by SIGTERM; the report\n"
        "then has what was measured so far."
    );
    describe_lookup(app, a);
    describe_merge(app, a);
    describe_soak(app, a);
}

}  // namespace bench
