#include "project_shell.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "shell_syntax.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

// A script cannot loop, but it can double a text, and it can call itself.
constexpr int step_limit = 20'000;
constexpr int programs_limit = 60;
constexpr std::size_t text_limit = std::size_t{8} << 20;
// The number of bytes that all commands of a run may read, write and copy.
constexpr std::size_t work_limit = std::size_t{128} << 20;

bool is_assignment(std::string_view word)
{
    auto const equals = word.find('=');
    return equals != word.npos && equals > 0 && is_name_start(word[0]) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_name);
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
    // Each part of the path is looked up.
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
    // The hub puts a line of its own, a time limit, before the caller's first line.
    return std::string(script_name) + ": line " + std::to_string(line + 1) + ": ";
}

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
    int code = 0;
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
    int code = 0;
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

}  // namespace cohub::inline abi_0_2::fake
