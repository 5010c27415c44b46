#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <gtest/gtest.h>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "contract/vectors.hpp"
#include "support/run_call.hpp"

namespace cohub::tests {

// ---- what comes back, as JSON ------------------------------------------------------------------

template <std::integral T>
boost::json::value as_json(T v)
{
    return v;
}
inline boost::json::value as_json(std::string const& v) { return boost::json::value(v); }
inline boost::json::value as_json(secret const& v)
{
    return boost::json::value(std::string(v.reveal()));
}
inline boost::json::value as_json(sys_ms v) { return v.time_since_epoch().count(); }
inline boost::json::value as_json(boost::json::value const& v) { return v; }
inline boost::json::value as_json(boost::json::object const& v) { return v; }
/// JSON has only one kind of number: 0.0 is 0.
inline boost::json::value as_json(double v)
{
    auto const whole = static_cast<std::int64_t>(v);
    if (static_cast<double>(whole) == v) return whole;
    return v;
}

template <class T>
boost::json::value as_json(std::optional<T> const& v);
template <class T>
boost::json::value as_json(std::vector<T> const& v);
template <class T>
boost::json::value as_json(json::list_or_null<T> const& v);
template <class T>
boost::json::value as_json(std::map<std::string, T> const& v);
template <class T>
requires boost::describe::has_describe_members<T>::value boost::json::value as_json(T const& v);

template <class T>
boost::json::value as_json(std::optional<T> const& v)
{
    if (!v) return nullptr;
    return as_json(*v);
}
template <class T>
boost::json::value as_json(std::vector<T> const& v)
{
    boost::json::array out;
    for (auto const& item : v) out.push_back(as_json(item));
    return out;
}
/// For this client, null and an empty list are the same.
template <class T>
boost::json::value as_json(json::list_or_null<T> const& v)
{
    if (v.empty()) return nullptr;
    return as_json(static_cast<std::vector<T> const&>(v));
}
template <class T>
boost::json::value as_json(std::map<std::string, T> const& v)
{
    boost::json::object out;
    for (auto const& [name, item] : v) out[name] = as_json(item);
    return out;
}
inline boost::json::value as_iso_time(std::optional<sys_ms> v)
{
    if (!v) return nullptr;
    return boost::json::value(json::format_iso8601(*v));
}
/// If the type keeps unknown members, they are in the result, too, so that a lost member is
/// noticed.
template <class T>
requires boost::describe::has_describe_members<T>::value boost::json::value as_json(T const& v)
{
    boost::json::object out;
    if constexpr (requires { v.extra; }) out = v.extra;
    using members = boost::describe::
        describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    boost::mp11::mp_for_each<members>([&](auto d) {
        constexpr json::wire spelling = json::detail::wire_for<T>(d.name);
        if constexpr (spelling.iso_time)
            out[spelling.name] = as_iso_time(v.*d.pointer);
        else
            out[spelling.name] = as_json(v.*d.pointer);
    });
    return out;
}

/// @brief The result of a call.
struct came_back
{
    boost::json::value result;
    failure error;
};

template <class T>
came_back told(result<T> r)
{
    if (r.has_error()) return {nullptr, r.error()};
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return {as_json(*r), {}};
}

// ---- how a vector is called --------------------------------------------------------------------

/// @brief Makes a client with a vector's key and runs one call of it, which ends in `as_result`.
class caller
{
public:
    caller(options o, boost::asio::io_context& io, contract_vector const& v)
        : options_(std::move(o)), io_(io), vector_(v)
    {
    }

    template <class F>
    came_back operator()(F call) const
    {
        return on<hub>(call);
    }
    /// For the other front doors.
    template <class Door, class F>
    came_back on(F call) const
    {
        Door const door(io_, options_);
        return run(call(door));
    }
    template <class T>
    came_back run(call::pending_result<T>&& pending) const
    {
        return told(run_call(io_, std::move(pending)));
    }

    options const& settings() const { return options_; }
    boost::asio::io_context& io() const { return io_; }
    /// Whether the body of the request is a web form.
    bool is_form() const
    {
        auto const* const encoding = vector_.request().if_contains("encoding");
        return encoding != nullptr && encoding->as_string() == "form";
    }
    /// A member of the request's body other than name and args; null if it has none.
    boost::json::value const* beside(char const* name) const
    {
        auto const* const body = vector_.request().at("body").if_object();
        return body == nullptr ? nullptr : body->if_contains(name);
    }

private:
    options options_;
    boost::asio::io_context& io_;
    contract_vector const& vector_;
};

std::string text(boost::json::object const& params, char const* name);
std::vector<std::string> texts(boost::json::object const& params, char const* name);
/// @brief Null if the caller of the vector gives none.
boost::json::value const* given(boost::json::object const& params, char const* name);

// ---- a group of methods against its vectors ----------------------------------------------------

using typed_method = std::function<came_back(caller const&, boost::json::object const&)>;

/// @brief The data that is needed to replay the vectors of one test file.
struct contract_group
{
    /// The beginnings of the ids of its vectors, and the number of these vectors.
    std::vector<std::string_view> prefixes;
    std::size_t size = 0;
    /// The typed methods, under their names in the vectors.
    std::map<std::string, typed_method, std::less<>> methods;
    /// The vendor's functions of this group, by their names on the wire, and those without a typed
    /// method.
    std::set<std::string> vendor_routes;
    std::set<std::string> untyped_routes;
    /// Ids of requests that only a raw call makes, not a typed method.
    std::set<std::string> by_hand;
    /// Ids of requests that the typed method refuses before they are sent, with the reason. A raw
    /// call makes them.
    std::map<std::string, char const*> refused_here;
    /// Ids of requests that this client never makes, with the reason.
    std::map<std::string, char const*> never_sent;
    /// What a caller can do about a refusal, by a part of the server's text. The first match
    /// counts. The entries that all groups share come before these.
    std::vector<std::pair<char const*, errc>> codes;
    /// How the client's result differs from the vector's, in addition to null being absent.
    std::function<void(contract_vector const&, boost::json::value&)> understood;
    /// A raw call with the vector's arguments; not set: `hub.call`.
    std::function<came_back(caller const&, contract_vector const&)> call_by_hand;

    std::vector<contract_vector> vectors() const;
    std::vector<contract_vector> sendable() const;
    errc expected_code(std::string const& words) const;
    /// Fails the test unless every vector is replayed and every name in the tables is used.
    void expect_whole() const;
    /// Prints what is replayed, what is not, and which vectors have less authority.
    void tell(std::string_view name) const;
};

/// @brief One vector of a group against a fake server that gives the vector's answer.
class Replay : public testing::TestWithParam<contract_vector>
{
protected:
    explicit Replay(contract_group const& g) : group(g) {}

    /// Tests the request: the call sends the request of the vector.
    void send();
    /// Tests the answer: the call's result is that of the vector.
    void understand();

    contract_group const& group;
    fake_server server{fake_server_options().plain().users(0).unmasked_journal()};
    boost::asio::io_context io;

private:
    caller with_key(std::string const& key, contract_vector const& v);
    came_back typed(caller const& call, contract_vector const& v) const;
    came_back raw(caller const& call, contract_vector const& v) const;
    came_back call(caller const& call, contract_vector const& v) const;
    void will_answer(contract_vector const& v);

    std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>();
};

inline constexpr auto vector_name = [](auto const& row) { return camel_case(row.param.id); };

}  // namespace cohub::tests
