#ifndef COHUB_PIECES_IMPL_USER_STREAM_IPP
#define COHUB_PIECES_IMPL_USER_STREAM_IPP

#include <cohub/pieces/impl/user.ipp>
#include <cohub/pieces/user_stream.hpp>

namespace cohub::inline abi_0_2::pieces::detail {

/// An empty message and a null both mean that nobody is signed in.
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

COHUB_DECL streams::stream_ptr open_user_stream(
    stream_opener const& open, std::string const& fields, stream_options const& options
)
{
    if (!open)
        throw error(failure(errc::not_implemented, "there are no streams over this channel"));
    streams::stream_request r = options.request();
    r.target = "/user/stream";
    r.name = "user.stream_user";
    r.fields = fields;
    r.not_found_hint =
        "that server has no such stream; is it Pieces OS, and not older than this client? See what "
        "/.well-known/version says";
    return open(std::move(r), options.rediscovers());
}

COHUB_DECL call::request next_user_event()
{
    call::request req;
    req.name = "user.stream_user";
    req.is_rpc = false;
    req.with_key = false;
    req.answer = json::envelope::none;
    req.adapter = new event_answer;
    return req;
}

}  // namespace cohub::inline abi_0_2::pieces::detail

#endif
