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
    /// If one of the recipients is an e-mail address, the server silently ignores each recipient
    /// that is neither a UUID nor the address of an account. A UUID that no account has is always
    /// an error.
    /// @param what the message and its recipients
    /// @return the message's id; not set if no recipient was left
    /// @errors errc::not_found (an account id is unknown), errc::invalid_argument (an account id is
    /// malformed; the server reports this); transport errors
    /// @retry never: each request sends a message
    /// @source cocalc packages/server/messages/send.ts
    template <class... Args>
    requires call_args<Args...>
    auto send(new_message const& what, Args&&... args) const
    {
        return rpc<std::optional<std::int64_t>>(
            "messages.send", retry::never, what, std::forward<Args>(args)...
        );
    }

    /// @brief Lists the messages of the account, newest first.
    ///
    /// For the next page, use the same query, and add the number of received messages to `offset`.
    /// A page with fewer messages than `limit` is the last page.
    /// @param query which messages, and how many
    /// @errors errc::invalid_argument for a limit above 500 (the server reports this); transport
    /// errors
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

    /// @brief Lists the newest 100 received messages.
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
