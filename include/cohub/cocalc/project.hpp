#ifndef COHUB_COCALC_PROJECT_HPP
#define COHUB_COCALC_PROJECT_HPP

#include <cohub/cocalc/project_api.hpp>
#include <cohub/core/config.hpp>
#include <cohub/transport/front_door.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief A CoCalc project: `POST {host}/api/conat/project`. The API key belongs to the project
/// itself, or to an account that is a collaborator.
///
///     cohub::project project(io, cohub::options("https://cocalc.com", key), project_id);
///     auto const out = co_await project.system().exec("uname");
///
/// It has its own connections. `hub.project(id)` uses the connections of a hub.
///
/// @par Thread safety
/// Any thread may make calls. A call completes on the caller's executor. With `threading::single`,
/// only one thread at a time may use the object.
/// @par Lifetime
/// When the project is destroyed, the calls under way complete with `errc::client_closed`. The
/// destructor does not wait for them. The project must be destroyed before the executor's context,
/// unless a coroutine that the context owns holds the project. `io_context::run()` can return while
/// there are idle connections.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage. If bytes were sent, the connection of the call
/// is closed. `total` ends a call only if nothing was sent yet, or if the call only reads.
class project : public transport::front_door
{
public:
    /// @brief Makes the client; it does not connect yet.
    ///
    /// Use this constructor with an account's key. With a project's key, calls fail with
    /// `errc::forbidden` if the key belongs to another project.
    /// @throws cohub::error errc::invalid_argument if the id is not a UUID, or if an option is
    /// wrong; the text says which option, and why
    project(boost::asio::any_io_executor const& executor, options o, std::string_view project_id)
        : front_door(executor, std::move(o)), api_(of(project_id))
    {
    }
    /// @brief Uses the project that the key belongs to. With an account's key, every call fails
    /// with `errc::invalid_argument`.
    project(boost::asio::any_io_executor const& executor, options o)
        : front_door(executor, std::move(o)), api_(own())
    {
    }
    /// @brief The same for an object that has an executor, for example `asio::io_context` or
    /// `asio::thread_pool`.
    template <executor_source Source>
    project(Source& source, options o, std::string_view project_id)
        : project(source.get_executor(), std::move(o), project_id)
    {
    }
    /// @brief The same for an object that has an executor, with the project that the key belongs
    /// to.
    template <executor_source Source>
    project(Source& source, options o) : project(source.get_executor(), std::move(o))
    {
    }
    /// @brief Makes a client with its own thread; see `hub`.
    project(options o, std::string_view project_id) : front_door(std::move(o)), api_(of(project_id))
    {
    }
    /// @brief Makes a client with its own thread, for the project that the key belongs to.
    explicit project(options o) : front_door(std::move(o)), api_(own()) {}

    /// @brief Files and processes.
    project_system_api system() const { return api_.system(); }
    /// @brief Functions that editors use.
    project_editor_api editor() const { return api_.editor(); }
    /// @brief Files that several people edit at the same time.
    project_sync_api sync() const { return api_.sync(); }

    /// @brief The same project, over the same connections; one of its compute servers answers.
    project_api compute_server(std::int64_t id) const { return api_.compute_server(id); }

    /// @brief The id of the project; empty: the project that the key belongs to.
    std::string const& project_id() const noexcept { return api_.project_id(); }

    /// @brief Calls any method by its name in the protocol; see `project_api::call`.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the only argument, an
    /// options object; null: no argument
    /// @return the answer's JSON
    /// @errors as for `project_api::call`
    /// @retry never, unless `call_options().idempotent()` is set
    /// @source cocalc packages/project/conat/api/index.ts
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view name, boost::json::value const& arguments = nullptr, Args&&... args)
        const
    {
        return api_.call(name, arguments, std::forward<Args>(args)...);
    }

private:
    COHUB_DECL project_api of(std::string_view project_id) const;
    project_api own() const
    {
        return project_api(client_.channel(), new cocalc::project_address());
    }

    project_api api_;
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/project.ipp>
#endif

#endif
