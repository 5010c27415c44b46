#pragma once

#include <cohub/cohub.hpp>

#include <memory>
#include <string>

#include "json_text.hpp"
#include "method_commands.hpp"
#include "typed_calls.hpp"

namespace cli {

/// What goes out and comes in beside the typed client: it rounds numbers and reads of an answer
/// what it knows, while the server and standard output have what was given.
struct texts
{
    /// Numbers that stand in the arguments of a typed call by a text of their own.
    exact_numbers numbers;
    /// The whole body, where it is no envelope; empty: as the client writes it.
    std::string fields;
    /// The body of the last answer.
    std::string answer;
};

/// A hub's channel, which exchanges texts on the way.
struct doors
{
    doors(cohub::hub const& hub, cohub::cocalc::project_address_ptr project, exact_numbers numbers);
    /// The same of any channel.
    doors(
        cohub::call::channel_ptr to,
        cohub::cocalc::project_address_ptr project,
        exact_numbers numbers
    );

    /// The last answer as the server sent it, if the call went well: JSON.
    std::string last_answer() const;
    template <class T>
    answer whole(cohub::result<T> const& r) const
    {
        if (!r) return r.error();
        return last_answer();
    }

    std::shared_ptr<cli::texts> texts;
    cohub::call::channel_ptr channel;
    cohub::cocalc::project_address_ptr address;
};

/// Any method of the hub, of a project, of v1 or v2, with its arguments as they are given.
boost::asio::awaitable<answer> call_any(doors d, request r);

}  // namespace cli
