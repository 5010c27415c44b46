#ifndef COHUB_COCALC_JUPYTER_HPP
#define COHUB_COCALC_JUPYTER_HPP

#include <cohub/cocalc/expected_duration.hpp>
#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/jupyter.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Runs code through the hub, in a project or in the server's public pool; `hub.jupyter()`.
class jupyter_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Lists the kernels of the server's public pool. The server caches the list for 30 s.
    /// @errors errc::api_error if the server has no pool; errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/jupyter/kernels.ts
    template <class... Args>
    requires call_args<Args...>
    auto kernels(Args&&... args) const
    {
        return rpc_plain<std::vector<kernel_spec>>(
            "jupyter.kernels", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief Lists the kernels of a project.
    /// @param project_id UUID of the project whose kernels are listed
    /// @errors errc::forbidden (the account is not a collaborator), errc::unauthorized; transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/server/jupyter/kernels.ts
    template <class... Args>
    requires call_args<Args...>
    auto kernels(std::string_view project_id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id);
        return rpc<std::vector<kernel_spec>>(
            "jupyter.kernels", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Runs code in a new kernel.
    ///
    /// For a month, the server answers the same input from its cache, unless `no_cache` is set.
    /// @param code the code, the kernel, and where it runs
    /// @return the outputs of the code; an exception in the code is one of the outputs
    /// @errors errc::forbidden (the account is not a collaborator), errc::rate_limited (the quota
    /// for this hour is used up), errc::timeout, errc::api_error (there is no such kernel);
    /// transport errors
    /// @retry never: each request may run the code
    /// @source cocalc packages/server/jupyter/execute.ts
    template <class... Args>
    requires call_args<Args...>
    auto execute(jupyter_input const& code, Args&&... args) const
    {
        call::request req = begin("jupyter.execute", retry::never);
        cocalc::expect_duration(req, code.timeout());
        json::writer w(req.body);
        encode(w, code);
        return end<jupyter_result>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// @brief Looks up an earlier answer in the server's cache. In the protocol, it is
    /// `jupyter.execute` with only a `hash`.
    /// @param hash the hash under which the server stores that answer
    /// @return not set if there is no such answer
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/jupyter/execute.ts
    template <class... Args>
    requires call_args<Args...>
    auto cached(std::string_view hash, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("hash", hash);
        return rpc<std::optional<jupyter_result>>(
            "jupyter.execute", retry::safe, o, std::forward<Args>(args)...
        );
    }
};

}  // namespace cohub::inline abi_0_2

#endif
