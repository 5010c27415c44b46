#ifndef COHUB_COCALC_HUB_HPP
#define COHUB_COCALC_HUB_HPP

#include <cohub/cocalc/db.hpp>
#include <cohub/cocalc/jupyter.hpp>
#include <cohub/cocalc/messages.hpp>
#include <cohub/cocalc/org.hpp>
#include <cohub/cocalc/project_api.hpp>
#include <cohub/cocalc/projects.hpp>
#include <cohub/cocalc/purchases.hpp>
#include <cohub/cocalc/sync.hpp>
#include <cohub/cocalc/system.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/front_door.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

class v2_api;

/// @brief A CoCalc hub: `POST {host}/api/conat/hub`, with an account's API key.
///
///     cohub::hub hub(io, cohub::options("https://cocalc.com", key));
///     auto const users = co_await hub.system().user_search("ada");
///
/// @par Thread safety
/// Any thread may make calls. A call completes on the caller's executor. With `threading::single`,
/// only one thread at a time may use the hub.
/// @par Lifetime
/// When the hub is destroyed, the calls under way complete with `errc::client_closed`. The
/// destructor does not wait for them. The hub must be destroyed before the executor's context,
/// unless a coroutine that the context owns holds the hub. `io_context::run()` can return while
/// there are idle connections. After `fork()` with `notify_fork`, the parent continues as before.
/// The child starts without a connection, and the calls that were under way fail in the child.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage. If bytes were sent, the connection of the call
/// is closed. `total` ends a call only if nothing was sent yet, or if the call only reads.
class hub : public transport::front_door
{
public:
    /// @brief Makes the hub's client; it does not connect yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; the text says which
    /// option, and why
    hub(boost::asio::any_io_executor const& executor, options o)
        : front_door(executor, std::move(o))
    {
    }
    /// @brief The same for an object that has an executor, for example `asio::io_context` or
    /// `asio::thread_pool`.
    template <executor_source Source>
    hub(Source& source, options o) : hub(source.get_executor(), std::move(o))
    {
    }
    /// @brief Makes a hub with its own thread, for programs that have no executor. Use callbacks,
    /// futures or `cohub::wait`.
    ///
    /// The destructor ends all calls, and waits until their handlers have run. On the hub's own
    /// thread, the destructor cannot wait. The thread then ends by itself soon after, and the
    /// process must not end before that, because at the end of a process OpenSSL frees memory that
    /// the thread still uses. If an exception leaves a handler or a hook, the program ends. After
    /// `fork()`, the child can only destroy the hub.
    /// @throws cohub::error errc::invalid_argument if an option is wrong, `threading::single`
    /// included
    explicit hub(options o) : front_door(std::move(o)) {}

    /// @brief Accounts and the server itself.
    system_api system() const { return system_api(client_.channel()); }

    /// @brief Organizations, their admins and members.
    org_api org() const { return org_api(client_.channel()); }

    /// @brief The management of projects.
    projects_api projects() const { return projects_api(client_.channel()); }

    /// @brief The methods of one project itself, over this hub's connections.
    project_api project(std::string_view project_id) const
    {
        return project_api(client_.channel(), new cocalc::project_address(project_id));
    }

    /// @brief The same with a project's own key. The project is the one that the key belongs to.
    project_api project() const
    {
        return project_api(client_.channel(), new cocalc::project_address());
    }

    /// @brief Runs code in Jupyter kernels.
    jupyter_api jupyter() const { return jupyter_api(client_.channel()); }

    /// @brief The history of files that several people edit at the same time.
    sync_api sync() const { return sync_api(client_.channel()); }

    /// @brief The server's database.
    db_api db() const { return db_api(client_.channel()); }

    /// @brief Messages between accounts.
    messages_api messages() const { return messages_api(client_.channel()); }

    /// @brief The account's balance.
    purchases_api purchases() const { return purchases_api(client_.channel()); }

    /// @brief API v2 of the same server, with the same key and over the same connections. Needs
    /// `<cohub/v2.hpp>`.
    inline v2_api v2() const;

    /// @brief Calls any method by its name in the protocol.
    ///
    ///     auto const args = boost::json::parse(R"([["siteName", "dns"]])");
    ///     auto const settings = co_await hub.call("system.getCustomize", args);
    ///
    /// Write lists of arguments as JSON text, as in this example, and not with nested braces.
    /// Compilers and versions of Boost.JSON differ: some read `{{"siteName"}}` as a list, others as
    /// a list in a list or as an object.
    ///
    /// A request that may have reached the server is not repeated, unless
    /// `call_options().idempotent()` is set.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the only argument, an
    /// options object; null: no argument
    /// @return the answer's JSON
    /// @errors errc::not_found for an unknown method; the errors of the method; transport errors
    /// @retry never, unless `call_options().idempotent()` is set
    /// @source cocalc packages/conat/hub/api/index.ts; for each method, the file of its group
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view name, boost::json::value const& arguments = nullptr, Args&&... args)
        const
    {
        return raw_api(client_.channel()).call(name, arguments, std::forward<Args>(args)...);
    }

private:
    class raw_api : public cocalc::group
    {
    public:
        using cocalc::group::group;

        template <class... Args>
        auto call(std::string_view name, boost::json::value const& arguments, Args&&... args) const
        {
            call::request req = describe(name, arguments);
            return call::initiate<boost::json::value>(
                call::bound_call<boost::json::value>(channel_, std::move(req)),
                std::forward<Args>(args)...
            );
        }

    private:
        COHUB_DECL static call::request describe(
            std::string_view name, boost::json::value const& arguments
        );
    };
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/hub.ipp>
#endif

#endif
