// The reader of the small Python: it reads an expression and evaluates it at the same time.

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <numbers>
#include <optional>
#include <utility>

#include "small_python.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {
constexpr int depth_limit = 60;
}

// Reads an expression and evaluates it at the same time. A dry run only reads, so that a syntax
// error in the last line of a cell prevents its first line from running.
struct small_python::reader
{
    small_python& python;
    std::string_view s;
    bool dry;
    std::size_t at = 0;
    int depth = 0;

    [[noreturn]] static void bad_syntax() { throw raised{"SyntaxError", "invalid syntax"}; }

    bool blank_or_comment_left()
    {
        skip();
        return at == s.size();
    }
    void skip()
    {
        while (at < s.size() && (s[at] == ' ' || s[at] == '\t' || s[at] == '\r')) ++at;
        if (at < s.size() && s[at] == '#') at = s.size();
    }
    bool take(std::string_view op)
    {
        skip();
        if (!s.substr(at).starts_with(op)) return false;
        at += op.size();
        return true;
    }
    bool take_word(std::string_view w)
    {
        skip();
        if (name_here() != w) return false;
        at += w.size();
        return true;
    }
    std::string_view name_here()
    {
        skip();
        std::size_t end = at;
        while (end < s.size() && (std::isalnum(static_cast<unsigned char>(s[end])) || s[end] == '_')
        )
            ++end;
        bool const begins = at < end && !std::isdigit(static_cast<unsigned char>(s[at]));
        return begins ? s.substr(at, end - at) : std::string_view();
    }

