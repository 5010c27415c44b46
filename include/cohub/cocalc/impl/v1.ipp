#ifndef COHUB_COCALC_IMPL_V1_IPP
#define COHUB_COCALC_IMPL_V1_IPP

#include <cohub/cocalc/impl/hub.ipp>
#include <cohub/cocalc/v1.hpp>

namespace cohub {

COHUB_DECL v1::v1(boost::asio::io_context& io, options o)
    : client_(detail::make_client(&io, std::move(o)))
{
}

COHUB_DECL v1::v1(boost::asio::any_io_executor const& executor, options o)
    : client_(detail::make_client(detail::io_context_of(executor), std::move(o)))
{
}

COHUB_DECL v1& v1::operator=(v1&& other)
{
    if (this != &other) {
        if (client_) client_->close(false);
        client_ = std::move(other.client_);
    }
    return *this;
}

COHUB_DECL v1::~v1()
{
    if (client_) client_->close(false);
}

}  // namespace cohub

#endif
