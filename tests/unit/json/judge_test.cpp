// Compares cohub's reader of JSON with Boost.JSON, on texts that are made from a grammar and then
// damaged. Intended differences have a row in `differences`.

#include <cohub/core/error.hpp>
#include <cohub/json/decode.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/comma_locale.hpp"
#include "unit/json/judged_texts.hpp"

namespace cohub::json {
namespace {

namespace bj = boost::json;
using status = outcome::code;
using tests::judged_text;
using tests::judged_texts;

// ---- how each of them reads a text -------------------------------------------------------------

struct seen
{
    status is = status::bad_json;
    std::string why;
    boost::system::error_code error;  // of Boost.JSON
    bj::value v = nullptr;
};

/// Decodes a text. Either nothing follows it in memory, so that a sanitizer guards its end, or a
/// byte follows that would change the result if it was read.
template <class T>
outcome decoded(judged_text const& s, T& target)
{
    constexpr std::string_view behind{"0\"]}el\x80"};
    std::size_t const size = s.text.size();
    std::vector<char> text(s.text.begin(), s.text.end());
    if (size % 2 == 0) text.push_back(behind[size / 2 % behind.size()]);
    return decode(
        std::string_view(text.data(), size), target, envelope::none, {.max_depth = s.max_depth}
    );
}

seen by_cohub(judged_text const& s)
{
    seen r;
    outcome o = decoded(s, r.v);
    r.is = o.status;
    r.why = std::move(o.text);
    return r;
}

seen by_boost(judged_text const& s)
{
    seen r;
    bj::parse_options options;
    options.max_depth = s.max_depth;
    r.v = bj::parse(s.text, r.error, {}, options);
    if (!r.error) r.is = status::ok;
    return r;
}

std::uint64_t bits(double v) { return std::bit_cast<std::uint64_t>(v); }

/// Stricter than ==: 1 is not 1.0, 0.0 is not -0.0, and members keep their order.
bool same(bj::value const& a, bj::value const& b)
{
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case bj::kind::double_:
            return bits(a.get_double()) == bits(b.get_double());
        case bj::kind::array: {
            auto const &x = a.get_array(), &y = b.get_array();
            if (x.size() != y.size()) return false;
            for (std::size_t i = 0; i != x.size(); ++i)
                if (!same(x[i], y[i])) return false;
            return true;
        }
        case bj::kind::object: {
            auto const &x = a.get_object(), &y = b.get_object();
            if (x.size() != y.size()) return false;
            for (auto i = x.begin(), j = y.begin(); i != x.end(); ++i, ++j)
                if (i->key() != j->key() || !same(i->value(), j->value())) return false;
            return true;
        }
        default:
            return a == b;
    }
}

bool agree(seen const& a, seen const& b)
{
    return a.is == b.is && (a.is != status::ok || same(a.v, b.v));
}

// ---- intended differences ----------------------------------------------------------------------

/// Cuts every exponent to nine digits. No double needs more.
std::string with_short_exponents(std::string_view text)
{
    std::string cut;
    bool quoted = false;
    for (std::size_t i = 0; i != text.size(); ++i) {
        char const c = text[i];
        cut += c;
        if (c == '"') quoted = !quoted;
        if (quoted && c == '\\' && i + 1 != text.size()) cut += text[++i];
        if (quoted || (c | 32) != 'e' || i + 1 == text.size()) continue;
        if (text[i + 1] == '+' || text[i + 1] == '-') cut += text[++i];
        std::size_t const first = std::min(text.find_first_not_of('0', i + 1), text.size());
        std::size_t const end = std::min(text.find_first_not_of("0123456789", first), text.size());
        if (end - first <= 9) continue;
        cut += "999999999";
        i = end - 1;
    }
    return cut;
}

/// The numbers in a valid JSON text, in a form that Boost.JSON can read.
std::vector<std::string> numbers(std::string_view json)
{
    std::string const text = with_short_exponents(json);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            while (text[++i] != '"')
                if (text[i] == '\\') ++i;
        } else if (text[i] == '-' || (text[i] >= '0' && text[i] <= '9')) {
            std::size_t const end =
                std::min(text.find_first_not_of("0123456789.eE+-", i), text.size());
            all.push_back(text.substr(i, end - i));
            i = end - 1;
        }
    }
    return all;
}

