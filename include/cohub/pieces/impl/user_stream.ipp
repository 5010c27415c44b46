#ifndef COHUB_PIECES_IMPL_USER_STREAM_IPP
#define COHUB_PIECES_IMPL_USER_STREAM_IPP

#include <cohub/pieces/impl/user.ipp>
#include <cohub/pieces/user_stream.hpp>

namespace cohub::pieces::detail {

/// An empty message and a null both mean that nobody is signed in.
template <class Once>
class event_answer final : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope
    ) const noexcept override
    {
        auto& event = *static_cast<std::optional<user_event>*>(value);
        json::outcome o = in_memory([&]() -> json::outcome {
            event.emplace();
            if (json::find(body, {}).empty()) return {};
            return read_answer(body, event->user);
        });
        if (o.status != json::outcome::code::ok) event.reset();
        return o;
    }
};

template <class Once>
call::stream_ptr user_streams<Once>::open(
    call::channel& from,
    call::channel::stream_maker over,
    std::string const& fields,
    stream_options const& options
)
{
    call::stream_request r = options.request();
    r.target = "/user/stream";
    r.name = "user.stream_user";
    r.fields = fields;
    r.not_found_hint =
        "that server has no such stream; is it Pieces OS, and not older than this client? See what "
        "/.well-known/version says";
    if (options.rediscovers())
        r.relocate = options.relocation()(from.executor(), *options.rediscovers());
    call::stream_channel* const made = from.make_stream(std::move(r), over);
    if (made == nullptr)
        throw error(failure(errc::not_implemented, "there are no streams over this channel"));
    return call::stream_ptr(made, false);
}

template <class Once>
call::request user_streams<Once>::next()
{
    call::request req;
    req.name = "user.stream_user";
    req.is_rpc = false;
    req.with_key = false;
    req.answer = json::envelope::none;
    req.adapter = new event_answer<Once>;
    return req;
}

#if defined(COHUB_SEPARATE_COMPILATION)
template struct user_streams<void>;
#endif

}  // namespace cohub::pieces::detail

#endif