    value tuple()
    {
        value first = disjunction();
        if (!take(",")) return first;
        std::vector<value> items{first};
        while (!blank_or_comment_left() && s[at] != ')' && s[at] != ']') {
            items.push_back(disjunction());
            if (!take(",")) break;
        }
        return python.make_sequence(std::move(items), true);
    }
    value disjunction()
    {
        if (++depth > depth_limit)
            throw raised{"RecursionError", "maximum recursion depth exceeded"};
        value v = conjunction();
        while (take_word("or")) {
            value const other = conjunction();
            if (!dry && !truth(v)) v = other;
        }
        --depth;
        return v;
    }
    value conjunction()
    {
        value v = negation();
        while (take_word("and")) {
            value const other = negation();
            if (!dry && truth(v)) v = other;
        }
        return v;
    }
    value negation()
    {
        if (!take_word("not")) return comparison();
        if (++depth > depth_limit)
            throw raised{"RecursionError", "maximum recursion depth exceeded"};
        value const v = negation();
        --depth;
        return dry ? v : value{!truth(v)};
    }
    value comparison()
    {
        value v = sum();
        for (;;) {
            std::string_view found;
            for (std::string_view const op : {"==", "!=", "<=", ">=", "<", ">"}) {
                if (take(op)) {
                    found = op;
                    break;
                }
            }
            if (found.empty()) return v;
            value const other = sum();
            if (dry) continue;
            int const c = python.compare(v, other, found);
            bool const holds = found == "=="   ? c == 0
                               : found == "!=" ? c != 0
                               : found == "<=" ? c <= 0
                               : found == ">=" ? c >= 0
                               : found == "<"  ? c < 0
                                               : c > 0;
            v = {holds};
        }
    }
    value combine(value const& a, value const& b, std::string_view op)
    {
        return dry ? value{} : python.arithmetic(a, b, op);
    }
    value sum()
    {
        value v = product();
        for (;;) {
            if (take("+")) {
                v = combine(v, product(), "+");
            } else if (take("-")) {
                v = combine(v, product(), "-");
            } else {
                return v;
            }
        }
    }
    value product()
    {
        value v = sign();
        for (;;) {
            if (take("//")) {
                v = combine(v, sign(), "//");
            } else if (take("/")) {
                v = combine(v, sign(), "/");
            } else if (take("%")) {
                v = combine(v, sign(), "%");
            } else if (skip(), s.substr(at).starts_with("*") && !s.substr(at).starts_with("**")) {
                ++at;
                v = combine(v, sign(), "*");
            } else {
                return v;
            }
        }
    }
    value sign()
    {
        bool minus = false;
        for (;;) {
            if (take("-")) {
                minus = !minus;
            } else if (!take("+")) {
                break;
            }
        }
        value const v = power();
        return minus ? combine({std::int64_t{0}}, v, "-") : v;
    }
    value power()
    {
        value v = postfix();
        if (!take("**")) return v;
        if (++depth > depth_limit)
            throw raised{"RecursionError", "maximum recursion depth exceeded"};
        value const exponent = sign();
        --depth;
        return combine(v, exponent, "**");
    }
    value postfix()
    {
        value v = atom();
        for (;;) {
            if (take("[")) {
                value const index = disjunction();
                if (!take("]")) bad_syntax();
                if (!dry) v = element(v, index);
            } else if (take("(")) {
                v = call(v);
            } else {
                return v;
            }
        }
    }
    value element(value const& v, value const& index)
    {
        auto const i = as_integer(index);
        if (as_number(v)) {
            throw raised{"TypeError", "'" + type_name(v) + "' object is not subscriptable"};
        }
        if (!i) throw raised{"TypeError", type_name(v) + " indices must be integers or slices"};
        auto const all = python.items(v);
        auto const n = static_cast<std::int64_t>(all.size());
        std::int64_t const k = *i < 0 ? *i + n : *i;
        if (k < 0 || k >= n) throw raised{"IndexError", type_name(v) + " index out of range"};
        return all[static_cast<std::size_t>(k)];
    }
    // Whether a `for` comes before the bracket that is open here is closed.
    bool comprehension_follows() const
    {
        char quote = 0;
        int open = 0;
        for (std::size_t i = at; i < s.size() && open >= 0; ++i) {
            char const c = s[i];
            if (quote != 0) {
                if (c == '\\') ++i;
                if (c == quote) quote = 0;
                continue;
            }
            if (c == '#') return false;
            if (c == '"' || c == '\'') quote = c;
            if (c == '(' || c == '[') ++open;
            if (c == ')' || c == ']') --open;
            bool const blank_before = i > at && (s[i - 1] == ' ' || s[i - 1] == '\t');
            if (open == 0 && blank_before && s.substr(i).starts_with("for ")) return true;
        }
        return false;
    }
    // `EXPRESSION for NAME in ITEMS [if CONDITION]`, up to the closing bracket.
    value comprehension()
    {
        std::size_t const expression = at;
        bool const outer = std::exchange(dry, true);
        disjunction();
        dry = outer;
        if (!take_word("for")) bad_syntax();
        std::string const name(name_here());
        if (name.empty()) bad_syntax();
        skip();
        at += name.size();
        if (!take_word("in")) bad_syntax();
        value const source = disjunction();
        std::size_t const condition = at;
        bool const filtered = take_word("if");
        if (filtered) {
            dry = true;
            disjunction();
            dry = outer;
        }
        std::size_t const end = at;
        if (dry) return {};
        // The name belongs to the comprehension, also if it ends by an exception.
        struct restorer
        {
            std::map<std::string, value>& variables;
            std::string const& name;
            std::optional<value> before;

            ~restorer()
            {
                variables.erase(name);
                if (before) variables.emplace(name, std::move(*before));
            }
        } restored{python.variables_, name, {}};
        auto const known = python.variables_.find(name);
        if (known != python.variables_.end()) restored.before = known->second;
        std::vector<value> out;
        for (value const& item : python.items(source)) {
            // Each round reads the text again.
            python.charge(end - expression + sizeof(value));
            python.variables_[name] = item;
            at = condition;
            if (filtered && (take_word("if"), !truth(disjunction()))) continue;
            at = expression;
            out.push_back(disjunction());
        }
        at = end;
        return python.make_sequence(std::move(out), false);
    }
    value call(value const& callee)
    {
        std::vector<value> arguments;
        std::map<std::string, value> named;
        if (comprehension_follows()) {
            arguments.push_back(comprehension());
            if (!take(")")) bad_syntax();
            return dry ? value{} : called(callee, arguments, named);
        }
        while (!take(")")) {
            std::size_t const before = at;
            std::string const name(name_here());
            at += name.size() + (name.empty() ? 0 : s.find(name, at) - at);
            skip();
            bool const is_named =
                !name.empty() && s.substr(at).starts_with("=") && !s.substr(at).starts_with("==");
            if (is_named) {
                ++at;
                named[name] = disjunction();
            } else {
                at = before;
                arguments.push_back(disjunction());
            }
            if (take(",")) continue;
            if (!take(")")) bad_syntax();
            break;
        }
        return dry ? value{} : called(callee, arguments, named);
    }
    value called(
        value const& callee,
        std::vector<value> const& arguments,
        std::map<std::string, value> const& named
    )
    {
        auto const* const f = std::get_if<function>(&callee.v);
        if (!f) throw raised{"TypeError", "'" + type_name(callee) + "' object is not callable"};
        return python.call(f->name, arguments, named);
    }
    value atom()
    {
        skip();
        if (at == s.size()) bad_syntax();
        char const c = s[at];
        if (c == '(') {
            ++at;
            if (take(")")) return python.make_sequence({}, true);
            value const v = tuple();
            if (!take(")")) bad_syntax();
            return v;
        }
        if (c == '[') {
            ++at;
            if (comprehension_follows()) {
                value const v = comprehension();
                if (!take("]")) bad_syntax();
                return v;
            }
            std::vector<value> items;
            while (!take("]")) {
                items.push_back(disjunction());
                if (take(",")) continue;
                if (!take("]")) bad_syntax();
                break;
            }
            return python.make_sequence(std::move(items), false);
        }
        if (c == '"' || c == '\'') return quoted();
        if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
        return named_value();
    }
    value quoted()
    {
        char const quote = s[at++];
        std::string out;
        for (;; ++at) {
            if (at >= s.size()) throw raised{"SyntaxError", "unterminated string literal"};
            if (s[at] == quote) break;
            if (s[at] != '\\' || at + 1 == s.size()) {
                out += s[at];
                continue;
            }
            char const c = s[++at];
            out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        ++at;
        return {out};
    }
    value number()
    {
        std::size_t end = at;
        bool real = false;
        std::string digits;
        for (; end < s.size(); ++end) {
            char const c = s[end];
            bool const exponent = (c == 'e' || c == 'E') && !digits.empty();
            bool const its_sign =
                (c == '-' || c == '+') && (s[end - 1] == 'e' || s[end - 1] == 'E');
            if (c == '_') continue;
            if (!std::isdigit(static_cast<unsigned char>(c)) && c != '.' && !exponent &&
                !(its_sign && end > at)) {
                break;
            }
            real = real || c == '.' || exponent;
            digits += c;
        }
        at = end;
        char const* const last = digits.data() + digits.size();
        if (real) {
            double d = 0;
            auto const [stop, error] = std::from_chars(digits.data(), last, d);
            if (stop != last || error != std::errc()) bad_syntax();
            return {d};
        }
        std::int64_t i = 0;
        auto const [stop, error] = std::from_chars(digits.data(), last, i);
        if (error == std::errc::result_out_of_range) {
            throw raised{"OverflowError", "this kernel computes with 64 bits"};
        }
        if (stop != last) bad_syntax();
        return {i};
    }
    value named_value()
    {
        static constexpr std::string_view functions =
            " print range sum len list tuple sorted min max str repr bool abs int float ";
        std::string name(name_here());
        if (name.empty()) bad_syntax();
        at += name.size();
        if (name == "True") return {true};
        if (name == "False") return {false};
        if (name == "None") return {};
        while (at < s.size() && s[at] == '.') {
            ++at;
            std::string const member(name_here());
            if (member.empty()) bad_syntax();
            at += member.size();
            name += '.' + member;
        }
        if (dry) return {};
        if (auto const known = python.variables_.find(name); known != python.variables_.end()) {
            auto const* const word = std::get_if<std::string>(&known->second.v);
            python.charge(16 + (word ? word->size() : 0));
            return known->second;
        }
        if (functions.find(' ' + name + ' ') != functions.npos) return {function{name}};
        std::string const first = name.substr(0, name.find('.'));
        if (!python.variables_.contains(first) || first == name) {
            throw raised{"NameError", "name '" + first + "' is not defined"};
        }
        throw raised{
            "AttributeError",
            "'" + type_name(python.variables_[first]) + "' object has no attribute '" +
                name.substr(first.size() + 1) + "'"};
    }

    // @return the value of the statement, and whether it is an expression
    std::pair<value, bool> statement()
    {
        static constexpr std::array keywords = std::to_array<std::string_view>(
            {"for", "while", "if", "def", "class", "with", "try", "from", "lambda", "async"}
        );
        std::string const word(name_here());
        if (std::find(keywords.begin(), keywords.end(), word) != keywords.end()) {
            throw raised{"NotImplementedError", "this kernel has no '" + word + "'"};
        }
        if (word == "pass" || word == "import") {
            at += word.size();
            if (word == "import") import(std::string(name_here()));
            return {};
        }
        if (!word.empty()) {
            std::size_t const before = at;
            at += word.size();
            for (std::string_view const op : {"=", "+=", "-=", "*=", "/="}) {
                skip();
                if (!s.substr(at).starts_with(op) || s.substr(at).starts_with("==")) continue;
                at += op.size();
                value v = tuple();
                if (!dry && op != "=") {
                    auto const known = python.variables_.find(word);
                    if (known == python.variables_.end()) {
                        throw raised{"NameError", "name '" + word + "' is not defined"};
                    }
                    v = python.arithmetic(known->second, v, op.substr(0, 1));
                }
                if (!dry) python.variables_[word] = v;
                if (!blank_or_comment_left()) bad_syntax();
                return {};
            }
            at = before;
        }
        value v = tuple();
        if (!blank_or_comment_left()) bad_syntax();
        return {v, true};
    }
    void import(std::string const& module)
    {
        at += module.size();
        if (!blank_or_comment_left()) bad_syntax();
        if (dry) return;
        if (module != "time" && module != "math") {
            throw raised{"ModuleNotFoundError", "No module named '" + module + "'"};
        }
        python.variables_[module] = {function{module}};
        if (module == "time") python.variables_["time.sleep"] = {function{"time.sleep"}};
        if (module == "math") {
            python.variables_["math.sqrt"] = {function{"math.sqrt"}};
            python.variables_["math.pi"] = {std::numbers::pi};
        }
    }
};

namespace {

// The statements of a cell, which line ends and semicolons outside of quotes and brackets separate.
struct statement_text
{
    std::string text;
    bool quiet;  ///< a semicolon follows
};

std::vector<statement_text> statements_of(std::string_view cell)
{
    std::vector<statement_text> out;
    std::string now;
    char quote = 0;
    int open = 0;
    bool comment = false;
    auto const end = [&](bool quiet) {
        if (now.find_first_not_of(" \t\r") != now.npos) out.push_back({now, quiet});
        now.clear();
    };
    for (std::size_t i = 0; i < cell.size(); ++i) {
        char const c = cell[i];
        if (c == '\n') comment = false;
        if (comment) continue;
        if (quote) {
            now += c;
            if (c == '\\' && i + 1 < cell.size()) now += cell[++i];
            if (c == quote || c == '\n') quote = 0;
        } else if (c == '#') {
            comment = true;
        } else if (c == '\n' && open <= 0) {
            end(false);
        } else if (c == ';' && open <= 0) {
            end(true);
        } else {
            if (c == '"' || c == '\'') quote = c;
            if (c == '(' || c == '[') ++open;
            if (c == ')' || c == ']') --open;
            now += c == '\n' ? ' ' : c;
        }
    }
    end(false);
    return out;
}

}  // namespace

json::array small_python::run(std::string_view cell)
{
    json::array out;
    printed_.clear();
    cell_ms_ = 0;
    auto const flush = [&] {
        if (!printed_.empty()) out.push_back(json::object{{"name", "stdout"}, {"text", printed_}});
        printed_.clear();
    };
    try {
        auto const all = statements_of(cell);
        for (bool const dry : {true, false}) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                reader r{*this, all[i].text, dry};
                auto const [v, is_expression] = r.statement();
                bool const last = i + 1 == all.size() && !all[i].quiet;
                bool const nothing = std::holds_alternative<std::monostate>(v.v);
                if (dry || !last || !is_expression || nothing) continue;
                std::string const shown = repr(v);
                flush();
                out.push_back(json::object{{"data", {{"text/plain", shown}}}});
            }
        }
        flush();
    } catch (raised const& error) {
        flush();
        std::string const line = error.name + (error.text.empty() ? "" : ": " + error.text);
        out.push_back(json::object{
            {"ename", error.name}, {"evalue", error.text}, {"traceback", json::array{line}}});
    }
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
