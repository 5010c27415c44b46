#pragma once

#include <cohub/fake/mail.hpp>

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::fake {

struct message_row
{
    using flags = std::bitset<6>;

    std::int64_t id = 0;  ///< 0: the next one
    std::string subject, body;
    std::string from_id;
    std::vector<std::string> to_ids;
    std::int64_t sent = 0;
    std::optional<std::int64_t> thread_id;
    /// One for the sender, then one for each recipient. An account that writes to itself has two.
    std::vector<flags> noted;

    flags& of_sender() { return noted[0]; }
    /// Null when the account is not a recipient.
    flags* of_recipient(std::string_view account_id);
    /// @throws std::invalid_argument for an account that neither sent nor received the message
    void note(std::string_view account_id, mail_flag which, bool on);
};

inline bool has(message_row::flags const& f, mail_flag which)
{
    return f.test(static_cast<std::size_t>(which));
}

/// All messages of all accounts.
class mailbox
{
public:
    message_row& add(message_row row);
    message_row* find(std::int64_t id);
    /// Latest first. Of messages with the same time, the one with the higher id comes first.
    std::vector<message_row*> latest_first();

private:
    std::map<std::int64_t, message_row> rows_;
    std::int64_t next_id_ = 1;
};

}  // namespace cohub::inline abi_0_2::fake
