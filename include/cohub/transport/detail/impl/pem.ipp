#ifndef COHUB_TRANSPORT_DETAIL_IMPL_PEM_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_PEM_IPP

#include <cohub/core/secret.hpp>
#include <cohub/transport/detail/pem.hpp>

#include <openssl/err.h>

#include <cstddef>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL std::string text_of_file(std::string const& path, std::string_view option)
{
    bio_owner const file(BIO_new_file(path.c_str(), "rb"));
    std::string text;
    text.reserve(16 * 1024);  // it may contain a private key, and growing leaves copies in memory
    char part[4096];
    // A folder has no content.
    for (int n = 0; file.get() != nullptr && (n = BIO_read(file.get(), part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(n));
    cohub::detail::wipe(part, sizeof part);
    ERR_clear_error();
    if (text.empty())
        refuse_tls(
            {option,
             " \"",
             cohub::detail::escaped(path, 200),
             "\" cannot be read or holds nothing in PEM"}
        );
    return text;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
