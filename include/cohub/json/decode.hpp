#ifndef COHUB_JSON_DECODE_HPP
#define COHUB_JSON_DECODE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cohub::json {

namespace detail {

enum class kind : std::uint8_t
{
    nothing,  // any value is taken and dropped: functions that return nothing
    boolean,
    integer,
    number,
    string,
    text,  // a string that becomes something else
    any,
    optional,
    sequence,
    map,
    object,
};

struct member_info;

/// What the decoder must know of a type: a table, so that one parser instance serves all types.
struct type_info
{
    json::detail::kind kind;
    char const* expected;              // for messages
    type_info const* inner = nullptr;  // of optional, sequence and map
    void* (*open)(void*) = nullptr;    // optional: emplace; sequence: append; gives the new value
    void* (*open_key)(void*, std::string_view) = nullptr;  // map
    void (*clear)(void*) = nullptr;  // optional: to null; sequence, map: to empty
    bool (*store_int)(void*, std::int64_t) = nullptr;
    bool (*store_uint)(void*, std::uint64_t) = nullptr;
    bool (*store_text)(void*, std::string_view) = nullptr;
    member_info const* members = nullptr;
    std::uint8_t member_count = 0;
    std::uint64_t required = 0;                      // a bit a member
    boost::json::object* (*extra)(void*) = nullptr;  // where members nobody knows are kept
};

struct member_info
{
    std::string_view name;
    type_info const* type;
    void* (*at)(void*);
    bool lenient;
};

template <class T>
struct type_of;

template <class T>
bool store_signed(void* p, std::int64_t v)
{
    if (!std::in_range<T>(v)) return false;
    *static_cast<T*>(p) = static_cast<T>(v);
    return true;
}

template <class T>
bool store_unsigned(void* p, std::uint64_t v)
{
    if (!std::in_range<T>(v)) return false;
    *static_cast<T*>(p) = static_cast<T>(v);
    return true;
}

template <>
struct type_of<std::monostate>
{
    static constexpr type_info info{kind::nothing, "null"};
};

template <>
struct type_of<bool>
{
    static constexpr type_info info{kind::boolean, "true or false"};
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct type_of<T>
{
    static constexpr type_info info{
        .kind = kind::integer,
        .expected = "an integer in range",
        .store_int = store_signed<T>,
        .store_uint = store_unsigned<T>};
};

template <>
struct type_of<double>
{
    static constexpr type_info info{kind::number, "a number"};
};

template <>
struct type_of<std::string>
{
    static constexpr type_info info{kind::string, "a string"};
};

template <>
struct type_of<secret>
{
    static constexpr type_info info{
        .kind = kind::text, .expected = "a string", .store_text = [](void* p, std::string_view s) {
            *static_cast<secret*>(p) = secret(s);
            return true;
        }};
};

template <>
struct type_of<boost::json::value>
{
    static constexpr type_info info{kind::any, "any value"};
};

template <>
struct type_of<sys_ms>
{
    static constexpr type_info info{
        .kind = kind::integer,
        .expected = "milliseconds since 1970 as an integer",
        .store_int = [](void* p, std::int64_t v) {
            *static_cast<sys_ms*>(p) = sys_ms(std::chrono::milliseconds(v));
            return true;
        }};
};

/// A time that stands as text on the wire (`wire::iso_time`).
struct iso_time;
template <>
struct type_of<iso_time>
{
    static constexpr type_info info{
        .kind = kind::text,
        .expected = "a time in ISO 8601",
        .store_text = [](void* p, std::string_view s) {
            auto const t = parse_iso8601(s);
            if (t) *static_cast<sys_ms*>(p) = *t;
            return t.has_value();
        }};
};

template <class T, class Inner>
struct optional_type
{
    static constexpr type_info info{
        .kind = kind::optional,
        .expected = type_of<Inner>::info.expected,
        .inner = &type_of<Inner>::info,
        .open = [](void* p) -> void* { return &static_cast<std::optional<T>*>(p)->emplace(); },
        .clear = [](void* p) { static_cast<std::optional<T>*>(p)->reset(); }};
};

template <class T>
struct type_of<std::optional<T>> : optional_type<T, T>
{
};

template <class T>
struct type_of<std::vector<T>>
{
    static constexpr type_info info{
        .kind = kind::sequence,
        .expected = "an array",
        .inner = &type_of<T>::info,
        .open = [](void* p) -> void* { return &static_cast<std::vector<T>*>(p)->emplace_back(); },
        .clear = [](void* p) { static_cast<std::vector<T>*>(p)->clear(); }};
};

template <class T>
struct type_of<std::map<std::string, T>>
{
    static constexpr type_info info{
        .kind = kind::map,
        .expected = "an object",
        .inner = &type_of<T>::info,
        .open_key = [](void* p, std::string_view key) -> void* {
            auto& map = *static_cast<std::map<std::string, T>*>(p);
            return &(map[std::string(key)] = T());
        },
        .clear = [](void* p) { static_cast<std::map<std::string, T>*>(p)->clear(); }};
};

template <>
struct type_of<boost::json::object>
{
    static constexpr type_info info{
        .kind = kind::map,
        .expected = "an object",
        .inner = &type_of<boost::json::value>::info,
        .open_key = [](void* p, std::string_view key) -> void* {
            auto& object = *static_cast<boost::json::object*>(p);
            return &object[boost::json::string_view(key.data(), key.size())];
        },
        .clear = [](void* p) { static_cast<boost::json::object*>(p)->clear(); }};
};

template <class T>
inline constexpr bool is_optional_type = false;
template <class T>
inline constexpr bool is_optional_type<std::optional<T>> = true;

template <class T, bool Iso>
constexpr type_info const* member_type() noexcept
{
    if constexpr (!Iso)
        return &type_of<T>::info;
    else if constexpr (is_optional_type<T>)
        return &optional_type<sys_ms, iso_time>::info;
    else
        return &type_of<iso_time>::info;
}

template <class T>
concept described_struct = boost::describe::has_describe_members<T>::value;

template <described_struct T>
struct type_of<T>
{
    using list = boost::describe::
        describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    static constexpr std::size_t count = boost::mp11::mp_size<list>::value;
    static_assert(count <= 64, "the set of seen members is a 64-bit mask");