/// The nearest double; only zero itself gives zero. It is read in the locale "C".
double exact(std::string const& number)
{
    double const v = std::strtod(number.c_str(), nullptr);
    std::size_t const digit = number.find_first_of("123456789eE");
    if (v != 0 || digit == std::string::npos || (number[digit] | 32) == 'e') return v;
    return std::copysign(std::numeric_limits<double>::denorm_min(), v);
}

/// Replaces Boost.JSON's doubles by cohub's where the two differ for the same number in the text.
/// Sets `excused` if they may differ.
bool settle(
    std::vector<std::string> const& from,
    bj::value const& ours,
    bj::value& theirs,
    bool (*excused)(double, double)
)
{
    if (ours.kind() != theirs.kind()) return false;
    bool changed = false;
    if (ours.is_double() && excused(ours.get_double(), theirs.get_double())) {
        for (auto const& number : from) {
            if (changed || bits(exact(number)) != bits(ours.get_double())) continue;
            // Boost.JSON rounds differently if it can read sixteen bytes at once.
            for (std::size_t const blanks : {0u, 16u})
                changed |= same(by_boost({number + std::string(blanks, ' ')}).v, theirs);
        }
        if (changed) theirs = ours;
    } else if (ours.is_array() && ours.get_array().size() == theirs.get_array().size()) {
        for (std::size_t i = 0; i != ours.get_array().size(); ++i)
            changed |= settle(from, ours.get_array()[i], theirs.get_array()[i], excused);
    } else if (ours.is_object() && ours.get_object().size() == theirs.get_object().size()) {
        for (auto& member : theirs.get_object())
            if (auto const* const mine = ours.get_object().if_contains(member.key()))
                changed |= settle(from, *mine, member.value(), excused);
    }
    return changed;
}

/// The same text with U+FFFD for each escape that is half of a surrogate pair.
std::string with_whole_pairs(std::string const& text)
{
    std::string out;
    // The value of the escape at `i`; negative if there is none.
    auto const unit = [&](std::size_t i) -> long {
        if (text.compare(i, 2, "\\u") != 0 || i + 6 > text.size()) return -1;
        char* end = nullptr;
        std::string const digits = text.substr(i + 2, 4);
        long const value = std::strtol(digits.c_str(), &end, 16);
        return end == digits.c_str() + 4 && std::isxdigit(digits[0]) ? value : -1;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        long const first = unit(i);
        if (first < 0xD800 || first > 0xDFFF) {
            out.append(text, i++, 2);
            continue;
        }
        long const second = i + 6 < text.size() ? unit(i + 6) : -1;
        bool const pair = first < 0xDC00 && second >= 0xDC00 && second <= 0xDFFF;
        out += pair ? text.substr(i, 12) : "\\ufffd";
        i += pair ? 11 : 5;
    }
    return out;
}

/// A property of the text for which the two readers differ. `holds` looks for the property, and
/// changes the result of Boost.JSON to the one that it would give without it.
struct difference
{
    char const* why;
    bool (*holds)(judged_text const& s, seen const& ours, seen& theirs);
};

constexpr std::array<difference, 6> differences{{
    {"an exponent beyond any int is well-formed; Boost.JSON refuses it",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is == status::bad_json || theirs.error != bj::error::exponent_overflow)
             return false;
         theirs = by_boost({with_short_exponents(s.text), s.max_depth});
         return true;
     }},
    {"no caller may ask for more than 64 levels; Boost.JSON gives what is asked for",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is != status::bad_json || theirs.is != status::ok || s.max_depth <= 64)
             return false;
         theirs = by_boost({s.text, 64});
         return theirs.error == bj::error::too_deep;
     }},
    {"a number beyond any double is no value; Boost.JSON says infinity",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is != status::bad_shape || theirs.is != status::ok) return false;
         for (auto const& number : numbers(s.text))
             if (std::isinf(exact(number))) theirs.is = status::bad_shape;
         return theirs.is == status::bad_shape;
     }},
    {"what is not zero stays so; Boost.JSON makes zero of what is too small",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is != status::ok || theirs.is != status::ok) return false;
         return settle(numbers(s.text), ours.v, theirs.v, [](double mine, double judged) {
             return judged == 0 && std::fabs(mine) == std::numeric_limits<double>::denorm_min();
         });
     }},
    {"zero stays zero with any exponent; Boost.JSON says NaN",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is != status::ok || theirs.is != status::ok) return false;
         return settle(numbers(s.text), ours.v, theirs.v, [](double mine, double judged) {
             return mine == 0 && std::isnan(judged);
         });
     }},
    {"the nearest double; Boost.JSON takes another one near it",
     [](judged_text const& s, seen const& ours, seen& theirs) {
         if (ours.is != status::ok || theirs.is != status::ok) return false;
         return settle(numbers(s.text), ours.v, theirs.v, [](double mine, double judged) {
             constexpr std::int64_t few = 4;
             auto const apart = static_cast<std::int64_t>(bits(mine) - bits(judged));
             return apart >= -few && apart <= few && judged != 0;
         });
     }},
}};

