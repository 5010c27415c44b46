#include "small_python.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::size_t size_limit = 1'000'000;
constexpr std::size_t work_limit = std::size_t{64} << 20;
constexpr int nesting_limit = 100;
constexpr std::int64_t cell_limit_ms = 30'000;

std::string float_text(double d)
{
    if (std::isnan(d)) return "nan";
    if (std::isinf(d)) return d < 0 ? "-inf" : "inf";
    bool const plain = d == 0 || (std::abs(d) >= 1e-4 && std::abs(d) < 1e16);
    char buffer[400];
    auto const format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    std::string out(buffer, std::to_chars(buffer, buffer + sizeof buffer, d, format).ptr);
    if (plain && out.find('.') == out.npos) out += ".0";
    return out;
}

}  // namespace

std::int64_t small_python::range::size() const
{
    if (step > 0) return first < last ? (last - first - 1) / step + 1 : 0;
    return first > last ? (first - last - 1) / -step + 1 : 0;
}

void small_python::charge(std::size_t bytes)
{
    if (bytes > work_limit - work_) throw raised{"MemoryError", ""};
    work_ += bytes;
}

small_python::value small_python::make_sequence(std::vector<value> items, bool tuple)
{
    charge(items.size() * sizeof(value));
    auto out = std::make_shared<sequence>();
    for (value const& v : items) {
        auto const* const inner = std::get_if<std::shared_ptr<sequence>>(&v.v);
        if (inner) out->depth = std::max(out->depth, (*inner)->depth + 1);
    }
    if (out->depth > nesting_limit) {
        throw raised{"RecursionError", "maximum recursion depth exceeded"};
    }
    out->items = std::move(items);
    out->tuple = tuple;
    return {out};
}

std::string small_python::repr(value const& v)
{
    charge(16);
    if (auto const* s = std::get_if<std::string>(&v.v)) {
        char const quote = s->find('\'') != s->npos && s->find('"') == s->npos ? '"' : '\'';
        charge(2 * s->size());
        std::string out(1, quote);
        for (char const c : *s) {
            if (c == '\n') {
                out += "\\n";
            } else if (c == '\t') {
                out += "\\t";
            } else {
                if (c == quote || c == '\\') out += '\\';
                out += c;
            }
        }
        return out + quote;
    }
    if (auto const* s = std::get_if<std::shared_ptr<sequence>>(&v.v)) {
        std::string out = (*s)->tuple ? "(" : "[";
        for (std::size_t i = 0; i < (*s)->items.size(); ++i) {
            std::string const item = repr((*s)->items[i]);
            charge(item.size());
            out += (i ? ", " : "") + item;
        }
        if ((*s)->tuple && (*s)->items.size() == 1) out += ',';
        return out + ((*s)->tuple ? ")" : "]");
    }
    if (auto const* r = std::get_if<range>(&v.v)) {
        std::string const step = r->step == 1 ? "" : ", " + std::to_string(r->step);
        return "range(" + std::to_string(r->first) + ", " + std::to_string(r->last) + step + ")";
    }
    if (auto const* f = std::get_if<function>(&v.v)) return "<built-in function " + f->name + ">";
    if (auto const* b = std::get_if<bool>(&v.v)) return *b ? "True" : "False";
    if (auto const* i = std::get_if<std::int64_t>(&v.v)) return std::to_string(*i);
    if (auto const* d = std::get_if<double>(&v.v)) return float_text(*d);
    return "None";
}

std::string small_python::text(value const& v)
{
    auto const* const s = std::get_if<std::string>(&v.v);
    if (s) charge(s->size());
    return s ? *s : repr(v);
}

std::string small_python::type_name(value const& v)
{
    static constexpr std::string_view names[] = {
        "NoneType", "bool", "int", "float", "str", "list", "range", "builtin_function_or_method"};
    auto const* const s = std::get_if<std::shared_ptr<sequence>>(&v.v);
    return s && (*s)->tuple ? "tuple" : std::string(names[v.v.index()]);
}

bool small_python::truth(value const& v)
{
    if (auto const* b = std::get_if<bool>(&v.v)) return *b;
    if (auto const* i = std::get_if<std::int64_t>(&v.v)) return *i != 0;
    if (auto const* d = std::get_if<double>(&v.v)) return *d != 0;
    if (auto const* s = std::get_if<std::string>(&v.v)) return !s->empty();
    if (auto const* s = std::get_if<std::shared_ptr<sequence>>(&v.v)) return !(*s)->items.empty();
    if (auto const* r = std::get_if<range>(&v.v)) return r->size() > 0;
    return std::holds_alternative<function>(v.v);
}

