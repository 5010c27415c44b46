#ifndef COHUB_COCALC_IMPL_HUB_IPP
#define COHUB_COCALC_IMPL_HUB_IPP

#include <cohub/cocalc/hub.hpp>

#include <boost/asio/strand.hpp>

namespace cohub {

namespace detail {

/// The io_context behind an executor; null if there is none.
inline boost::asio::io_context* io_context_of(boost::asio::any_io_executor const& executor)
{
    namespace asio = boost::asio;
    using plain = asio::io_context::executor_type;
    if (auto const* const e = executor.target<plain>()) return &e->context();
    if (auto const* const s = executor.target<asio::strand<plain>>())
        return &s->get_inner_executor().context();
    if (auto const* const s = executor.target<asio::strand<asio::any_io_executor>>())
        return io_context_of(s->get_inner_executor());
    return nullptr;
}

inline boost::intrusive_ptr<transport::client> make_client(boost::asio::io_context* io, options&& o)
{
    if (io == nullptr)
        throw error(failure(
            errc::invalid_argument,
            "the executor belongs to no io_context; give the hub an io_context of its own, calls "
            "from other executors work all the same"
        ));
    auto made = transport::client::make(*io, std::move(o));
    if (!made) throw error(made.error());
    return std::move(*made);
}

}  // namespace detail

COHUB_DECL hub::hub(boost::asio::io_context& io, options o)
    : client_(detail::make_client(&io, std::move(o)))
{
}

COHUB_DECL hub::hub(boost::asio::any_io_executor const& executor, options o)
    : client_(detail::make_client(detail::io_context_of(executor), std::move(o)))
{
}

COHUB_DECL hub& hub::operator=(hub&& other)
{
    if (this != &other) {
        if (client_) client_->close(false);
        client_ = std::move(other.client_);
    }
    return *this;
}

COHUB_DECL hub::~hub()
{
    if (client_) client_->close(false);
}

COHUB_DECL call::request hub::raw_api::describe(
    std::string_view name, boost::json::value const& args
)
{
    call::request req = begin("", retry::never);
    req.name.assign(name);
    req.body = "{\"name\":";
    json::writer w(req.body);
    w.text(name);
    w.raw(",\"args\":");
    if (args.is_array())
        w.value(args);
    else if (args.is_null())
        w.raw("[]");
    else {
        w.raw("[");
        w.value(args);
        w.raw("]");
    }
    if (name.empty() || name.find_first_of("\r\n/") != std::string_view::npos)
        w.refuse("a method's name looks like system.ping");
    req.problem = w.problem();
    return req;
}

}  // namespace cohub

#endif
