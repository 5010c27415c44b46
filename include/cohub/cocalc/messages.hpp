#ifndef COHUB_COCALC_MESSAGES_HPP
#define COHUB_COCALC_MESSAGES_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/message.hpp>

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Messages between accounts; `hub.messages()`.
class messages_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Sends a message to accounts.
    ///
    /// If one of the receivers is an e-mail address, those that are neither an account's id nor
    /// address are passed over silently; else an unknown one is an error.
    /// @param what the message and its recipients
    /// @return the message's id; nothing if nobody was left to send it to
    /// @errors errc::not_found (an unknown account id), errc::invalid_argument (a malformed one,
    /// the server says so); transport errors
    /// @retry never: each sending sends a message
    /// @source cocalc packages/server/messages/send.ts
    template <class... Args>
    requires call_args<Args...>
    auto send(new_message const& what, Args&&... args) const
    {
        return rpc<std::optional<std::int64_t>>(
            "messages.send", retry::never, what, std::forward<Args>(args)...
        );
    }

    /// @brief Lists one's messages, newest first.
    ///
    /// The next page is the same query with `offset` grown by the number of messages got; a page
    /// shorter than `limit` is the last.
    /// @param query which messages, and how many
    /// @errors errc::invalid_argument for a limit above 500 (the server says so); transport errors
    /// @retry safe
    /// @source cocalc packages/server/messages/get.ts
    template <class... Args>
    requires call_args<Args...>
    auto get(message_query const& query, Args&&... args) const
    {
        return rpc<std::vector<message>>(
            "messages.get", retry::safe, query, std::forward<Args>(args)...
        );
    }

    /// @brief The newest 100 received messages.
    /// @errors transport errors
    /// @retry safe
    /// @source cocalc packages/server/messages/get.ts
    template <class... Args>
    requires(
        call_args<Args...> && (!std::is_same_v<std::remove_cvref_t<Args>, message_query> && ...)
    ) auto get(Args&&... args) const
    {
        return rpc_plain<std::vector<message>>(
            "messages.get", retry::safe, std::forward<Args>(args)...
        );
    }
};

}  // namespace cohub::inline abi_0_2

#endif
