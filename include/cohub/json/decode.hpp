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
#include <vector>

namespace cohub::inline abi_0_2::json {

/// @brief A target for any JSON, which is dropped. Like `std::monostate`, but without `<variant>`.
struct nothing
{
};

namespace detail {

enum class kind : std::uint8_t
{
    nothing,  // any value is accepted and dropped: functions that return nothing
    boolean,
    integer,
    number,
    text,
    any,
    optional,
    sequence,
    map,
    object,
};

struct member_info;

/// What the decoder has to know about a type: a table, so that one instance of the parser serves
/// all types.
///
/// An optional of a plain value is itself plain, and `clear` makes it null, so that the usual value
/// costs one call. Only an optional of a type with inner values is a type around another one.
struct type_info
{
    json::detail::kind kind;
    char const* expected;                                   // for error messages
    void (*clear)(void*) = nullptr;                         // to null, or to empty
    void (*store_bool)(void*, bool) = nullptr;              // boolean
    bool (*store_int)(void*, std::int64_t) = nullptr;       // integer
    bool (*store_uint)(void*, std::uint64_t) = nullptr;     // integer that int64 cannot hold
    void (*store_double)(void*, double) = nullptr;          // number
    bool (*store_text)(void*, std::string_view) = nullptr;  // text
    type_info const* inner = nullptr;                       // of optional, sequence and map
    void* (*open)(void*) = nullptr;  // optional: emplace; sequence: append; returns the new value
    void* (*open_key)(void*, std::string_view) = nullptr;  // map
    void (*reserve)(void*, std::size_t) = nullptr;         // sequence
    boost::json::object* (*extra)(void*) = nullptr;        // object: where unknown members are kept
    member_info const* members = nullptr;                  // object
    std::uint64_t required = 0;                            // object: one bit per member
    std::uint8_t member_count = 0;
    bool nullable = false;
    bool confidential = false;     // a secret
    std::uint16_t least_size = 2;  // about how many characters a value has on the wire
};

struct member_info
{
    std::string_view name;
    type_info const* type;
    void* (*at)(void*);
    std::uint64_t bit;  // its place in the set of seen members
    bool lenient;
};

template <class T>
struct type_of;

template <class T>
inline constexpr bool is_optional_type = false;
template <class T>
inline constexpr bool is_optional_type<std::optional<T>> = true;

/// Where a plain value of type T is stored: in a T, or in an optional of it.
template <class Target, class T>
T& place(void* p)
{
    if constexpr (is_optional_type<Target>)
        return static_cast<Target*>(p)->emplace();
    else
        return *static_cast<T*>(p);
}

template <class Target>
constexpr type_info plain(kind k, char const* expected)
{
    type_info t{k, expected};
    if constexpr (is_optional_type<Target>) {
        t.nullable = true;
        t.clear = [](void* p) { static_cast<Target*>(p)->reset(); };
    }
    return t;
}

/// The plain types: `info<Target>` for Target = T and for std::optional<T>.
template <class T>
struct plain_type;

template <>
struct plain_type<bool>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::boolean, "true or false");
        t.store_bool = [](void* p, bool v) { place<Target, bool>(p) = v; };
        return t;
    }
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct plain_type<T>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::integer, "an integer in range");
        t.store_int = [](void* p, std::int64_t v) {
            if (!std::in_range<T>(v)) return false;
            place<Target, T>(p) = static_cast<T>(v);
            return true;
        };
        t.store_uint = [](void* p, std::uint64_t v) {
            if (!std::in_range<T>(v)) return false;
            place<Target, T>(p) = static_cast<T>(v);
            return true;
        };
        return t;
    }
};

template <>
struct plain_type<double>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::number, "a number");
        t.store_double = [](void* p, double v) { place<Target, double>(p) = v; };
        return t;
    }
};

template <>
struct plain_type<sys_ms>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::integer, "milliseconds since 1970 as an integer");
        t.store_int = [](void* p, std::int64_t v) {
            place<Target, sys_ms>(p) = sys_ms(std::chrono::milliseconds(v));
            return true;
        };
        return t;
    }
};

/// A time that is text on the wire (`wire::iso_time`).
struct iso_time;
template <>
struct plain_type<iso_time>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::text, "a time in ISO 8601");
        t.store_text = [](void* p, std::string_view s) {
            auto const time = parse_iso8601(s);
            if (time) place<Target, sys_ms>(p) = *time;
            return time.has_value();
        };
        return t;
    }
};

