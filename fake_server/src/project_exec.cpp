// `system.exec`: a command of the fake shell, its limits, and the project's texts about it. After
// packages/backend/execute-code.ts.

#include <boost/json/object.hpp>

#include <cmath>

#include "project_api.hpp"
#include "project_shell.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::size_t stderr_shown = 1024;

// At most `n` of JavaScript's characters (UTF-16 units).
std::string first_characters(std::string const& s, std::size_t n)
{
    if (s.size() <= n || utf16_length(s) <= n) return s;
    std::size_t at = 0;
    for (std::size_t units = 0; at < s.size();) {
        auto const lead = static_cast<unsigned char>(s[at]);
        std::size_t const bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        units += bytes == 4 ? 2 : 1;
        if (units > n) {
            std::string cut = s.substr(0, at);
            if (bytes != 4 || units != n + 1) return cut;
            // The cut is between the halves of a surrogate pair. The first half is kept, and
            // js_json writes it as an escape.
            auto const bits = [&](std::size_t i) {
                return static_cast<unsigned char>(s[at + i]) & 63u;
            };
            unsigned const high = ((lead & 7u) << 8 | bits(1) << 2 | bits(2) >> 4) - 0x40;
            cut += '\xED';
            cut += static_cast<char>(0xA0 | high >> 6);
            cut += static_cast<char>(0x80 | (high & 63));
            return cut;
        }
        at += bytes;
    }
    return s;
}

std::string shortened(std::string const& s)
{
    if (utf16_length(s) <= stderr_shown) return s;
    return first_characters(s, stderr_shown - 1) + "\u2026";
}

std::string joined(std::vector<std::string> const& words)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) out += (i ? " " : "") + words[i];
    return out;
}

