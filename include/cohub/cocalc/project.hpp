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

/// @brief A CoCalc project: `POST {host}/api/conat/project`, with the API key of the project itself
/// or of an account that is a collaborator.
///
///     cohub::project project(io, cohub::options("https://cocalc.com", key), project_id);
///     auto const out = co_await project.system().exec("uname");
///
/// It has connections of its own. `hub.project(id)` shares those of a hub.
///
/// @par Thread safety
/// Calls may be made from any thread, and complete on the caller's executor. With
/// `threading::single` all use must be by one thread at a time.
/// @par Lifetime
/// When the project is destroyed, calls that are under way complete with `errc::client_closed`; the
/// destructor does not wait. It must be destroyed before the executor's context, unless a coroutine
/// that the context owns holds it. Idle connections do not keep `io_context::run()` from returning.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage; its connection is closed if bytes were sent.
/// `total` does so only while nothing was sent or the call only reads.
class project : public transport::front_door
{
public:
    /// @brief Connects nowhere yet. For an account's key, or to be sure of the project's.
    /// @throws cohub::error errc::invalid_argument if the id is no UUID or an option is wrong; its
    /// text says which and why
    project(boost::asio::any_io_executor const& executor, options o, std::string_view project_id)
        : front_door(executor, std::move(o)), api_(of(project_id))
    {
    }
    /// @brief The project that the key belongs to; with an account's key every call fails with
    /// `errc::invalid_argument`.
    project(boost::asio::any_io_executor const& executor, options o)
        : front_door(executor, std::move(o)), api_(own())
    {
    }
    /// @brief The same for what has an executor, `asio::io_context` or `asio::thread_pool` say.
    template <executor_source Source>
    project(Source& source, options o, std::string_view project_id)
        : project(source.get_executor(), std::move(o), project_id)
    {
    }
    /// @brief The same for what has an executor, with the project that the key belongs to.
    template <executor_source Source>
    project(Source& source, options o) : project(source.get_executor(), std::move(o))
    {
    }
    /// @brief With a thread of its own; see `hub`.
    project(options o, std::string_view project_id) : front_door(std::move(o)), api_(of(project_id))
    {
    }
    /// @brief With a thread of its own, and the project that the key belongs to.
    explicit project(options o) : front_door(std::move(o)), api_(own()) {}

    /// @brief Files and processes.
    project_system_api system() const { return api_.system(); }
    /// @brief What editors need.
    project_editor_api editor() const { return api_.editor(); }
    /// @brief Files that are edited together.
    project_sync_api sync() const { return api_.sync(); }

    /// @brief The same project, answered by one of its compute servers, over these connections.
    project_api compute_server(std::int64_t id) const { return api_.compute_server(id); }

    /// @brief Empty: the project that the key belongs to.
    std::string const& project_id() const noexcept { return api_.project_id(); }

    /// @brief Any method by its wire name; see `project_api::call`.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the one options object;
    /// null: none
    /// @return the answer's JSON
    /// @errors those of `project_api::call`
    /// @retry never, unless told otherwise
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
