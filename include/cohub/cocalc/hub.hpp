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
/// Calls may be made from any thread, and complete on the caller's executor. With
/// `threading::single` all use must be by one thread at a time.
/// @par Lifetime
/// When the hub is destroyed, calls that are under way complete with `errc::client_closed`; the
/// destructor does not wait. The hub must be destroyed before the executor's context, unless a
/// coroutine that the context owns holds it. Idle connections do not keep `io_context::run()` from
/// returning. After `fork()` with `notify_fork` the parent goes on, and the child begins with no
/// connection; calls that were under way fail in the child.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage; its connection is closed if bytes were sent.
/// `total` does so only while nothing was sent or the call only reads.
class hub : public transport::front_door
{
public:
    /// @brief Connects nowhere yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; its text says which and
    /// why
    hub(boost::asio::any_io_executor const& executor, options o)
        : front_door(executor, std::move(o))
    {
    }
    /// @brief The same for what has an executor, `asio::io_context` or `asio::thread_pool` say.
    template <executor_source Source>
    hub(Source& source, options o) : hub(source.get_executor(), std::move(o))
    {
    }
    /// @brief With a thread of its own, for programs that have no executor: use callbacks, futures
    /// or `cohub::wait`.
    ///
    /// The destructor ends all calls and waits until they have been told. On that thread itself it
    /// cannot wait: the thread ends by itself soon after, and the process must not end before it
    /// does (OpenSSL frees at the end of a process what the thread still uses). An exception that
    /// leaves a handler or a hook ends the program. After `fork()` the child can do no more than
    /// destroy it.
    explicit hub(options o) : front_door(std::move(o)) {}

    /// @brief Accounts and the server itself.
    system_api system() const { return system_api(client_.channel()); }

    /// @brief Organizations, their admins and members.
    org_api org() const { return org_api(client_.channel()); }

    /// @brief Projects as the hub manages them.
    projects_api projects() const { return projects_api(client_.channel()); }

    /// @brief What runs inside one project, over this hub's connections.
    project_api project(std::string_view project_id) const
    {
        return project_api(client_.channel(), new cocalc::project_address(project_id));
    }

    /// @brief The same with a project's own key, which says the project.
    project_api project() const
    {
        return project_api(client_.channel(), new cocalc::project_address());
    }

    /// @brief Code run in Jupyter kernels.
    jupyter_api jupyter() const { return jupyter_api(client_.channel()); }

    /// @brief The history of files that are edited together.
    sync_api sync() const { return sync_api(client_.channel()); }

    /// @brief The server's database.
    db_api db() const { return db_api(client_.channel()); }

    /// @brief Messages between accounts.
    messages_api messages() const { return messages_api(client_.channel()); }

    /// @brief The account's money.
    purchases_api purchases() const { return purchases_api(client_.channel()); }

    /// @brief API v2 of the same server, with the same key and over the same connections. For who
    /// includes `<cohub/v2.hpp>`.
    inline v2_api v2() const;

    /// @brief Any method by its wire name.
    ///
    ///     auto const args = boost::json::parse(R"([["siteName", "dns"]])");
    ///     auto const settings = co_await hub.call("system.getCustomize", args);
    ///
    /// Write lists of arguments as JSON text, as here, and not with nested braces: compilers and
    /// releases of Boost.JSON take `{{"siteName"}}` for one list, for a list in a list or for an
    /// object.
    ///
    /// Not repeated once it may have reached the server, unless `call_options().idempotent()`.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the one options object;
    /// null: none
    /// @return the answer's JSON
    /// @errors errc::not_found for an unknown method; those of the method; transport errors
    /// @retry never, unless told otherwise
    /// @source cocalc packages/conat/hub/api/index.ts; each method where its group is
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
