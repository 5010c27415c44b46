#ifndef COHUB_JSON_ENCODE_HPP
#define COHUB_JSON_ENCODE_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::json {

/// @brief Appends JSON to a string. Values that JSON cannot represent (text that is not UTF-8, NaN,
/// infinity) are reported by `problem()`. The text must not be sent then.
class writer
{
public:
    explicit writer(std::string& out) : out_(out) {}

    void raw(std::string_view text) { out_.append(text); }
    COHUB_DECL void text(std::string_view utf8);
    COHUB_DECL void number(std::int64_t value);
    COHUB_DECL void number(std::uint64_t value);
    COHUB_DECL void number(double value);
    COHUB_DECL void value(boost::json::value const& v);

    /// @brief Remembers a problem, unless there is one already.
    void refuse(std::string problem)
    {
        if (problem_.empty()) problem_ = std::move(problem);
    }
    /// @brief The description of what could not be written; empty if everything was written.
    std::string const& problem() const noexcept { return problem_; }

    /// @brief Remembers that the text contains a secret.
    void note_secret() noexcept { holds_secret_ = true; }
    bool holds_secret() const noexcept { return holds_secret_; }

private:
    COHUB_DECL void nested(boost::json::value const& v, int depth);

    std::string& out_;
    std::string problem_;
    bool holds_secret_ = false;
};

namespace detail {

template <class T>
inline constexpr bool is_described = boost::describe::has_describe_members<T>::value;

template <class T>
using members_of = boost::describe::
    describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

}  // namespace detail

inline void encode(writer& w, std::string_view v) { w.text(v); }
inline void encode(writer& w, std::string const& v) { w.text(v); }
inline void encode(writer& w, char const* v) { w.text(v); }
inline void encode(writer& w, secret const& v)
{
    w.note_secret();
    w.text(v.reveal());
}
inline void encode(writer& w, double v) { w.number(v); }
inline void encode(writer& w, boost::json::value const& v) { w.value(v); }
inline void encode(writer& w, sys_ms v) { w.number(std::int64_t(v.time_since_epoch().count())); }
inline void encode(writer& w, std::same_as<bool> auto v) { w.raw(v ? "true" : "false"); }
inline void encode(writer& w, std::signed_integral auto v) { w.number(std::int64_t(v)); }
inline void encode(
    writer& w, std::unsigned_integral auto v
) requires(!std::same_as<decltype(v), bool>)
{
    w.number(std::uint64_t(v));
}
template <class T>
void encode(writer& w, std::optional<T> const& v);
template <class T>
void encode(writer& w, std::vector<T> const& v);
template <class T>
void encode(writer& w, std::span<T> v);
template <class T>
requires detail::is_described<T>
void encode(writer& w, T const& v);

template <class T>
void encode(writer& w, std::optional<T> const& v)
{
    if (v)
        encode(w, *v);
    else
        w.raw("null");
}

template <class Range>
void encode_array(writer& w, Range const& range)
{
    w.raw("[");
    bool first = true;
    for (auto const& item : range) {
        if (!first) w.raw(",");
        first = false;
        encode(w, item);
    }
    w.raw("]");
}

template <class T>
void encode(writer& w, std::vector<T> const& v)
{
    encode_array(w, v);
}

template <class T>
void encode(writer& w, std::span<T> v)
{
    encode_array(w, v);
}

/// @brief A described struct becomes an object; optional members without a value are left out.
template <class T>
requires detail::is_described<T>
void encode(writer& w, T const& v)
{
    bool first = true;
    w.raw("{");
    boost::mp11::mp_for_each<detail::members_of<T>>([&](auto d) {
        auto const& member = v.*d.pointer;
        if constexpr (detail::is_optional<std::remove_cvref_t<decltype(member)>>)
            if (!member) return;
        constexpr wire spelling = detail::wire_for<T>(d.name);
        w.raw(first ? "\"" : ",\"");
        first = false;
        w.raw(spelling.name);
        w.raw("\":");
        encode(w, member);
    });
    w.raw("}");
}

}  // namespace cohub::inline abi_0_2::json

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/json/impl/encode.ipp>
#endif

#endif
