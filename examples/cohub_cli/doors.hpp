#pragma once

#include <cohub/cohub.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <string>

#include "typed_calls.hpp"

namespace cli {

/// A hub's channel, and the text of the last answer that came through it: the typed client reads
/// from an answer what it knows, while standard output has the whole of it.
struct doors
{
    explicit doors(cohub::hub const& hub, cohub::cocalc::project_address_ptr project);

    /// The last answer as the server sent it, if the call went well.
    /// @throws std::exception if it is none after all
    boost::json::value last_answer() const;
    template <class T>
    answer whole(cohub::result<T> const& r) const
    {
        if (!r) return r.error();
        return last_answer();
    }

    std::shared_ptr<std::string> body;
    cohub::call::channel_ptr channel;
    cohub::cocalc::project_address_ptr address;
};

}  // namespace cli
