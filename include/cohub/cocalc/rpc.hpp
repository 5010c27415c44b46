#ifndef COHUB_COCALC_RPC_HPP
#define COHUB_COCALC_RPC_HPP

#include <cohub/call/completion.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/json/encode.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief For what a compiler says of a call with a wrong tail.
/// @internal
template <bool Yes>
concept after_its_arguments_a_call_takes_call_options_and_then_a_completion_token = Yes;

/// @brief What may follow a call's arguments: nothing, a completion token, `call_options`, or both.
///
/// A text, a secret or a list is none of these but an argument of another overload, which a
/// forwarding reference would else snatch away.
template <class... Args>
concept call_args = after_its_arguments_a_call_takes_call_options_and_then_a_completion_token<
    sizeof...(Args) <= 2 &&
    ((!std::is_convertible_v<Args, secret> && !requires(Args & t) { t.begin(); }) && ...)>;

namespace cocalc {

/// @brief What the hub's own words on a failed call come to.
///
/// The hub answers every refusal with status 200 and a text. Only texts that stand literally in its
/// source, and say something a caller acts upon, are told apart; any other is `errc::api_error`.
/// @source cocalc packages/server/auth/api.ts, packages/server/api/hub-bridge.ts,
/// packages/server/conat/api; for API v1 src/smc-hub/api/handler.coffee of 2020
/// @internal
COHUB_DECL errc classify(std::string_view server_message);

/// @brief Whether this is an id as CoCalc has them, in capital or small letters.
/// @internal
COHUB_DECL bool is_uuid(std::string_view text) noexcept;

/// @brief The beginning of a call: the envelope, up to its first argument.
/// @internal
COHUB_DECL call::request begin_rpc(std::string_view route, retry r);

/// @brief An object argument that is put together on the spot, for methods that take two or three
/// plain values.
/// @internal
class object_writer
{
public:
    object_writer() : writer_(text_) { text_ += '{'; }
    object_writer(object_writer const&) = delete;

    template <class V>
    object_writer& add(std::string_view name, V const& value)
    {
        if (text_.size() > 1) text_ += ',';
        text_ += '"';
        text_ += name;
        text_ += "\":";
        encode(writer_, value);
        return *this;
    }
    template <class V>
    object_writer& add_if(std::string_view name, std::optional<V> const& value)
    {
        if (value) add(name, *value);
        return *this;
    }

    friend void encode(json::writer& w, object_writer const& o)
    {
        w.raw(o.text_);
        w.raw("}");
        if (!o.writer_.problem().empty()) w.refuse(o.writer_.problem());
        if (o.writer_.holds_secret()) w.note_secret();
    }

private:
    std::string text_;
    json::writer writer_;
};

/// @brief What all groups of methods share: the way to the server, and the `{name,args}` envelope.
///
/// A group is a cheap handle. It may be copied, and used after the hub is gone (its calls then fail
/// with `errc::client_closed`).
/// @par Thread safety
/// Distinct and shared objects: safe.
class group
{
public:
    /// @internal
    explicit group(call::channel_ptr c) : channel_(std::move(c)) {}

protected:
    /// One options object: `args: [{…}]`.
    template <class T, class Arguments, class... Args>
    auto rpc(std::string_view route, retry r, Arguments const& arguments, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        encode(w, arguments);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// The same; with a problem it fails with `errc::invalid_argument` before it is sent.
    template <class T, class Arguments, class... Args>
    auto rpc_unless(
        std::string problem,
        std::string_view route,
        retry r,
        Arguments const& arguments,
        Args&&... args
    ) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        if (!problem.empty()) w.refuse(std::move(problem));
        encode(w, arguments);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// Nothing but the empty options object, as upstream's client sends it.
    template <class T, class... Args>
    auto rpc_plain(std::string_view route, retry r, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        w.raw("{}");
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// No argument at all: `args: []`.
    template <class T, class... Args>
    auto rpc_bare(std::string_view route, retry r, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    static call::request begin(std::string_view route, retry r) { return begin_rpc(route, r); }

    template <class T, class... Args>
    auto end(call::request&& req, json::writer& w, Args&&... args) const
    {
        w.raw("]");
        if (!w.problem().empty()) req.problem = w.problem();
        req.holds_secret = w.holds_secret();
        return call::initiate<T>(channel_, std::move(req), std::forward<Args>(args)...);
    }

    call::channel_ptr channel_;
};

}  // namespace cocalc
}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/rpc.ipp>
#endif

#endif
