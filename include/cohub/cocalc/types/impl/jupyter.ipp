#ifndef COHUB_COCALC_TYPES_IMPL_JUPYTER_IPP
#define COHUB_COCALC_TYPES_IMPL_JUPYTER_IPP

#include <cohub/cocalc/types/jupyter.hpp>

namespace cohub::inline abi_0_2 {

namespace detail {

inline std::string_view text_member(boost::json::object const& o, std::string_view name) noexcept
{
    auto const* const v = o.if_contains(boost::json::string_view(name.data(), name.size()));
    auto const* const text = v == nullptr ? nullptr : v->if_string();
    if (text == nullptr) return {};
    return std::string_view(text->data(), text->size());
}

}  // namespace detail

COHUB_DECL std::string_view jupyter_output::text_at(std::string_view name) const noexcept
{
    return detail::text_member(extra, name);
}

COHUB_DECL std::string_view jupyter_output::data(std::string_view mime) const noexcept
{
    auto const* const all = extra.if_contains("data");
    auto const* const formats = all == nullptr ? nullptr : all->if_object();
    if (formats == nullptr) return {};
    return detail::text_member(*formats, mime);
}

}  // namespace cohub::inline abi_0_2

#endif
