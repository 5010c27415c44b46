#include "answers.hpp"

namespace bench {

std::string users_json(std::size_t count)
{
    // Names that fit into the small-string buffer, as most names do. Each user has 190 bytes, the
    // first one 189.
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) {
        std::string const digits{char('0' + i / 10 % 10), char('0' + i % 10)};
        if (i != 0) text += ',';
        text += R"({"account_id":"22222222-2222-4222-8222-2222222222)" + digits;
        text += R"(","first_name":"Jo)";
        text += R"(","last_name":"Lovelace","name":)";
        text += i == 0 ? R"("ada",)" : R"("ada1",)";
        text += R"("last_active":1760000000000,"created":1759000000000,)";
        text += R"("email_address_verified":true})";
    }
    return text + "]";
}

}  // namespace bench
