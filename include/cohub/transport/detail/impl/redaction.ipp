#ifndef COHUB_TRANSPORT_DETAIL_IMPL_REDACTION_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_REDACTION_IPP

#include <cohub/transport/detail/redaction.hpp>

#include <openssl/evp.h>

#include <cstddef>
#include <utility>

namespace cohub::transport::detail {

COHUB_DECL std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    int const n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}

inline std::string hex(std::string_view text, std::string_view digits)
{
    std::string out;
    for (char const c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

COHUB_DECL redaction::redaction(secret const& key)
{
    auto const never_show = [this](std::string text) {
        if (text.size() >= 4) forms_.push_back(std::move(text));
    };
    std::string_view const plain = key.reveal();
    never_show(std::string(plain));
    never_show(hex(plain, "0123456789abcdef"));
    never_show(hex(plain, "0123456789ABCDEF"));
    // Base64 of whatever follows the key agrees in all but the last group of three bytes.
    never_show(base64(plain).substr(0, plain.size() / 3 * 4));
}

COHUB_DECL redaction::~redaction()
{
    for (auto& form : forms_) cohub::detail::wipe(form);
}

COHUB_DECL void redaction::mask(std::string& text) const
{
    if (text.empty()) return;
    for (auto const& form : forms_)
        for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at))
            text.replace(at, form.size(), "***");
}

COHUB_DECL void redaction::mask(failure& f) const
{
    mask(f.where);
    mask(f.server_message);
    mask(f.detail);
    mask(f.path);
}

}  // namespace cohub::transport::detail

#endif
