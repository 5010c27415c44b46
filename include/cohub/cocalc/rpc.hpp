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

/// @brief Its name appears in the compiler's message about a call with wrong arguments at the end.
/// @internal
template <bool Yes>
concept after_its_arguments_a_call_takes_call_options_and_then_a_completion_token = Yes;

/// @brief What may follow a call's arguments: nothing, a completion token, `call_options`, or both.
///
/// A text, a secret or a list is not one of these. It is an argument of another overload. Without
/// this concept, the overload with the forwarding reference would take the call.
template <class... Args>
concept call_args = after_its_arguments_a_call_takes_call_options_and_then_a_completion_token<
    sizeof...(Args) <= 2 &&
    ((!std::is_convertible_v<Args, secret> && !requires(Args & t) { t.begin(); }) && ...)>;

namespace cocalc {

/// @brief Returns the error code for the text with which the hub reports a failed call.
///
/// The hub answers every refusal with status 200 and a text. This function recognizes only texts
/// that appear literally in the hub's source, and whose meaning is useful for a caller. Any other
/// text is `errc::api_error`.
/// @source cocalc packages/server/auth/api.ts, packages/server/api/hub-bridge.ts,
/// packages/server/conat/api; for API v1 src/smc-hub/api/handler.coffee of 2020
/// @internal
COHUB_DECL errc classify(std::string_view server_message);

/// @brief Whether the text is a UUID, as the ids of CoCalc are; in upper or lower case.
/// @internal
COHUB_DECL bool is_uuid(std::string_view text) noexcept;

/// @brief Begins a request: the JSON envelope up to the first argument.
/// @internal
COHUB_DECL call::request begin_rpc(std::string_view route, retry r);

/// @brief Builds an object argument, for methods that take a few plain values.
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

/// @brief The common part of all groups of methods: the channel to the server, and the
/// `{name,args}` envelope.
///
/// A group is a cheap handle and may be copied. It may be used after the hub was destroyed; its
/// calls then fail with `errc::client_closed`.
/// @par Thread safety
/// Distinct and shared objects: safe.
class group
{
public:
    /// @internal
    explicit group(call::channel_ptr c) : channel_(std::move(c)) {}

protected:
    /// With one options object: `args: [{…}]`.
    template <class T, class Arguments, class... Args>
    auto rpc(std::string_view route, retry r, Arguments const& arguments, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        encode(w, arguments);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// The same. If `problem` is not empty, the call fails with `errc::invalid_argument` and
    /// nothing is sent.
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

    /// With an empty options object as the only argument, as CoCalc's own client sends it.
    template <class T, class... Args>
    auto rpc_plain(std::string_view route, retry r, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        w.raw("{}");
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// Without any argument: `args: []`.
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
