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

/// @brief A message to send.
class new_message
{
public:
    /// @param body the text, in Markdown
    /// @param to_ids the recipients: account ids, or e-mail addresses exactly as the accounts have
    /// them
    new_message(std::string subject, std::string body, std::vector<std::string> to_ids)
        : subject_(std::move(subject)), body_(std::move(body)), to_ids_(std::move(to_ids))
    {
    }
    /// @brief A message to one account; `to` adds more recipients.
    new_message(std::string subject, std::string body, std::string to_id)
        : subject_(std::move(subject)), body_(std::move(body))
    {
        to(std::move(to_id));
    }
    /// @brief A message to one account; `to` adds more recipients.
    new_message(std::string subject, std::string body, char const* to_id)
        : new_message(std::move(subject), std::move(body), std::string(to_id))
    {
    }

    /// @brief The same with a list in braces. With GCC 12, construct the message in a statement
    /// before the `co_await`.
    new_message(
        std::string subject, std::string body, std::initializer_list<std::string_view> to_ids
    )
        : subject_(std::move(subject)),
          body_(std::move(body)),
          to_ids_(to_ids.begin(), to_ids.end())
    {
    }

    /// @brief Adds a recipient.
    /// @param id an account id, or an e-mail address exactly as the account has it
    new_message& to(std::string id)
    {
        to_ids_.push_back(std::move(id));
        return *this;
    }
    /// @brief Sets the id of the message that this one answers. An unknown id is not an error.
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

/// @brief Which messages of the account.
enum class message_type : std::uint8_t
{
    /// Messages from other accounts.
    received,
    /// Messages that the account has sent.
    sent,
    /// Received messages that are not read yet.
    new_,
    /// Messages that the account has marked with a star.
    starred,
};

/// @brief Which messages, and how many of them.
class message_query
{
public:
    message_query() = default;

    /// @brief Sets the maximum number of messages. The server's default is 100, its limit 500.
    message_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief Sets how many of the newest messages to skip.
    message_query& offset(std::int64_t n)
    {
        offset_ = n;
        return *this;
    }
    /// @brief Sets the type of the messages. The server's default is `received`.
    message_query& type(message_type t)
    {
        constexpr char const* words[] = {"received", "sent", "new", "starred"};
        type_ = words[static_cast<std::size_t>(t)];
        return *this;
    }
    /// @brief Selects only messages that were sent after this time.
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

/// @brief A message, as its sender or a recipient sees it.
/// @source cocalc packages/server/messages/get.ts
struct message
{
    message() = default;

    /// The server's number of the message.
    std::int64_t id = 0;
    /// The subject is plain text, the body is Markdown.
    std::string subject, body;
    /// The account id of the sender.
    std::string from_id;
    /// The account ids of the recipients.
    json::list_or_null<std::string> to_ids;
    /// When the message was sent.
    std::optional<sys_ms> sent;
    /// The id of the first message of the thread; not set: this message is the first.
    std::optional<std::int64_t> thread_id;
    /// The marks of the caller's account; set only for the types `received` and `sent`.
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