std::vector<small_python::value> small_python::items(value const& v)
{
    if (auto const* s = std::get_if<std::shared_ptr<sequence>>(&v.v)) {
        for (value const& one : (*s)->items) {
            auto const* const word = std::get_if<std::string>(&one.v);
            charge(sizeof(value) + (word ? word->size() : 0));
        }
        return (*s)->items;
    }
    std::vector<value> out;
    if (auto const* r = std::get_if<range>(&v.v)) {
        if (r->size() > static_cast<std::int64_t>(size_limit)) throw raised{"MemoryError", ""};
        charge(static_cast<std::size_t>(r->size()) * sizeof(value));
        for (std::int64_t i = 0; i < r->size(); ++i) out.push_back({r->first + i * r->step});
        return out;
    }
    if (auto const* s = std::get_if<std::string>(&v.v)) {
        charge(s->size() * sizeof(value));
        for (char const c : *s) out.push_back({std::string(1, c)});
        return out;
    }
    throw raised{"TypeError", "'" + type_name(v) + "' object is not iterable"};
}

std::optional<double> small_python::as_number(value const& v)
{
    if (auto const* b = std::get_if<bool>(&v.v)) return *b ? 1 : 0;
    if (auto const* i = std::get_if<std::int64_t>(&v.v)) return static_cast<double>(*i);
    if (auto const* d = std::get_if<double>(&v.v)) return *d;
    return {};
}

std::optional<std::int64_t> small_python::as_integer(value const& v)
{
    if (auto const* b = std::get_if<bool>(&v.v)) return *b ? 1 : 0;
    if (auto const* i = std::get_if<std::int64_t>(&v.v)) return *i;
    return {};
}

int small_python::compare(value const& a, value const& b, std::string_view op)
{
    charge(16);
    auto const x = as_number(a), y = as_number(b);
    if (x && y) return *x < *y ? -1 : *x > *y ? 1 : 0;
    auto const* const s = std::get_if<std::string>(&a.v);
    auto const* const t = std::get_if<std::string>(&b.v);
    if (s && t) {
        charge(std::min(s->size(), t->size()));
        return s->compare(*t);
    }
    auto const* const k = std::get_if<std::shared_ptr<sequence>>(&a.v);
    auto const* const l = std::get_if<std::shared_ptr<sequence>>(&b.v);
    if (k && l) {
        std::vector<value> const &m = (*k)->items, &n = (*l)->items;
        for (std::size_t i = 0; i < std::min(m.size(), n.size()); ++i) {
            if (int const c = compare(m[i], n[i], op)) return c;
        }
        return m.size() < n.size() ? -1 : m.size() > n.size() ? 1 : 0;
    }
    if (op == "==" || op == "!=") return repr(a) == repr(b) ? 0 : 1;
    throw raised{
        "TypeError",
        "'" + std::string(op) + "' not supported between instances of '" + type_name(a) +
            "' and '" + type_name(b) + "'"};
}