/// The reasons why the two differ over a text; none if they differ without a reason.
std::vector<char const*> reasons(judged_text const& s, seen const& ours, seen theirs)
{
    std::vector<char const*> all;
    for (auto const& row : differences) {
        if (agree(ours, theirs)) break;
        if (row.holds(s, ours, theirs)) all.push_back(row.why);
    }
    if (!agree(ours, theirs)) all.clear();
    return all;
}

// ---- what is decoded into types ----------------------------------------------------------------

/// A type whose members are searched for before they are read.
struct described
{
    bj::value a, name, longer_name;
    bj::object extra;
};
BOOST_DESCRIBE_STRUCT(described, (), (a, name, longer_name))

[[maybe_unused]] constexpr wire wire_of(described const*, std::string_view)
{
    return {.may_be_absent = true};
}

bj::object members_of(described const& d, bj::object const& order)
{
    bj::object all;
    for (auto const& [name, value] : order)
        if (name == "a")
            all[name] = d.a;
        else if (name == "name")
            all[name] = d.name;
        else if (name == "longer_name")
            all[name] = d.longer_name;
        else if (auto const* const other = d.extra.if_contains(name))
            all[name] = *other;
    return all;
}

template <class T>
bool same_numbers(std::vector<T> const& typed, bj::value const& v)
{
    if (!v.is_array() || v.get_array().size() != typed.size()) return false;
    for (std::size_t i = 0; i != typed.size(); ++i) {
        bj::value const& number = v.get_array()[i];
        if (!number.is_number()) return false;
        if (number.is_double() ? static_cast<double>(typed[i]) != number.get_double()
                               : typed[i] != number.to_number<T>())
            return false;
    }
    return true;
}

bool same_texts(std::map<std::string, std::string> const& typed, bj::value const& v)
{
    if (!v.is_object() || v.get_object().size() != typed.size()) return false;
    for (auto const& [name, text] : typed) {
        auto const* const other = v.get_object().if_contains(name);
        if (other == nullptr || !other->is_string() || other->get_string() != text) return false;
    }
    return true;
}

/// Decodes the text into several types.
class typed_judge
{
public:
    /// @param ours the result that was compared already
    /// @return the type with a different result or value; null: there is none
    char const* misfit(judged_text const& s, seen const& ours, int turn)
    {
        switch (turn % 6) {
            case 0: {
                std::vector<double> v;
                return judge("doubles", s, ours, v, [&] { return same_numbers(v, ours.v); });
            }
            case 1: {
                std::vector<std::int64_t> v;
                return judge("integers", s, ours, v, [&] { return same_numbers(v, ours.v); });
            }
            case 2: {
                std::map<std::string, std::string> v;
                return judge("texts", s, ours, v, [&] { return same_texts(v, ours.v); });
            }
            case 3: {
                bj::object v;
                return judge("an object", s, ours, v, [&] { return same(v, ours.v); });
            }
            case 4: {
                nothing v;
                return judge("nothing", s, ours, v, [] { return true; });
            }
            default: {
                described v;
                return judge("a described struct", s, ours, v, [&] {
                    return ours.v.is_object() && same(members_of(v, ours.v.get_object()), ours.v);
                });
            }
        }
    }

