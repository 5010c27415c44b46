#ifndef COHUB_COCALC_TYPES_IMPL_EXEC_IPP
#define COHUB_COCALC_TYPES_IMPL_EXEC_IPP

#include <cohub/cocalc/types/exec.hpp>

#include <charconv>

namespace cohub::inline abi_0_2 {

COHUB_DECL void encode(json::writer& w, exec_environment const& e)
{
    w.raw("{");
    bool first = true;
    for (auto const& [name, value] : e.variables) {
        if (!first) w.raw(",");
        first = false;
        w.text(name);
        w.raw(":");
        w.text(value);
    }
    w.raw("}");
}

COHUB_DECL std::optional<std::int64_t> exit_code_of(failure const& f)
{
    static constexpr std::string_view words = " exited with nonzero code ";
    std::string_view const text = f.server_message;
    std::size_t const at = text.find(words);
    if (f.code != errc::api_error || !text.starts_with("command '") ||
        at == std::string_view::npos || text.find(words, at + 1) != std::string_view::npos)
        return std::nullopt;
    char const* const first = text.data() + at + words.size();
    std::int64_t code = 0;
    auto const [end, ec] = std::from_chars(first, text.data() + text.size(), code);
    if (ec != std::errc()) return std::nullopt;
    return code;
}

}  // namespace cohub::inline abi_0_2

#endif