std::string shell_quoted(std::string const& word)
{
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/:=-";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
    std::string out = "'";
    for (char const c : word) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

struct command_line
{
    std::string command;
    std::vector<std::string> arguments;
    std::string script;  ///< the text that bash runs, if it is bash
    bool bash = false;

    /// The command as the errors name it. For programs, the quotes are doubled.
    std::string shown() const
    {
        return bash ? script : "'" + command + "' (args=" + joined(arguments) + ")";
    }
};

command_line read_command(call const& c)
{
    command_line out;
    json::value const* const command = c.option("command");
    if (is_nullish(command)) {
        type_error(
            std::string("Cannot read properties of ") + (command ? "null" : "undefined") +
            " (reading 'split')"
        );
    }
    if (!command->is_string()) type_error("opts.command.split is not a function");
    out.command = command->get_string();
    if (json::value const* const given = c.option("args"); given && given->is_array()) {
        for (json::value const& v : given->get_array()) out.arguments.push_back(js_string(&v));
    }
    out.bash = is_truthy(c.option("bash"));
    if (out.arguments.empty() && out.command.find_first_of(" \t\n\r\v\f") != std::string::npos) {
        out.bash = true;
    }
    if (!out.bash) return out;
    out.script = out.command;
    if (!out.arguments.empty()) {
        out.script = shell_quoted(out.command);
        for (std::string const& a : out.arguments) out.script += ' ' + shell_quoted(a);
    }
    out.command = "bash";
    out.arguments = {"/tmp/cocalc-fake00/a.sh"};
    return out;
}

environment environment_of(call const& c, project_row const& p)
{
    environment env{
        {"COCALC_PROJECT_ID", p.project_id},
        {"HOME", std::string(file_tree::home)},
        {"LANG", "C.UTF-8"},
        {"PATH", "/usr/local/bin:/usr/bin:/bin"},
        {"SHELL", "/bin/bash"},
        {"USER", "user"},
    };
    auto const add = [&env](json::value const* v) {
        if (!v || !v->is_object()) return;
        for (auto const& [name, value] : v->get_object()) env[name] = js_string(&value);
    };
    add(p.more.if_contains("env"));
    add(c.option("env"));
    return env;
}

std::string directory_of(call const& c)
{
    std::string out(file_tree::home);
    if (auto const path = text_option(c, "path")) out = file_tree::absolute(*path);
    if (auto const cwd = text_option(c, "cwd"); cwd && !cwd->empty()) {
        out = file_tree::absolute(*cwd);
    }
    return out;
}

// Node's text when it cannot start a program.
std::string spawn_error(command_line const& line)
{
    json::array arguments;
    for (std::string const& a : line.arguments) arguments.emplace_back(a);
    return js_json(json::object{
        {"errno", -2},
        {"code", "ENOENT"},
        {"syscall", "spawn " + line.command},
        {"path", line.command},
        {"spawnargs", arguments}});
}

struct outcome
{
    shell_result result;
    std::optional<std::string> failure;  ///< the text alone
};

outcome run(call const& c, command_line const& line)
{
    project_row& p = project_of(c);
    json::value const* const given = c.option("timeout");
    double const seconds = is_nullish(given) ? 60 : js_number(*given);
    bool const limited = !std::isnan(seconds) && seconds > 0;
    std::int64_t const limit =
        limited ? static_cast<std::int64_t>(std::ceil(std::min(seconds, 1e9) * 1000)) : 0;
    std::string const directory = directory_of(c);
    file_entry const* const where = p.files.find(directory);

    outcome o;
    shell_result& r = o.result;
    if (where && where->is_directory()) {
        shell sh(p.files, environment_of(c, p), directory, c.world.now, limit);
        if (line.bash) {
            r = sh.run_script(line.script);
        } else {
            std::vector<std::string> words = line.arguments;
            words.insert(words.begin(), line.command);
            r = sh.run_program(words);
        }
    } else {
        r.not_found = true;
    }
    if (r.not_found) {
        r.exit_code = 1;
        r.err += spawn_error(line);
    }

    json::value const* const err_on_exit = c.option("err_on_exit");
    json::value const* const max = c.option("max_output");
    std::optional<std::size_t> max_output;
    if (!is_nullish(max)) {
        double const n = js_number(*max);
        max_output = n > 0 ? static_cast<std::size_t>(std::min(n, 1e12)) : 0;
    }
    // Bytes that are not UTF-8 arrive as U+FFFD.
    r.out = repair_utf8(r.out);
    r.err = repair_utf8(r.err);
    if (max_output) {
        r.out = first_characters(r.out, *max_output);
        r.err = first_characters(r.err, *max_output);
    }
    if (r.killed) {
        o.failure = "killed command '" + line.command + ' ' + joined(line.arguments) + "'";
    } else if (r.exit_code != 0 && (is_nullish(err_on_exit) || is_truthy(err_on_exit))) {
        o.failure = "command '" + line.shown() + "' exited with nonzero code " +
                    std::to_string(r.exit_code) + " -- stderr='" + shortened(r.err) + "'";
    } else if (r.not_found) {
        o.failure = "command '" + line.shown() + "' was not able to run -- stderr='" +
                    shortened(r.err) + "'";
    } else if (max_output) {
        std::string const tail = " (truncated at " + std::to_string(*max_output) + " characters)";
        if (utf16_length(r.out) >= *max_output) r.out += tail;
        if (utf16_length(r.err) >= *max_output) r.err += tail;
    }
    return o;
}

json::object describe(job_row const& j, std::int64_t now, bool with_stats)
{
    bool const done = j.finished || j.start + j.takes_ms <= now;
    std::int64_t const elapsed = done ? j.takes_ms : now - j.start;
    json::object o{
        {"type", "async"},
        {"stdout", j.out},
        {"stderr", j.err},
        {"exit_code", done ? j.exit_code : 0},
        {"start", j.start},
        {"job_id", j.job_id},
        {"status",
         !done      ? "running"
         : j.failed ? "error"
                    : "completed"},
        {"pid", j.pid},
    };
    if (done) {
        o["elapsed_s"] = static_cast<double>(j.takes_ms) / 1000;
    } else {
        std::size_t out = 0, err = 0;
        for (output_mark const& m : j.marks) {
            out = m.out;
            err = m.err;
            if (j.start + m.after_ms > now) break;
        }
        o["stdout"] = j.running_out.substr(0, out);
        o["stderr"] = j.running_err.substr(0, err);
    }
    if (with_stats) {
        json::array stats;
        for (std::int64_t at = 1000; at <= std::min<std::int64_t>(elapsed, 5000); at += 1000) {
            stats.push_back(json::object{
                {"timestamp", j.start + at}, {"mem_rss", 4}, {"cpu_pct", 0}, {"cpu_secs", 0}});
        }
        o["stats"] = std::move(stats);
    }
    return o;
}

std::string begin_job(call& c, command_line const& line)
{
    project_row& p = project_of(c);
    outcome o = run(c, line);
    job_row j;
    j.job_id = c.world.random_uuid();
    j.pid = p.next_pid++;
    j.start = c.world.now;
    j.takes_ms = o.result.takes_ms;
    j.marks = std::move(o.result.marks);
    j.running_out = o.result.out;
    j.running_err = o.result.err;
    j.failed = o.failure.has_value();
    if (j.failed) {
        j.err = *o.failure;
        j.exit_code = 1;
    } else {
        j.out = std::move(o.result.out);
        j.err = std::move(o.result.err);
        j.exit_code = o.result.exit_code;
    }
    p.jobs.push_back(j);
    // The answer is older than the first output, even for a command that takes no time.
    j.marks.clear();
    j.takes_ms = 1;
    return js_json(describe(j, c.world.now, false));
}

std::string look_at_job(call& c)
{
    std::string const id = js_string(c.option("async_get"));
    for (job_row& j : project_of(c).jobs) {
        if (j.job_id != id) continue;
        std::int64_t const left = j.start + j.takes_ms - c.world.now;
        if (!j.finished && left > 0 && is_truthy(c.option("async_await"))) {
            c.takes += std::chrono::milliseconds(left);
            // A client that waits until the end sees the end, whatever the clock says.
            j.finished = c.takes <= c.patience;
        }
        return js_json(describe(j, c.world.now, is_truthy(c.option("async_stats"))));
    }
    fail("Async operation '" + id + "' does not exist.");
}

}  // namespace

void job_row::kill(std::int64_t now)
{
    takes_ms = now - start;
    finished = true;
    failed = false;
    exit_code = 0;
}

std::string execute_command(call& c)
{
    if (is_truthy(c.option("async_get"))) return look_at_job(c);
    command_line const line = read_command(c);
    if (is_truthy(c.option("async_call"))) return begin_job(c, line);
    outcome const o = run(c, line);
    c.takes += std::chrono::milliseconds(o.result.takes_ms);
    if (o.failure) throw call_error(*o.failure);
    return js_json(json::object{
        {"type", "blocking"},
        {"stdout", o.result.out},
        {"stderr", o.result.err},
        {"exit_code", o.result.exit_code}});
}

}  // namespace cohub::inline abi_0_2::fake