    template <class D>
    using type_at = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

    template <class D>
    static constexpr member_info describe_one()
    {
        constexpr wire w = wire_for<T>(D::name);
        return member_info{
            w.name,
            member_type<type_at<D>, w.iso_time>(),
            [](void* p) -> void* { return &(static_cast<T*>(p)->*D::pointer); },
            w.lenient};
    }

    template <class... D>
    static constexpr std::array<member_info, count> describe_all(boost::mp11::mp_list<D...>)
    {
        return {describe_one<D>()...};
    }

    template <class... D>
    static constexpr std::uint64_t required_mask(boost::mp11::mp_list<D...>)
    {
        std::uint64_t mask = 0, bit = 1;
        (((mask |= is_optional_type<type_at<D>> || wire_for<T>(D::name).may_be_absent ? 0 : bit),
          bit <<= 1),
         ...);
        return mask;
    }

    static constexpr auto extra_of()
    {
        if constexpr (requires(T & t) {
                          {
                              (t.extra)
                              } -> std::same_as<boost::json::object&>;
                      })
            return +[](void* p) -> boost::json::object* { return &static_cast<T*>(p)->extra; };
        else
            return static_cast<boost::json::object* (*)(void*)>(nullptr);
    }

    static constexpr std::array<member_info, count> members =
        describe_all(boost::mp11::mp_rename<list, boost::mp11::mp_list>{});

    static constexpr type_info info{
        .kind = kind::object,
        .expected = "an object",
        .members = members.data(),
        .member_count = static_cast<std::uint8_t>(count),
        .required = required_mask(boost::mp11::mp_rename<list, boost::mp11::mp_list>{}),
        .extra = extra_of()};
};

}  // namespace detail

/// @brief A list where the server may say null for "none".
template <class T>
struct list_or_null : std::vector<T>
{
    using std::vector<T>::vector;
};

namespace detail {

template <class T>
struct type_of<list_or_null<T>>
{
    static constexpr type_info info{
        .kind = kind::optional,
        .expected = "an array or null",
        .inner = &type_of<std::vector<T>>::info,
        .open = [](void* p) -> void* {
            return static_cast<std::vector<T>*>(static_cast<list_or_null<T>*>(p));
        },
        .clear = [](void* p) { static_cast<list_or_null<T>*>(p)->clear(); }};
};

}  // namespace detail

/// @brief What decoding came to.
struct outcome
{
    enum class status : std::uint8_t
    {
        ok,
        /// Not JSON; `text` says why.
        bad_json,
        /// JSON of another shape; `path` says where, `text` what was expected.
        bad_shape,
        /// The body is an object with an `error`; `text` has it.
        error_envelope,
    };
    status is = status::ok;
    std::string path;
    std::string text;
};

/// @brief Whether `{"error": ...}` at the top is the server's way to say that the call failed.
enum class envelope : std::uint8_t
{
    none,
    error_member,
};

/// @brief Decodes `text` into what `type` describes at `target`. Never throws on hostile text; what
/// was decoded before a failure stays in `target`.
COHUB_DECL outcome
decode(std::string_view text, detail::type_info const& type, void* target, envelope e) noexcept;

/// @brief Decodes `text` into `target`.
///
/// Tolerant where servers grow: unknown members are ignored, or kept in a member named `extra` of
/// type `boost::json::object` if the struct has one; `std::optional` members may be absent or null.
/// Strict where silence would lie: a wrong type, a missing member, a null where a value is due, a
/// number that does not fit are `bad_shape`. Of duplicate members the last one counts.
template <class T>
outcome decode(std::string_view text, T& target, envelope e = envelope::none) noexcept
{
    return decode(text, detail::type_of<T>::info, &target, e);
}

}  // namespace cohub::json

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/json/impl/decode.ipp>
#endif

#endif
