#include "shell_syntax.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "project_shell.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

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

// The position after the word that begins here, or npos when a quote is not closed.
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
                ++at;
                if (at >= tokens.size() || tokens[at].op) {
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
        ++at;
        if (at >= tokens.size() || tokens[at].op) {
            throw refused{complaint(t.line) + "syntax error near unexpected token `newline'"};
        }
        r.target = tokens[at++].text;
        c.redirects.push_back(std::move(r));
    }
    return c;
}

}  // namespace cohub::inline abi_0_2::fake
