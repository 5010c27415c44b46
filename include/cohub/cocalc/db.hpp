#ifndef COHUB_COCALC_DB_HPP
#define COHUB_COCALC_DB_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/db.hpp>
#include <cohub/json/decode.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The parts of the server's database that an account may see or change; `hub.db()`.
///
/// A query names a table and some of its fields. A field that is null is asked for, any other one
/// selects; without a null the query changes a row instead. `get_one`, `get_many` and `set` say
/// which is meant, and refuse a query that the server would take for the other.
/// @source the tables: cocalc packages/util/db-schema
class db_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Any user query: `{table: {...}}` for one row, `{table: [{...}]}` for many.
    /// @param query an object with one member, named as the table; or a list of such objects
    /// @return `{table: row}` or `{table: [rows]}`; `{}` for a change, and where no row matches
    /// @errors errc::forbidden (also: no such table to read), errc::not_found (none to change),
    /// errc::invalid_argument, errc::api_error (other texts that begin `FATAL: `),
    /// errc::unauthorized; transport errors
    /// @retry safe if it only reads, else never
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto query(boost::json::value const& query, Args&&... args) const
    {
        return run<boost::json::value>(
            describe(query, query_options()), std::forward<Args>(args)...
        );
    }

    /// @brief The same with options.
    /// @param query as above
    /// @param options how it is done, e.g. how many rows
    /// @return as above
    /// @errors as above
    /// @retry as above; `query_options::set` and `delete_` change
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto query(boost::json::value const& query, query_options const& options, Args&&... args) const
    {
        return run<boost::json::value>(describe(query, options), std::forward<Args>(args)...);
    }

    /// @brief Reads one row.
    ///
    ///     boost::json::object const fields{{"first_name", nullptr}};
    ///     auto const me = co_await hub.db().get_one("accounts", fields);
    ///
    /// @param fields null: asked for; any other value: what the row must have
    /// @param table the table's name, e.g. `accounts`
    /// @return not set if no row matches
    /// @errors errc::invalid_argument without a null; errc::forbidden (not readable, or no such
    /// table), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto get_one(std::string_view table, boost::json::object const& fields, Args&&... args) const
    {
        return run<json::only_member<std::optional<boost::json::object>>>(
            describe_get(table, fields, nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief Reads all rows that match.
    /// @param fields as for `get_one`
    /// @param table the table's name, e.g. `projects`
    /// @return `std::vector<boost::json::object>`, one for each row
    /// @errors as for `get_one`
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto get_many(std::string_view table, boost::json::object const& fields, Args&&... args) const
    {
        return get_many(table, fields, query_options(), std::forward<Args>(args)...);
    }

    /// @brief The same in some order, or no more than some number.
    /// @param table the table's name
    /// @param fields as for `get_one`
    /// @param options the order, and how many rows at most
    /// @errors as for `get_one`
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto get_many(
        std::string_view table,
        boost::json::object const& fields,
        query_options const& options,
        Args&&... args
    ) const
    {
        return run<json::only_member<std::vector<boost::json::object>>>(
            describe_get(table, fields, &options), std::forward<Args>(args)...
        );
    }

    /// @brief Changes one row, or adds it.
    /// @param row its key and the fields to be changed; the account's own row needs no key
    /// @param table the table's name
    /// @errors errc::invalid_argument with a null; errc::not_found, errc::forbidden (not writable),
    /// errc::unauthorized; transport errors
    /// @retry never: most changes may be done twice, but not those of every table; say
    /// `call_options().idempotent()` where they may
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto set(std::string_view table, boost::json::object const& row, Args&&... args) const
    {
        return run<void>(describe_set(table, row), std::forward<Args>(args)...);
    }

    /// @brief Records that the account uses something.
    /// @param what the project, the file and the kind of use
    /// @errors errc::forbidden (not a collaborator), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, touch
    template <class... Args>
    requires call_args<Args...>
    auto touch(activity const& what, Args&&... args) const
    {
        return rpc<void>("db.touch", retry::safe, what, std::forward<Args>(args)...);
    }

    /// @brief Finds the history of a file from before today's sync engine.
    /// @param project_id UUID of the project
    /// @param path the file, below the project's home directory
    /// @errors errc::forbidden, errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, getLegacyTimeTravelInfo
    template <class... Args>
    requires call_args<Args...>
    auto get_legacy_time_travel_info(
        std::string_view project_id, std::string_view path, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("path", path);
        return rpc<legacy_time_travel>(
            "db.getLegacyTimeTravelInfo", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Gives that history.
    /// @param uuid from `get_legacy_time_travel_info`; anybody who knows it may read
    /// @return JSON as text
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, getLegacyTimeTravelPatches
    template <class... Args>
    requires call_args<Args...>
    auto get_legacy_time_travel_patches(std::string_view uuid, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("uuid", uuid);
        return rpc<std::string>(
            "db.getLegacyTimeTravelPatches", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Tells when a file was used.
    /// @param what the file, whose use of it, and which times
    /// @errors errc::forbidden (not readable), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/file-use-times.ts
    template <class... Args>
    requires call_args<Args...>
    auto file_use_times(file_use_query const& what, Args&&... args) const
    {
        return rpc<file_use>("db.fileUseTimes", retry::safe, what, std::forward<Args>(args)...);
    }

    /// @brief Keeps blobs for ever that would expire.
    /// @param uuids what is no UUID is passed over
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, removeBlobTtls
    template <class... Args>
    requires call_args<Args...>
    auto remove_blob_ttls(std::vector<std::string> const& uuids, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("uuids", uuids);
        return rpc<void>("db.removeBlobTtls", retry::safe, o, std::forward<Args>(args)...);
    }

private:
    template <class T, class... Args>
    auto run(call::request&& req, Args&&... args) const
    {
        return call::initiate<T>(
            call::bound_call<T>(channel_, std::move(req)), std::forward<Args>(args)...
        );
    }

    COHUB_DECL static call::request describe(
        boost::json::value const& query, query_options const& options
    );
    COHUB_DECL static call::request describe_get(
        std::string_view table, boost::json::object const& fields, query_options const* many
    );
    COHUB_DECL static call::request describe_set(
        std::string_view table, boost::json::object const& row
    );
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/db.ipp>
#endif

#endif
