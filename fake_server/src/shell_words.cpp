#include <algorithm>
#include <cctype>

#include "project_shell.hpp"
#include "shell_syntax.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

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

}  // namespace

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

// Called at a `$`. Moves `at` past what belongs to it.
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
            auto const i = static_cast<std::size_t>(name[0] - '0');
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
            // The value of a variable is split at its blanks.
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
        // There is no such directory, so nothing matches in it.
    }
    if (out.size() == before) out.push_back(pattern);
}

}  // namespace cohub::inline abi_0_2::fake