/// Text types that are made from a string_view.
template <class T>
concept text_like = std::same_as<T, std::string> || std::same_as<T, secret>;

template <text_like T>
struct plain_type<T>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::text, "a string");
        t.confidential = std::same_as<T, secret>;
        t.store_text = [](void* p, std::string_view s) {
            if constexpr (is_optional_type<Target>)
                static_cast<Target*>(p)->emplace(s);
            else if constexpr (std::same_as<T, std::string>)
                static_cast<T*>(p)->assign(s);
            else
                *static_cast<T*>(p) = T(s);
            return true;
        };
        return t;
    }
};

template <class T>
concept is_plain = requires
{
    plain_type<T>::template info<T>();
};

template <is_plain T>
struct type_of<T>
{
    static constexpr type_info info = plain_type<T>::template info<T>();
};

template <>
struct type_of<nothing>
{
    static constexpr type_info info{kind::nothing, "null"};
};

template <>
struct type_of<boost::json::value>
{
    static constexpr type_info info{kind::any, "any value"};
};

template <is_plain T>
struct type_of<std::optional<T>>
{
    static constexpr type_info info = plain_type<T>::template info<std::optional<T>>();
};

template <class T>
requires(!is_plain<T>) struct type_of<std::optional<T>>
{
    static constexpr type_info info{
        .kind = kind::optional,
        .expected = type_of<T>::info.expected,
        .clear = [](void* p) { static_cast<std::optional<T>*>(p)->reset(); },
        .inner = &type_of<T>::info,
        .open = [](void* p) -> void* { return &static_cast<std::optional<T>*>(p)->emplace(); },
        .nullable = true};
};

template <class T>
struct type_of<std::vector<T>>
{
    static constexpr type_info info{
        .kind = kind::sequence,
        .expected = "an array",
        .clear = [](void* p) { static_cast<std::vector<T>*>(p)->clear(); },
        .inner = &type_of<T>::info,
        .open = [](void* p) -> void* { return &static_cast<std::vector<T>*>(p)->emplace_back(); },
        .reserve = [](void* p, std::size_t n) { static_cast<std::vector<T>*>(p)->reserve(n); }};
};

template <class T>
struct type_of<std::map<std::string, T>>
{
    static constexpr type_info info{
        .kind = kind::map,
        .expected = "an object",
        .clear = [](void* p) { static_cast<std::map<std::string, T>*>(p)->clear(); },
        .inner = &type_of<T>::info,
        .open_key = [](void* p, std::string_view key) -> void* {
            auto& map = *static_cast<std::map<std::string, T>*>(p);
            return &(map[std::string(key)] = T());
        }};
};

template <>
struct type_of<boost::json::object>
{
    static constexpr type_info info{
        .kind = kind::map,
        .expected = "an object",
        .clear = [](void* p) { static_cast<boost::json::object*>(p)->clear(); },
        .inner = &type_of<boost::json::value>::info,
        .open_key = [](void* p, std::string_view key) -> void* {
            auto& object = *static_cast<boost::json::object*>(p);
            return &object[boost::json::string_view(key.data(), key.size())];
        }};
};

template <class T>
inline constexpr type_info iso_time_info = plain_type<iso_time>::template info<T>();

template <class T, bool Iso>
constexpr type_info const* member_type() noexcept
{
    if constexpr (Iso)
        return &iso_time_info<T>;
    else
        return &type_of<T>::info;
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
    static constexpr member_info describe_one(std::uint64_t bit)
    {
        constexpr wire w = wire_for<T>(D::name);
        return member_info{
            w.name,
            member_type<type_at<D>, w.iso_time>(),
            [](void* p) -> void* { return &(static_cast<T*>(p)->*D::pointer); },
            bit,
            w.lenient};
    }

    template <class... D>
    static constexpr std::array<member_info, count> describe_all(boost::mp11::mp_list<D...>)
    {
        std::uint64_t bit = 1;
        return {describe_one<D>(std::exchange(bit, bit << 1))...};
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

    template <class... D>
    static constexpr std::uint16_t size_of_names(boost::mp11::mp_list<D...>)
    {
        // Each name also needs quotes, colon, comma and a short value.
        return static_cast<std::uint16_t>((2 + ... + (wire_for<T>(D::name).name.size() + 8)));
    }

    static constexpr type_info info{
        .kind = kind::object,
        .expected = "an object",
        .extra = extra_of(),
        .members = members.data(),
        .required = required_mask(boost::mp11::mp_rename<list, boost::mp11::mp_list>{}),
        .member_count = static_cast<std::uint8_t>(count),
        .least_size = size_of_names(boost::mp11::mp_rename<list, boost::mp11::mp_list>{})};
};

}  // namespace detail

