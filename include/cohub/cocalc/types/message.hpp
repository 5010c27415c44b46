#ifndef COHUB_COCALC_TYPES_MESSAGE_HPP
#define COHUB_COCALC_TYPES_MESSAGE_HPP

#include <cohub/json/decode.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief A message to be sent.
class new_message
{
public:
    /// @param body Markdown
    /// @param to_ids account ids, or e-mail addresses exactly as the accounts have them
    new_message(std::string subject, std::string body, std::vector<std::string> to_ids)
        : subject_(std::move(subject)), body_(std::move(body)), to_ids_(std::move(to_ids))
    {
    }
    /// @brief To one account; `to` adds more.
    new_message(std::string subject, std::string body, std::string to_id)
        : subject_(std::move(subject)), body_(std::move(body))
    {
        to(std::move(to_id));
    }
    /// @brief To one account; `to` adds more.
    new_message(std::string subject, std::string body, char const* to_id)
        : new_message(std::move(subject), std::move(body), std::string(to_id))
    {
    }

    /// @brief The same in braces; GCC 12 needs it made on a line before the `co_await`.
    new_message(
        std::string subject, std::string body, std::initializer_list<std::string_view> to_ids
    )
        : subject_(std::move(subject)),
          body_(std::move(body)),
          to_ids_(to_ids.begin(), to_ids.end())
    {
    }

    /// @brief One more recipient.
    /// @param id an account id, or an e-mail address exactly as the account has it
    new_message& to(std::string id)
    {
        to_ids_.push_back(std::move(id));
        return *this;
    }
    /// @brief The message that this one answers; an unknown one is no error.
    new_message& reply_id(std::int64_t id)
    {
        reply_id_ = id;
        return *this;
    }

private:
    std::string subject_;
    std::string body_;
    std::vector<std::string> to_ids_;
    std::optional<std::int64_t> reply_id_;

    BOOST_DESCRIBE_CLASS(new_message, (), (), (), (subject_, body_, to_ids_, reply_id_))
};

/// @brief Which of one's messages.
enum class message_type : std::uint8_t
{
    /// Those that others have sent.
    received,
    /// One's own.
    sent,
    /// Received and not read yet.
    new_,
    /// Those with one's own star.
    starred,
};

/// @brief Which messages, and how many of them.
class message_query
{
public:
    message_query() = default;

    /// @brief How many at most; the server's default is 100, its limit 500.
    message_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief How many of the newest to pass over.
    message_query& offset(std::int64_t n)
    {
        offset_ = n;
        return *this;
    }
    /// @brief The server's default is `received`.
    message_query& type(message_type t)
    {
        constexpr char const* words[] = {"received", "sent", "new", "starred"};
        type_ = words[static_cast<std::size_t>(t)];
        return *this;
    }
    /// @brief Only messages that were sent later than this.
    message_query& cutoff(sys_ms when)
    {
        cutoff_ = json::format_iso8601(when);
        return *this;
    }

private:
    std::optional<std::int64_t> limit_;
    std::optional<std::int64_t> offset_;
    std::optional<std::string> type_;
    std::optional<std::string> cutoff_;

    BOOST_DESCRIBE_CLASS(message_query, (), (), (), (limit_, offset_, type_, cutoff_))
};

/// @brief A message as its sender or a receiver sees it.
/// @source cocalc packages/server/messages/get.ts
struct message
{
    message() = default;

    /// The number that the server knows the message by.
    std::int64_t id = 0;
    /// Plain text, and Markdown.
    std::string subject, body;
    /// An account's id.
    std::string from_id;
    /// Account ids.
    json::list_or_null<std::string> to_ids;
    /// When it was sent.
    std::optional<sys_ms> sent;
    /// The first message of the thread; not set: this one begins it.
    std::optional<std::int64_t> thread_id;
    /// One's own marks; only for `received` and `sent`.
    std::optional<bool> read, saved, deleted;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    message, (), (id, subject, body, from_id, to_ids, sent, thread_id, read, saved, deleted)
)
constexpr json::wire wire_of(message const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "sent";
    return w;
}

}  // namespace cohub::inline abi_0_2

#endif
