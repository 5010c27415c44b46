#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::fake {

/// Removes from texts what must not be in a file that people share: secrets, e-mail addresses and
/// addresses of machines. The same address always gets the same pseudonym, and a pseudonym is never
/// changed. So requests and answers still fit together.
class redaction
{
public:
    /// Pseudonyms depend on the salt. A person who knows the salt can still test whether a
    /// pseudonym stands for a known address.
    explicit redaction(std::string salt) : salt_(std::move(salt)) {}
    static std::string random_salt();

    std::string const& salt() const { return salt_; }
    /// @param method_name as for `masked_body`
    std::string body(std::string_view method_name, std::string_view text) const;
    /// @param method_name as for `masked_answer`
    std::string answer(std::string_view method_name, std::string_view text) const;
    /// For a path with its query, or the value of a header.
    std::string text(std::string_view text) const;

private:
    std::string addresses(std::string_view text) const;
    std::string pseudonym(std::string_view address) const;

    std::string salt_;
};

}  // namespace cohub::inline abi_0_2::fake