    std::map<std::string, int> fitting;

private:
    template <class T, class Same>
    char const* judge(char const* what, judged_text const& s, seen const& ours, T& v, Same is_same)
    {
        status const is = decoded(s, v).status;
        if ((is == status::bad_json) != (ours.is == status::bad_json)) return what;
        if (is != status::ok)
            return std::is_same_v<T, nothing> && is == status::bad_shape ? what : nullptr;
        ++fitting[what];
        return is_same() ? nullptr : what;
    }
};

// ---- the comparison ----------------------------------------------------------------------------

std::string shown(std::string_view text) { return cohub::detail::escaped(text, 1000); }
std::string shown(seen const& s)
{
    return std::to_string(static_cast<int>(s.is)) + " " + s.why +
           (s.error ? s.error.message() : "") + " " + shown(bj::serialize(s.v));
}

class judgement
{
public:
    /// @return cohub's result for the text
    seen judge(judged_text const& s)
    {
        seen ours = by_cohub(s);
        ++(ours.is == status::bad_json ? refused : taken);
        judged_text whole = s;
        if (ours.is != status::bad_json) whole.text = with_whole_pairs(s.text);
        if (whole.text != s.text) {
            ++count_["half of a surrogate pair is U+FFFD; Boost.JSON refuses it"];
            EXPECT_EQ(by_boost(s).is, status::bad_json);
        }
        seen const theirs = by_boost(whole);
        if (agree(ours, theirs)) return ours;
        auto const why = reasons(whole, ours, theirs);
        for (char const* const reason : why) ++count_[reason];
        if (why.empty()) wrong(s, "ours: " + shown(ours) + "\n  Boost.JSON: " + shown(theirs));
        return ours;
    }

    void wrong(judged_text const& s, std::string const& what)
    {
        ++wrong_;
        ADD_FAILURE() << shown(s.text) << " to depth " << s.max_depth << "\n  " << what;
    }

    bool is_enough() const { return wrong_ >= 5; }

    void print() const
    {
        std::printf("%d taken, %d refused\n", taken, refused);
        for (auto const& [why, n] : count_) std::printf("%7d differ: %s\n", n, why.c_str());
    }

    int taken = 0, refused = 0;

private:
    int wrong_ = 0;
    std::map<std::string, int> count_;
};

TEST(JsonJudge, AgreesWithBoostOrForAReason)
{
    judged_texts make(20261130);
    judgement all;
    typed_judge typed;
    for (int i = 0; i != 120'000 && !all.is_enough(); ++i) {
        judged_text const s = make.next();
        seen const ours = all.judge(s);
        if (char const* const what = typed.misfit(s, ours, i))
            all.wrong(s, std::string("another verdict or value as ") + what);
    }
    all.print();
    EXPECT_GT(all.taken, 40'000);
    EXPECT_GT(all.refused, 40'000);
    EXPECT_EQ(typed.fitting.size(), 6u);
    for (auto const& [what, n] : typed.fitting) EXPECT_GT(n, 300) << what;
}

// If both agree, both could still be wrong by one bit.
TEST(JsonJudge, NumbersAreTheNearestDoubles)
{
    judged_texts make(20261201);
    judgement all;
    int doubles = 0;
    for (int i = 0; i != 30'000 && !all.is_enough(); ++i) {
        judged_text const s{make.next_number()};
        bj::value const v = all.judge(s).v;
        if (!v.is_double()) continue;
        ++doubles;
        if (bits(v.get_double()) != bits(exact(s.text))) all.wrong(s, "not the nearest double");
    }
    all.print();
    EXPECT_GT(doubles, 15'000);
    EXPECT_GT(all.refused, 500);
}

TEST(JsonJudge, ADecimalCommaChangesNothing)
{
    judged_texts make(20261202);
    std::vector<judged_text> read;
    std::vector<seen> before;
    while (read.size() != 10'000) {
        read.push_back({make.next_number()});
        before.push_back(by_cohub(read.back()));
    }
    tests::comma_locale const comma;
    if (!comma.is_set) GTEST_SKIP() << "this machine has no locale with a decimal comma";
    ASSERT_EQ(std::strtod("1.5", nullptr), 1.0);
    judgement all;
    for (std::size_t i = 0; i != read.size() && !all.is_enough(); ++i)
        if (seen const now = by_cohub(read[i]); !agree(now, before[i]))
            all.wrong(read[i], "here: " + shown(now) + "\n  before: " + shown(before[i]));
}

}  // namespace
}  // namespace cohub::json
