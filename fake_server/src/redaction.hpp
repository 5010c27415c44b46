#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace cohub::fake {

/// Takes out of texts what must not be in a file that people share: secrets, e-mail addresses and
/// addresses of machines. The same address becomes the same pseudonym, and a pseudonym stays as it
/// is, so that requests and answers still belong together.
class redaction
{
public:
    /// Pseudonyms depend on the salt. Who has it can still test whether a known address is meant.
    explicit redaction(std::string salt) : salt_(std::move(salt)) {}
    static std::string random_salt();

    std::string const& salt() const { return salt_; }
    /// @param method_name as for `masked_body`
    std::string body(std::string_view method_name, std::string_view text) const;
    /// Of a path with its query, or of a header's value.
    std::string text(std::string_view text) const;

private:
    std::string addresses(std::string_view text) const;
    std::string pseudonym(std::string_view address) const;

    std::string salt_;
};

}  // namespace cohub::fake
