#ifndef COHUB_COCALC_PROJECT_GROUP_HPP
#define COHUB_COCALC_PROJECT_GROUP_HPP

/// @file
/// @internal Common parts of the methods.

#include <cohub/cocalc/expected_duration.hpp>
#include <cohub/cocalc/rpc.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::cocalc {

/// @brief The project that receives the calls, and the part of it that answers.
class project_address : public boost::intrusive_ref_counter<project_address>
{
public:
    /// @brief The project that the key belongs to.
    project_address() = default;
    COHUB_DECL explicit project_address(std::string_view project_id);
    /// @brief The same project; one of its compute servers answers.
    project_address(project_address const& a, std::int64_t compute_server_id) : project_address(a)
    {
        compute_server_id_ = compute_server_id;
    }

    std::string const& project_id() const noexcept { return project_id_; }
    /// @brief Why there can be no such project; empty if the id is valid.
    std::string const& problem() const noexcept { return problem_; }

    /// @brief Completes a request after its arguments were written.
    COHUB_DECL void complete(call::request& req) const;

private:
    std::string project_id_;
    std::optional<std::int64_t> compute_server_id_;
    std::string problem_;
};
using project_address_ptr = boost::intrusive_ptr<project_address const>;

/// @brief The common part of all groups of a project's methods. It is a handle, like the groups of
/// the hub.
class project_group : public group
{
public:
    project_group(call::channel_ptr c, project_address_ptr a)
        : group(std::move(c)), address_(std::move(a))
    {
    }

protected:
    /// Without any argument.
    template <class T, class... Args>
    auto rpc_bare(std::string_view route, retry r, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// With an empty options object as the only argument, as CoCalc's own client sends it.
    template <class T, class... Args>
    auto rpc_plain(std::string_view route, retry r, Args&&... args) const
    {
        return rpc<T>(route, r, object_writer(), std::forward<Args>(args)...);
    }

    /// With one argument: the options object, or a positional argument.
    template <class T, class Argument, class... Args>
    auto rpc(std::string_view route, retry r, Argument const& argument, Args&&... args) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        encode(w, argument);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// With two positional arguments.
    template <class T, class First, class Second, class... Args>
    auto rpc_two(
        std::string_view route, retry r, First const& first, Second const& second, Args&&... args
    ) const
    {
        call::request req = begin(route, r);
        json::writer w(req.body);
        encode(w, first);
        w.raw(",");
        encode(w, second);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// With one options object, for a method that runs code or a command. The object contains how
    /// long this may take.
    template <class T, class Arguments, class... Args>
    auto rpc_waiting(std::string_view route, Arguments const& arguments, Args&&... args) const
    {
        call::request req = begin(route, retry::never);
        expect_duration(req, arguments.timeout());
        json::writer w(req.body);
        encode(w, arguments);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    template <class T, class... Args>
    auto end(call::request&& req, json::writer& w, Args&&... args) const
    {
        w.raw("]");
        if (!w.problem().empty()) req.problem = w.problem();
        address_->complete(req);
        return call::initiate<T>(channel_, std::move(req), std::forward<Args>(args)...);
    }

    project_address_ptr address_;
};

}  // namespace cohub::inline abi_0_2::cocalc

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/project_group.ipp>
#endif

#endif