small_python::value small_python::arithmetic(value const& a, value const& b, std::string_view op)
{
    auto const unsupported = [&] {
        return raised{
            "TypeError",
            "unsupported operand type(s) for " +
                std::string(op == "**" ? "** or pow()" : std::string(op)) + ": '" + type_name(a) +
                "' and '" + type_name(b) + "'"};
    };
    auto const too_large = [] {
        return raised{"OverflowError", "this kernel computes with 64 bits"};
    };
    auto const i = as_integer(a), j = as_integer(b);
    auto const* const s = std::get_if<std::string>(&a.v);
    auto const* const t = std::get_if<std::string>(&b.v);
    if (op == "+" && s && t) {
        if (s->size() + t->size() > size_limit) throw raised{"MemoryError", ""};
        charge(s->size() + t->size());
        return {*s + *t};
    }
    if (op == "+" && s) {
        throw raised{"TypeError", "can only concatenate str (not \"" + type_name(b) + "\") to str"};
    }
    if (op == "*" && ((s && j) || (i && t))) {
        std::string const& unit = s ? *s : *t;
        std::int64_t const n = std::max<std::int64_t>(s ? *j : *i, 0);
        if (!unit.empty() && static_cast<std::uint64_t>(n) > size_limit / unit.size()) {
            throw raised{"MemoryError", ""};
        }
        charge(static_cast<std::size_t>(n) * unit.size());
        std::string out;
        for (std::int64_t k = 0; k < n && !unit.empty(); ++k) out += unit;
        return {out};
    }
    auto const* const l = std::get_if<std::shared_ptr<sequence>>(&a.v);
    auto const* const m = std::get_if<std::shared_ptr<sequence>>(&b.v);
    if (op == "+" && l && m) {
        if ((*l)->items.size() + (*m)->items.size() > size_limit) throw raised{"MemoryError", ""};
        std::vector<value> both = items(a), more = items(b);
        both.insert(both.end(), more.begin(), more.end());
        return make_sequence(std::move(both), (*l)->tuple);
    }
    auto const x = as_number(a), y = as_number(b);
    if (!x || !y) throw unsupported();
    if ((op == "/" || op == "//" || op == "%") && *y == 0) {
        if (op == "/" && !(i && j)) throw raised{"ZeroDivisionError", "float division by zero"};
        if (op == "/") throw raised{"ZeroDivisionError", "division by zero"};
        throw raised{
            "ZeroDivisionError",
            i && j ? "integer division or modulo by zero" : "float floor division by zero"};
    }
    if (op == "/") return {*x / *y};
    if (i && j && !(op == "**" && *j < 0)) {
        std::int64_t out = 0;
        if (op == "+" && __builtin_add_overflow(*i, *j, &out)) throw too_large();
        if (op == "-" && __builtin_sub_overflow(*i, *j, &out)) throw too_large();
        if (op == "*" && __builtin_mul_overflow(*i, *j, &out)) throw too_large();
        if (op == "//" || op == "%") {
            if (*j == -1) {
                if (op == "//" && __builtin_sub_overflow(std::int64_t{0}, *i, &out)) {
                    throw too_large();
                }
                return {out};
            }
            // Rounded down. C++ rounds towards zero.
            std::int64_t quotient = *i / *j, rest = *i % *j;
            if (rest != 0 && (rest ^ *j) < 0) {
                rest += *j;
                --quotient;
            }
            out = op == "%" ? rest : quotient;
        }
        if (op == "**") {
            out = 1;
            for (std::int64_t k = 0; k < *j; ++k) {
                if (__builtin_mul_overflow(out, *i, &out)) throw too_large();
                if (out == 0 || (out == 1 && *i == 1)) break;
                if (k > 100 && *i == -1) {
                    out = *j % 2 ? -1 : 1;
                    break;
                }
            }
        }
        return {out};
    }
    if (op == "+") return {*x + *y};
    if (op == "-") return {*x - *y};
    if (op == "*") return {*x * *y};
    if (op == "//") return {std::floor(*x / *y)};
    if (op == "%") return {*x - std::floor(*x / *y) * *y};
    return {std::pow(*x, *y)};
}

void small_python::print(std::string_view s)
{
    if (printed_.size() + s.size() > size_limit) throw raised{"MemoryError", ""};
    charge(s.size());
    printed_ += s;
}

