#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class served_world;

/// @brief The marks that each party of a message may set on it, for itself alone.
enum class mail_flag
{
    /// The party has read it.
    read,
    /// The party has put it aside.
    saved,
    /// The party has given it a star.
    starred,
    /// The party likes it.
    liked,
    /// The party has put it into the bin.
    deleted,
    expired  ///< deleted permanently: in no list of that party
};

/// @brief A mail that the server has sent to verify an account's address.
struct verification_mail
{
    /// UUID of the account.
    std::string account_id;
    /// The address that it was sent to.
    std::string address;
    std::int64_t sent = 0;  ///< in milliseconds since the epoch
};

/// @brief A message between accounts, as `add_message` takes it.
class mail
{
public:
    /// @param from account id of the sender
    /// @param to account ids of the recipients
    mail(std::string from, std::vector<std::string> to) : from_(std::move(from)), to_(std::move(to))
    {
    }

    /// @brief Empty by default.
    mail& subject(std::string value) { return set(subject_, std::move(value)); }
    /// @brief The text, in Markdown; empty by default.
    mail& body(std::string value) { return set(body_, std::move(value)); }
    /// @brief Milliseconds since the epoch; by default the time of the server's clock.
    mail& sent_at(std::int64_t ms) { return set(sent_, ms); }
    /// @brief The database id; by default the next one. Later messages continue after the highest
    /// id.
    mail& numbered(std::int64_t value) { return set(id_, value); }
    /// @brief The id of the thread's first message.
    mail& in_thread(std::int64_t first) { return set(thread_id_, first); }
    /// @brief Sets a mark of this party. A sender who is also a recipient counts as a recipient.
    mail& flagged(std::string account_id, mail_flag flag)
    {
        flags_.emplace_back(std::move(account_id), flag);
        return *this;
    }

private:
    friend class served_world;

    template <class Member, class Value>
    mail& set(Member& member, Value&& value)
    {
        member = std::forward<Value>(value);
        return *this;
    }

    std::string from_;
    std::vector<std::string> to_;
    std::string subject_;
    std::string body_;
    std::optional<std::int64_t> sent_;
    std::optional<std::int64_t> id_;
    std::optional<std::int64_t> thread_id_;
    std::vector<std::pair<std::string, mail_flag>> flags_;
};

}  // namespace cohub::inline abi_0_2::fake
