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
/// A query contains the name of a table and some of its fields. If a field is null, the query reads
/// it. A field with another value selects rows. A query without a null changes a row. `get_one` and
/// `get_many` only read, and `set` only changes: they refuse a query that the server would
/// understand differently.
/// @source the tables: cocalc packages/util/db-schema
class db_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Sends any user query: `{table: {...}}` for one row, `{table: [{...}]}` for several
    /// rows.
    /// @param query an object with one member, whose name is the table; or a list of such objects
    /// @return `{table: row}` or `{table: [rows]}`; `{}` for a change, and if no row matches
    /// @errors errc::forbidden (also for reading an unknown table), errc::not_found (for changing
    /// an unknown table), errc::invalid_argument, errc::api_error (other texts that begin with
    /// `FATAL: `), errc::unauthorized; transport errors
    /// @retry safe if the query only reads, otherwise never
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
    /// @param options options of the query, for example the maximum number of rows
    /// @return as above
    /// @errors as above
    /// @retry as above; with `query_options::set` or `delete_`, the query changes data
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
    /// @param fields null: the query reads this field; any other value: the row must have this
    /// value
    /// @param table the table's name, for example `accounts`
    /// @return not set if no row matches
    /// @errors errc::invalid_argument if no field is null; errc::forbidden (the account may not
    /// read the table or field, or there is no such table), errc::unauthorized; transport errors
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

    /// @brief Reads all matching rows.
    /// @param fields as for `get_one`
    /// @param table the table's name, for example `projects`
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

    /// @brief The same, with an order or a maximum number of rows.
    /// @param table the table's name
    /// @param fields as for `get_one`
    /// @param options the order, and the maximum number of rows
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

    /// @brief Changes one row. A row that does not exist is added.
    /// @param row the key of the row, and the fields to change; the account's own row needs no key
    /// @param table the table's name
    /// @errors errc::invalid_argument if a field is null; errc::not_found (there is no such table),
    /// errc::forbidden (the account may not change the table or field), errc::unauthorized;
    /// transport errors
    /// @retry never: in most tables, a change may be repeated, but not in every table. Set
    /// `call_options().idempotent()` if it may
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Args>
    requires call_args<Args...>
    auto set(std::string_view table, boost::json::object const& row, Args&&... args) const
    {
        return run<void>(describe_set(table, row), std::forward<Args>(args)...);
    }

    /// @brief Records an activity of the account.
    /// @param what the project, the file and the kind of activity
    /// @errors errc::forbidden (the account is not a collaborator), errc::unauthorized; transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, touch
    template <class... Args>
    requires call_args<Args...>
    auto touch(activity const& what, Args&&... args) const
    {
        return rpc<void>("db.touch", retry::safe, what, std::forward<Args>(args)...);
    }

    /// @brief Finds the old history of a file, from before the present sync engine.
    /// @param project_id UUID of the project
    /// @param path the file, relative to the project's home directory
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

    /// @brief Returns the old history of a file.
    /// @param uuid from `get_legacy_time_travel_info`; everybody who knows the UUID may read the
    /// history
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

    /// @brief Returns when an account used a file.
    /// @param what the file, the account, and which times
    /// @errors errc::forbidden (the account may not read the file), errc::unauthorized; transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/file-use-times.ts
    template <class... Args>
    requires call_args<Args...>
    auto file_use_times(file_use_query const& what, Args&&... args) const
    {
        return rpc<file_use>("db.fileUseTimes", retry::safe, what, std::forward<Args>(args)...);
    }

    /// @brief Removes the expiry times of blobs, so that the server keeps them for ever.
    /// @param uuids the UUIDs of the blobs; other texts are ignored
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
