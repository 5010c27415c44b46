#include "project_shell.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "text.hpp"

namespace cohub::fake {

namespace {

// A script cannot loop, but it can double a text, and call itself.
constexpr int step_limit = 20'000;
constexpr int depth_limit = 25;
constexpr int programs_limit = 60;
constexpr std::size_t text_limit = std::size_t{8} << 20;
// What all the commands of a run may read, write and copy, in bytes.
constexpr std::size_t work_limit = std::size_t{128} << 20;

constexpr std::string_view script_name = "/tmp/cocalc-fake00/a.sh";

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool is_name(char c) { return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_assignment(std::string_view word)
{
    auto const equals = word.find('=');
    return equals != word.npos && equals > 0 && is_name_start(word[0]) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_name);
}

bool wildcard_matches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0, t = 0, star = pattern.npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

// Where what was opened before `at` is closed, or npos.
std::size_t closing_parenthesis(std::string_view s, std::size_t at)
{
    for (int open = 1; at < s.size();) {
        char const c = s[at];
        if (c == '\\') {
            at += 2;
        } else if (c == '\'') {
            at = s.find('\'', at + 1);
            if (at == s.npos) return at;
            ++at;
        } else {
            if (c == '(') ++open;
            if (c == ')' && --open == 0) return at;
            ++at;
        }
    }
    return s.npos;
}

}  // namespace

shell::shell(
    file_tree& files, environment env, std::string directory, std::int64_t now, std::int64_t limit
)
    : files_(files),
      env_(std::move(env)),
      directory_(std::move(directory)),
      now_(now),
      limit_(limit)
{
    env_["PWD"] = directory_;
}

shell_result shell::finish(std::function<int(shell_io)> const& body)
{
    static std::string const no_input;
    try {
        result_.exit_code = body({&no_input, &result_.out, &result_.err});
    } catch (exited const& e) {
        result_.exit_code = e.code;
    } catch (refused const& e) {
        result_.err += e.text + '\n';
        result_.exit_code = 2;
    } catch (out_of_time const&) {
        result_.killed = true;
        result_.exit_code = 1;
    }
    result_.takes_ms = elapsed_;
    return std::move(result_);
}

shell_result shell::run_script(std::string_view script)
{
    return finish([&](shell_io io) { return source(script, {std::string(script_name)}, io); });
}

shell_result shell::run_program(std::vector<std::string> const& words)
{
    return finish([&](shell_io io) {
        auto const code = dispatch(words, io, false);
        result_.not_found = !code;
        return code.value_or(1);
    });
}

int shell::source(std::string_view script, std::vector<std::string> arguments, shell_io io)
{
    if (++depth_ > depth_limit) throw refused{"the fake shell: nested too deeply"};
    charge(script.size());
    std::swap(arguments_, arguments);
    auto const tokens = tokens_of(script);
    std::size_t at = 0;
    list const whole = parse(tokens, at, "", 0);
    int const code = run(whole, io);
    std::swap(arguments_, arguments);
    --depth_;
    return code;
}

int shell::nested(std::string_view script, std::vector<std::string> arguments, shell_io io)
{
    return isolated([&] { return source(script, std::move(arguments), io); });
}

void shell::count_step()
{
    if (++steps_ > step_limit) throw refused{"the fake shell: too many commands"};
}

void shell::charge(std::size_t bytes)
{
    if (bytes > work_limit - work_) throw refused{"the fake shell: too much work"};
    work_ += bytes;
}

std::string shell::path(std::string_view relative)
{
    std::string out = file_tree::absolute(relative, directory_);
    // Each of its parts is looked up.
    charge(64 * std::min(out.size(), file_tree::path_limit) + relative.size());
    return out;
}

void shell::sleep(std::int64_t ms)
{
    if (limit_ > 0 && elapsed_ + ms > limit_) {
        elapsed_ = limit_;
        throw out_of_time();
    }
    elapsed_ += ms;
    result_.marks.push_back({elapsed_, result_.out.size(), result_.err.size()});
}

void shell::write(std::string* to, std::string_view text)
{
    if (to->size() + text.size() > text_limit) throw refused{"the fake shell: too much output"};
    charge(text.size());
    to->append(text);
}

std::string shell::complaint(std::size_t line) const
{
    // The hub's own first line, a limit on the time, comes before the caller's.
    return std::string(script_name) + ": line " + std::to_string(line + 1) + ": ";
}

// --- reading a script ---------------------------------------------------------------------------

// Behind the word that begins here, or npos when a quote is not closed.
std::size_t shell::word_end(std::string_view s, std::size_t at)
{
    constexpr std::string_view ends = " \t\n;&|<>()";
    while (at < s.size() && ends.find(s[at]) == ends.npos) {
        if (s[at] == '\\') {
            at = std::min(at + 2, s.size());
        } else if (s[at] == '\'') {
            at = s.find('\'', at + 1);
            if (at == s.npos) return at;
            ++at;
        } else if (s[at] == '"') {
            for (++at;; ++at) {
                if (at >= s.size()) return s.npos;
                if (s[at] == '"') break;
                if (s[at] == '\\') ++at;
                if (s.substr(at).starts_with("$(")) {
                    at = closing_parenthesis(s, at + 2);
                    if (at == s.npos) return at;
                }
            }
            ++at;
        } else if (s.substr(at).starts_with("$(")) {
            at = closing_parenthesis(s, at + 2);
            if (at == s.npos) return at;
            ++at;
        } else if (s.substr(at).starts_with("${")) {
            at = s.find('}', at);
            if (at == s.npos) return at;
            ++at;
        } else {
            ++at;
        }
    }
    return at;
}

std::vector<shell::token> shell::tokens_of(std::string_view s)
{
    static constexpr std::array ops = std::to_array<std::string_view>(
        {"&&", "||", ";;", "&>", ">>", ">&", "<<", "<&", ";", "&", "|", "<", ">", "(", ")", "\n"}
    );
    std::vector<token> out;
    std::size_t line = 1;
    bool glued = false;
    for (std::size_t i = 0; i < s.size();) {
        if (is_blank(s[i]) || s[i] == '\r') {
            ++i;
            glued = false;
            continue;
        }
        if (s.substr(i).starts_with("\\\n")) {
            i += 2;
            ++line;
            continue;
        }
        if (s[i] == '#' && !glued) {
            i = std::min(s.find('\n', i), s.size());
            continue;
        }
        auto const op = std::find_if(ops.begin(), ops.end(), [&](std::string_view o) {
            return s.substr(i).starts_with(o);
        });
        if (op != ops.end()) {
            out.push_back({std::string(*op), true, glued, line});
            i += op->size();
            if (*op == "\n") ++line;
            glued = *op != "\n";
            continue;
        }
        std::size_t const end = word_end(s, i);
        if (end == s.npos) {
            throw refused{
                std::string(script_name) + ": line " + std::to_string(line + 1) +
                ": unexpected EOF while looking for matching quote"};
        }
        std::string_view const word = s.substr(i, end - i);
        out.push_back({std::string(word), false, glued, line});
        line += static_cast<std::size_t>(std::count(word.begin(), word.end(), '\n'));
        i = end;
        glued = true;
    }
    return out;
}

shell::list shell::parse(
    std::vector<token> const& tokens, std::size_t& at, std::string_view until, int depth
)
{
    if (depth > depth_limit) throw refused{"the fake shell: nested too deeply"};
    auto const unexpected = [&](token const& t) {
        std::string const text = t.text == "\n" ? "newline" : t.text;
        return refused{complaint(t.line) + "syntax error near unexpected token `" + text + "'"};
    };
    list out;
    auto const skip_lines = [&] {
        while (at < tokens.size() && tokens[at].op && tokens[at].text == "\n") ++at;
    };
    for (skip_lines(); at < tokens.size(); skip_lines()) {
        if (!until.empty() && tokens[at].text == until) break;
        pipeline p;
        if (!tokens[at].op && tokens[at].text == "!") {
            p.negated = true;
            ++at;
        }
        for (;;) {
            if (at >= tokens.size()) {
                throw refused{complaint(1) + "syntax error: unexpected end of file"};
            }
            command c = parse_command(tokens, at, depth);
            if (c.words.empty() && c.redirects.empty() && !c.body) throw unexpected(tokens[at]);
            p.commands.push_back(std::move(c));
            if (at >= tokens.size() || tokens[at].text != "|" || !tokens[at].op) break;
            ++at;
            skip_lines();
        }
        std::string next;
        if (at < tokens.size()) {
            next = tokens[at].text;
            bool const known =
                next == ";" || next == "&" || next == "&&" || next == "||" || next == "\n";
            if (until.empty() || next != until) {
                if (!known) throw unexpected(tokens[at]);
                ++at;
            }
        }
        out.parts.emplace_back(std::move(p), std::move(next));
    }
    if (!until.empty()) {
        if (at >= tokens.size()) {
            throw refused{complaint(1) + "syntax error: unexpected end of file"};
        }
        ++at;
    }
    return out;
}

shell::command shell::parse_command(std::vector<token> const& tokens, std::size_t& at, int depth)
{
    static constexpr std::array unknown = std::to_array<std::string_view>(
        {"if", "for", "while", "until", "case", "select", "function", "[[", "time", "coproc"}
    );
    command c;
    c.line = tokens[at].line;
    if (tokens[at].text == "(" && tokens[at].op) {
        c.body = std::make_shared<list>(parse(tokens, ++at, ")", depth + 1));
        c.subshell = true;
    } else if (tokens[at].text == "{" && !tokens[at].op) {
        c.body = std::make_shared<list>(parse(tokens, ++at, "}", depth + 1));
    } else if (!tokens[at].op &&
               std::find(unknown.begin(), unknown.end(), tokens[at].text) != unknown.end()) {
        throw refused{"the fake shell has no '" + tokens[at].text + "'"};
    }
    while (at < tokens.size()) {
        token const& t = tokens[at];
        if (!t.op) {
            bool const number = t.text.size() == 1 && (t.text == "1" || t.text == "2");
            bool const for_redirect = number && at + 1 < tokens.size() && tokens[at + 1].op &&
                                      tokens[at + 1].glued && tokens[at + 1].text[0] == '>';
            if (for_redirect) {
                ++at;
                redirect r{t.text == "2" ? 2 : 1, tokens[at].text, {}};
                if (++at >= tokens.size() || tokens[at].op) {
                    throw refused{
                        complaint(t.line) + "syntax error near unexpected token `newline'"};
                }
                r.target = tokens[at++].text;
                c.redirects.push_back(std::move(r));
                continue;
            }
            if (c.body) break;
            c.words.push_back(t.text);
            ++at;
            continue;
        }
        if (t.text == "<<") throw refused{"the fake shell has no here documents"};
        if (t.text != ">" && t.text != ">>" && t.text != ">&" && t.text != "&>" && t.text != "<") {
            break;
        }
        redirect r{t.text == "<" ? 0 : 1, t.text, {}};
        if (++at >= tokens.size() || tokens[at].op) {
            throw refused{complaint(t.line) + "syntax error near unexpected token `newline'"};
        }
        r.target = tokens[at++].text;
        c.redirects.push_back(std::move(r));
    }
    return c;
}

// --- running it ---------------------------------------------------------------------------------

int shell::run(list const& what, shell_io io)
{
    bool skip = false;
    std::string before;
    for (auto const& [p, next] : what.parts) {
        if (before == "&&") skip = status_ != 0;
        if (before == "||") skip = status_ == 0;
        if (before != "&&" && before != "||") skip = false;
        if (!skip) status_ = run(p, io);
        before = next;
    }
    return status_;
}

int shell::isolated(std::function<int()> const& body)
{
    for (auto const& [name, value] : env_) charge(name.size() + value.size());
    for (std::string const& argument : arguments_) charge(argument.size());
    environment const env = env_;
    std::string const directory = directory_;
    auto const arguments = arguments_;
    int const depth = depth_, programs = programs_;
    int code;
    try {
        code = body();
    } catch (exited const& e) {
        code = e.code;
    }
    env_ = env;
    directory_ = directory;
    arguments_ = arguments;
    depth_ = depth;
    programs_ = programs;
    return code;
}

int shell::run(pipeline const& what, shell_io io)
{
    int code = 0;
    if (what.commands.size() == 1) {
        code = run(what.commands[0], io);
    } else {
        charge(io.in->size());
        std::string input = *io.in;
        for (std::size_t i = 0; i < what.commands.size(); ++i) {
            bool const last = i + 1 == what.commands.size();
            std::string output;
            shell_io const stage{&input, last ? io.out : &output, io.err};
            code = isolated([&] { return run(what.commands[i], stage); });
            input = std::move(output);
        }
    }
    return what.negated ? (code == 0 ? 1 : 0) : code;
}

int shell::run(command const& what, shell_io io)
{
    count_step();
    struct file_sink
    {
        std::string path;
        std::shared_ptr<std::string> text;
    };
    std::vector<file_sink> sinks;
    std::string input;
    for (redirect const& r : what.redirects) {
        std::string const target = expand_to_text(r.target);
        if (r.op == ">&") {
            (r.fd == 2 ? io.err : io.out) = target == "2" ? io.err : io.out;
            continue;
        }
        try {
            if (r.fd == 0) {
                std::string const& text = files_.read(path(target));
                charge(text.size());
                input = text;
                io.in = &input;
                continue;
            }
            auto text = std::make_shared<std::string>();
            if (target != "/dev/null") {
                if (r.op == ">>") {
                    files_.append(path(target), "", now());
                } else {
                    files_.write(path(target), "", now());
                }
                sinks.push_back({path(target), text});
            } else {
                sinks.push_back({{}, text});
            }
            if (r.fd == 1 || r.op == "&>") io.out = text.get();
            if (r.fd == 2 || r.op == "&>") io.err = text.get();
        } catch (file_error const& error) {
            write(io.err, complaint(what.line) + target + ": " + error.what() + "\n");
            return 1;
        }
    }
    auto const keep = [&] {
        bool kept = true;
        for (file_sink const& sink : sinks) {
            if (sink.path.empty()) continue;
            try {
                files_.append(sink.path, *sink.text, now());
            } catch (file_error const& error) {
                write(&result_.err, complaint(what.line) + sink.path + ": " + error.what() + "\n");
                kept = false;
            }
        }
        return kept;
    };
    int code;
    try {
        if (!what.body) {
            code = run_words(what, io);
        } else if (what.subshell) {
            code = isolated([&] { return run(*what.body, io); });
        } else {
            code = run(*what.body, io);
        }
    } catch (exited const&) {
        keep();
        throw;
    } catch (out_of_time const&) {
        keep();
        throw;
    }
    return keep() ? code : 1;
}

int shell::run_words(command const& what, shell_io io)
{
    std::size_t first = 0;
    std::vector<std::pair<std::string, std::string>> assignments;
    while (first < what.words.size() && is_assignment(what.words[first])) {
        std::string const& word = what.words[first++];
        auto const equals = word.find('=');
        assignments.emplace_back(word.substr(0, equals), expand_to_text(word.substr(equals + 1)));
    }
    std::vector<std::string> words;
    for (; first < what.words.size(); ++first) {
        for (std::string& field : expand(what.words[first])) words.push_back(std::move(field));
    }
    if (words.empty()) {
        for (auto& [name, value] : assignments) env_[name] = std::move(value);
        return 0;
    }
    environment before;
    if (!assignments.empty()) {
        for (auto const& [name, value] : env_) charge(name.size() + value.size());
        before = env_;
    }
    for (auto& [name, value] : assignments) env_[name] = std::move(value);
    auto const code = dispatch(words, io, true);
    if (!assignments.empty()) env_ = std::move(before);
    if (code) return *code;
    bool const is_path = words[0].find('/') != std::string::npos;
    write(
        io.err,
        complaint(what.line) + words[0] +
            (is_path ? ": No such file or directory\n" : ": command not found\n")
    );
    return 127;
}

std::optional<int> shell::dispatch(
    std::vector<std::string> const& words, shell_io io, bool builtins
)
{
    count_step();
    for (std::string const& word : words) charge(word.size());
    std::string const& name = words[0];
    if (builtins) {
        if (name == ":") return 0;
        if (name == "exit") {
            int code = status_;
            if (words.size() > 1) {
                bool const number = !words[1].empty() && words[1].size() < 10 &&
                                    words[1].find_first_not_of("0123456789") == std::string::npos;
                code = number ? std::stoi(words[1]) & 255 : 2;
            }
            throw exited{code};
        }
        if (name == "cd") {
            std::string const target = words.size() > 1 ? words[1] : std::string(file_tree::home);
            file_entry const* const e = files_.find(path(target));
            if (!e || !e->is_directory()) {
                write(
                    io.err,
                    complaint(1) + "cd: " + target +
                        (e ? ": Not a directory\n" : ": No such file or directory\n")
                );
                return 1;
            }
            directory_ = path(target);
            env_["PWD"] = directory_;
            return 0;
        }
        if (name == "export") {
            for (std::size_t i = 1; i < words.size(); ++i) {
                if (!is_assignment(words[i])) continue;
                auto const equals = words[i].find('=');
                env_[words[i].substr(0, equals)] = words[i].substr(equals + 1);
            }
            return 0;
        }
        if (name == "unset") {
            for (std::size_t i = 1; i < words.size(); ++i) env_.erase(words[i]);
            return 0;
        }
        if (name == "set" || name == "ulimit") return 0;
    }
    if (++programs_ > programs_limit) throw refused{"the fake shell: nested too deeply"};
    auto const code = run_shell_program(*this, words, io);
    --programs_;
    return code;
}

// --- words --------------------------------------------------------------------------------------

std::string shell::substitute(std::string_view script)
{
    count_step();
    std::string out;
    static std::string const no_input;
    for (std::string const& argument : arguments_) charge(argument.size());
    auto const arguments = arguments_;
    isolated([&] { return status_ = source(script, arguments, {&no_input, &out, &result_.err}); });
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

// At a `$`; moves behind what belongs to it.
std::string shell::parameter(std::string_view word, std::size_t& at)
{
    std::string_view const rest = word.substr(at + 1);
    auto const value = [&](std::string_view name) -> std::string {
        if (name == "?") return std::to_string(status_);
        if (name == "$") return "1000";
        if (name == "#") return std::to_string(arguments_.empty() ? 0 : arguments_.size() - 1);
        if (name == "@" || name == "*") {
            std::string all;
            for (std::size_t i = 1; i < arguments_.size(); ++i) {
                charge(arguments_[i].size() + 1);
                all += (i > 1 ? " " : "") + arguments_[i];
            }
            return all;
        }
        if (name.size() == 1 && std::isdigit(static_cast<unsigned char>(name[0]))) {
            std::size_t const i = static_cast<std::size_t>(name[0] - '0');
            if (i >= arguments_.size()) return "";
            charge(arguments_[i].size());
            return arguments_[i];
        }
        auto const found = env_.find(name);
        if (found == env_.end()) return "";
        charge(found->second.size());
        return found->second;
    };
    if (rest.starts_with("((")) throw refused{"the fake shell has no arithmetic"};
    if (rest.starts_with('(')) {
        std::size_t const close = closing_parenthesis(word, at + 2);
        if (close == word.npos) throw refused{"the fake shell: `$(` without `)`"};
        std::string const out = substitute(word.substr(at + 2, close - at - 2));
        at = close + 1;
        return out;
    }
    if (rest.starts_with('{')) {
        std::size_t const close = word.find('}', at);
        if (close == word.npos) throw refused{"the fake shell: `${` without `}`"};
        std::string_view const inner = word.substr(at + 2, close - at - 2);
        at = close + 1;
        auto const alternative = inner.find(":-");
        std::string v = value(inner.substr(0, alternative));
        if (v.empty() && alternative != inner.npos) {
            return expand_to_text(std::string(inner.substr(alternative + 2)));
        }
        return v;
    }
    std::size_t length = 0;
    if (!rest.empty() && is_name_start(rest[0])) {
        while (length < rest.size() && is_name(rest[length])) ++length;
    } else if (!rest.empty() && std::string_view("?$#@*0123456789").find(rest[0]) != rest.npos) {
        length = 1;
    }
    at += 1 + length;
    return length ? value(rest.substr(0, length)) : "$";
}

std::vector<std::string> shell::expand(std::string const& raw)
{
    std::vector<std::string> fields;
    std::string field;
    bool begun = false, wild = false;
    auto const end_field = [&] {
        if (begun && wild) {
            match_files(field, fields);
        } else if (begun) {
            fields.push_back(field);
        }
        field.clear();
        begun = wild = false;
    };
    auto const add = [&](std::string_view text) {
        write(&field, text);
        begun = true;
    };
    std::size_t i = 0;
    if (raw == "~" || raw.starts_with("~/")) {
        add(file_tree::home);
        i = 1;
    }
    while (i < raw.size()) {
        char const c = raw[i];
        if (c == '\\') {
            if (i + 1 < raw.size() && raw[i + 1] != '\n')
                add(std::string_view(raw).substr(i + 1, 1));
            i += 2;
        } else if (c == '\'') {
            std::size_t const close = raw.find('\'', i + 1);
            if (close == raw.npos) throw refused{"the fake shell: a quote is not closed"};
            add(std::string_view(raw).substr(i + 1, close - i - 1));
            i = close + 1;
        } else if (c == '"') {
            add("");
            for (++i; i < raw.size() && raw[i] != '"';) {
                if (raw[i] == '\\' && i + 1 < raw.size() &&
                    std::string_view("$`\"\\\n").find(raw[i + 1]) != std::string_view::npos) {
                    if (raw[i + 1] != '\n') add(std::string_view(raw).substr(i + 1, 1));
                    i += 2;
                } else if (raw[i] == '$') {
                    add(parameter(raw, i));
                } else {
                    add(std::string_view(raw).substr(i++, 1));
                }
            }
            if (i >= raw.size()) throw refused{"the fake shell: a quote is not closed"};
            ++i;
        } else if (c == '$') {
            // What comes from a variable falls apart at its blanks.
            std::string const value = parameter(raw, i);
            std::string_view left = value;
            while (!left.empty()) {
                auto const gap = left.find_first_of(" \t\n");
                if (gap != 0) add(left.substr(0, gap));
                if (gap == left.npos) break;
                end_field();
                auto const next = left.find_first_not_of(" \t\n", gap);
                left = next == left.npos ? std::string_view() : left.substr(next);
            }
        } else {
            wild = wild || c == '*' || c == '?';
            add(std::string_view(raw).substr(i++, 1));
        }
    }
    end_field();
    return fields;
}

std::string shell::expand_to_text(std::string const& raw)
{
    std::string out;
    for (std::string const& field : expand(raw)) {
        if (!out.empty()) write(&out, " ");
        write(&out, field);
    }
    return out;
}

void shell::match_files(std::string const& pattern, std::vector<std::string>& out)
{
    auto const slash = pattern.rfind('/');
    std::string const directory = slash == pattern.npos ? "" : pattern.substr(0, slash + 1);
    std::string_view const name = std::string_view(pattern).substr(directory.size());
    std::size_t const before = out.size();
    try {
        std::string const place = path(directory);
        charge(files_.entry_count());
        for (std::string const& entry : files_.list(place)) {
            charge(entry.size() * std::min(entry.size(), name.size()));
            if (entry[0] == '.' && !name.starts_with('.')) continue;
            if (!wildcard_matches(name, entry)) continue;
            charge(directory.size() + entry.size());
            out.push_back(directory + entry);
        }
    } catch (file_error const&) {
        // No such directory, and so nothing in it.
    }
    if (out.size() == before) out.push_back(pattern);
}

}  // namespace cohub::fake