small_python::value small_python::call(
    std::string const& name,
    std::vector<value> const& arguments,
    std::map<std::string, value> const& named
)
{
    auto const expect = [&](std::size_t least, std::size_t most) {
        if (arguments.size() >= least && arguments.size() <= most) return;
        throw raised{
            "TypeError",
            name + "() takes " + std::to_string(most) + " arguments (" +
                std::to_string(arguments.size()) + " given)"};
    };
    auto const number = [&](std::size_t i) {
        auto const n = as_number(arguments[i]);
        if (!n) throw raised{"TypeError", "must be real number, not " + type_name(arguments[i])};
        return *n;
    };
    auto const integer = [&](std::size_t i) {
        auto const n = as_integer(arguments[i]);
        if (!n) {
            throw raised{
                "TypeError",
                "'" + type_name(arguments[i]) + "' object cannot be interpreted as an integer"};
        }
        return *n;
    };
    if (name == "print") {
        auto const option = [&](char const* which, char const* otherwise) {
            auto const at = named.find(which);
            return at == named.end() ? std::string(otherwise) : text(at->second);
        };
        std::string line;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            line += (i ? option("sep", " ") : "") + text(arguments[i]);
            if (line.size() > size_limit) throw raised{"MemoryError", ""};
        }
        print(line + option("end", "\n"));
        return {};
    }
    if (name == "range") {
        expect(1, 3);
        range r{0, integer(arguments.size() > 1 ? 1 : 0), 1};
        if (arguments.size() > 1) r.first = integer(0);
        if (arguments.size() > 2) r.step = integer(2);
        if (r.step == 0) throw raised{"ValueError", "range() arg 3 must not be zero"};
        constexpr std::int64_t far = std::int64_t{1} << 30;
        for (std::int64_t const n : {r.first, r.last, r.step}) {
            if (n > far || n < -far) {
                throw raised{"OverflowError", "this kernel counts to a thousand million"};
            }
        }
        return {r};
    }
    if (name == "sum") {
        expect(1, 2);
        value total{std::int64_t{0}};
        if (arguments.size() > 1) total = arguments[1];
        if (auto const* r = std::get_if<range>(&arguments[0].v)) {
            // Computed without a loop, because a range may be very long.
            std::int64_t const n = r->size();
            return arithmetic(total, {n * r->first + r->step * (n - 1) * n / 2}, "+");
        }
        for (value const& v : items(arguments[0])) total = arithmetic(total, v, "+");
        return total;
    }
    if (name == "len") {
        expect(1, 1);
        if (auto const* r = std::get_if<range>(&arguments[0].v)) return {r->size()};
        if (as_number(arguments[0]) || std::holds_alternative<std::monostate>(arguments[0].v)) {
            throw raised{
                "TypeError", "object of type '" + type_name(arguments[0]) + "' has no len()"};
        }
        return {static_cast<std::int64_t>(items(arguments[0]).size())};
    }
    if (name == "list" || name == "tuple" || name == "sorted") {
        expect(0, 1);
        std::vector<value> all;
        if (!arguments.empty()) all = items(arguments[0]);
        if (name == "sorted") {
            std::stable_sort(all.begin(), all.end(), [this](value const& a, value const& b) {
                return compare(a, b, "<") < 0;
            });
        }
        return make_sequence(std::move(all), name == "tuple");
    }
    if (name == "min" || name == "max") {
        auto const all = arguments.size() == 1 ? items(arguments[0]) : arguments;
        if (all.empty()) throw raised{"ValueError", name + "() arg is an empty sequence"};
        value best = all[0];
        for (value const& v : all) {
            int const c = compare(v, best, name == "min" ? "<" : ">");
            if (name == "min" ? c < 0 : c > 0) best = v;
        }
        return best;
    }
    if (name == "str" || name == "repr") {
        expect(1, 1);
        return {name == "str" ? text(arguments[0]) : repr(arguments[0])};
    }
    if (name == "bool") {
        expect(1, 1);
        return {truth(arguments[0])};
    }
    if (name == "abs") {
        expect(1, 1);
        if (as_integer(arguments[0])) {
            return integer(0) < 0 ? arithmetic({std::int64_t{0}}, arguments[0], "-") : arguments[0];
        }
        return {std::abs(number(0))};
    }
    if (name == "int" || name == "float") {
        expect(1, 1);
        double d = 0;
        if (auto const* s = std::get_if<std::string>(&arguments[0].v)) {
            auto const [end, error] = std::from_chars(s->data(), s->data() + s->size(), d);
            bool const whole = error == std::errc() && end == s->data() + s->size();
            if (!whole || (name == "int" && s->find_first_of(".eE") != s->npos)) {
                throw raised{
                    "ValueError",
                    name == "int" ? "invalid literal for int() with base 10: " + repr(arguments[0])
                                  : "could not convert string to float: " + repr(arguments[0])};
            }
        } else if (name == "int" && as_integer(arguments[0])) {
            return {integer(0)};
        } else {
            d = number(0);
        }
        if (name == "float") return {d};
        if (!(std::abs(d) < 9e18))
            throw raised{"OverflowError", "this kernel computes with 64 bits"};
        return {static_cast<std::int64_t>(d)};
    }
    if (name == "time.sleep") {
        expect(1, 1);
        double const seconds = number(0);
        if (!(seconds >= 0)) throw raised{"ValueError", "sleep length must be non-negative"};
        auto const ms = static_cast<std::int64_t>(std::min(seconds, 1e6) * 1000);
        if (cell_ms_ + ms > cell_limit_ms) {
            takes_ms_ += cell_limit_ms - cell_ms_;
            throw raised{"KeyboardInterrupt", ""};
        }
        cell_ms_ += ms;
        takes_ms_ += ms;
        return {};
    }
    if (name == "math.sqrt") {
        expect(1, 1);
        if (number(0) < 0) throw raised{"ValueError", "math domain error"};
        return {std::sqrt(number(0))};
    }
    throw raised{"NotImplementedError", "this kernel has no '" + name + "'"};
}

}  // namespace cohub::inline abi_0_2::fake