/// @brief A list for which the server may send null if it is empty.
template <class T>
struct list_or_null : std::vector<T>
{
    using std::vector<T>::vector;
};

/// @brief The value of an object's only member, whose name adds no information: the rows in
/// `{"projects": [...]}`. If the member is absent, the value is empty.
template <class T>
struct only_member : T
{
    using T::T;
};

/// @brief A list of texts. The server may send a single text without a list.
struct one_or_many : std::vector<std::string>
{
    using std::vector<std::string>::vector;
};

namespace detail {

template <class T>
struct type_of<only_member<T>>
{
    static constexpr type_info info{
        .kind = kind::map,
        .expected = "an object",
        .clear = [](void* p) { static_cast<T&>(*static_cast<only_member<T>*>(p)) = T(); },
        .inner = &type_of<T>::info,
        .open_key = [](void* p, std::string_view) -> void* {
            return static_cast<T*>(static_cast<only_member<T>*>(p));
        }};
};

template <>
struct type_of<one_or_many>
{
    static constexpr type_info info{
        .kind = kind::sequence,
        .expected = "a string or an array",
        .clear = [](void* p) { static_cast<one_or_many*>(p)->clear(); },
        .store_text =
            [](void* p, std::string_view s) {
                static_cast<one_or_many*>(p)->assign(1, std::string(s));
                return true;
            },
        .inner = &type_of<std::string>::info,
        .open = [](void* p) -> void* { return &static_cast<one_or_many*>(p)->emplace_back(); },
        .reserve = [](void* p, std::size_t n) { static_cast<one_or_many*>(p)->reserve(n); }};
};

template <class T>
struct type_of<list_or_null<T>>
{
    static constexpr type_info info{
        .kind = kind::optional,
        .expected = "an array or null",
        .clear = [](void* p) { static_cast<list_or_null<T>*>(p)->clear(); },
        .inner = &type_of<std::vector<T>>::info,
        .open = [](void* p) -> void* {
            return static_cast<std::vector<T>*>(static_cast<list_or_null<T>*>(p));
        },
        .nullable = true};
};

}  // namespace detail

/// @brief The result of decoding.
/// @internal
struct outcome
{
    enum class code : std::uint8_t
    {
        ok,
        /// Not JSON; `text` says why.
        bad_json,
        /// JSON of another shape; `path` says where, `text` what was expected.
        bad_shape,
        /// The body is an object with an `error`; `text` has it.
        error_envelope,
    };
    code status = code::ok;
    std::string path;
    std::string text;
};

/// @brief Whether `{"error": ...}` at the top level is how the server reports that the call failed.
/// @internal
enum class envelope : std::uint8_t
{
    none,
    error_member,
};

/// @brief Rules in which the services differ.
/// @internal
struct rules
{
    /// Maximum depth of nested containers, at most 64; the hub's own parser has this limit.
    std::size_t max_depth = 32;
    /// 14.0 is not an integer.
    bool plain_integers = false;
};

/// @brief Decodes `text` into what `type` describes at `target`. Never throws on hostile text.
/// Values that were decoded before a failure stay in `target`.
/// @internal
COHUB_DECL outcome decode(
    std::string_view text,
    detail::type_info const& type,
    void* target,
    envelope e,
    rules const& r = {}
) noexcept;

/// @brief Decodes `text` into `target`.
///
/// It is tolerant where servers may add something: unknown members are ignored, or kept in a member
/// named `extra` of type `boost::json::object` if the struct has one; `std::optional` members may
/// be absent or null. It is strict where an error would go unnoticed: a wrong type, a missing
/// member, a null in place of a value, and a number that does not fit are `bad_shape`. If a member
/// occurs more than once, the last one counts.
/// @internal
template <class T>
outcome decode(
    std::string_view text, T& target, envelope e = envelope::none, rules const& r = {}
) noexcept
{
    return decode(text, detail::type_of<T>::info, &target, e, r);
}

}  // namespace cohub::inline abi_0_2::json

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/json/impl/decode.ipp>
#endif

#endif
