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

namespace cohub {

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
    /// @return `{table: row}` or `{table: [rows]}`; `{}` for a change, and where no row matches
    /// @errors errc::forbidden (also: no such table to read), errc::not_found (none to change),
    /// errc::invalid_argument, errc::api_error (other texts that begin `FATAL: `),
    /// errc::unauthorized; transport errors
    /// @retry safe if it only reads, else never
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto query(boost::json::value const& query, Tail&&... tail) const
    {
        return run<boost::json::value>(
            describe(query, query_options()), std::forward<Tail>(tail)...
        );
    }

    /// @brief The same with options.
    /// @errors as above
    /// @retry as above; `query_options::set` and `delete_` change
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto query(boost::json::value const& query, query_options const& options, Tail&&... tail) const
    {
        return run<boost::json::value>(describe(query, options), std::forward<Tail>(tail)...);
    }

    /// @brief Reads one row.
    ///
    ///     boost::json::object const fields{{"first_name", nullptr}};
    ///     auto const me = co_await hub.db().get_one("accounts", fields);
    ///
    /// @param fields null: asked for; any other value: what the row must have
    /// @return not set if no row matches
    /// @errors errc::invalid_argument without a null; errc::forbidden (not readable, or no such
    /// table), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_one(std::string_view table, boost::json::object const& fields, Tail&&... tail) const
    {
        return run<json::only_member<std::optional<boost::json::object>>>(
            describe_get(table, fields, nullptr), std::forward<Tail>(tail)...
        );
    }

    /// @brief Reads all rows that match.
    /// @param fields as for `get_one`
    /// @errors as for `get_one`
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_many(std::string_view table, boost::json::object const& fields, Tail&&... tail) const
    {
        return get_many(table, fields, query_options(), std::forward<Tail>(tail)...);
    }

    /// @brief The same in some order, or no more than some number.
    /// @errors as for `get_one`
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_many(
        std::string_view table,
        boost::json::object const& fields,
        query_options const& options,
        Tail&&... tail
    ) const
    {
        return run<json::only_member<std::vector<boost::json::object>>>(
            describe_get(table, fields, &options), std::forward<Tail>(tail)...
        );
    }

    /// @brief Changes one row, or adds it.
    /// @param row its key and the fields to be changed; the account's own row needs no key
    /// @errors errc::invalid_argument with a null; errc::not_found, errc::forbidden (not writable),
    /// errc::unauthorized; transport errors
    /// @retry never: most changes may be done twice, but not those of every table; say
    /// `call_options().idempotent()` where they may
    /// @source cocalc packages/database/postgres-user-queries.coffee
    template <class... Tail>
    requires call_tail<Tail...>
    auto set(std::string_view table, boost::json::object const& row, Tail&&... tail) const
    {
        return run<void>(describe_set(table, row), std::forward<Tail>(tail)...);
    }

    /// @brief Records that the account uses something.
    /// @errors errc::forbidden (not a collaborator), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, touch
    template <class... Tail>
    requires call_tail<Tail...>
    auto touch(activity const& what, Tail&&... tail) const
    {
        return rpc<void>("db.touch", retry::safe, what, std::forward<Tail>(tail)...);
    }

    /// @brief Finds the history of a file from before today's sync engine.
    /// @errors errc::forbidden, errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, getLegacyTimeTravelInfo
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_legacy_time_travel_info(
        std::string_view project_id, std::string_view path, Tail&&... tail
    ) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("path", path);
        return rpc<legacy_time_travel>(
            "db.getLegacyTimeTravelInfo", retry::safe, o, std::forward<Tail>(tail)...
        );
    }

    /// @brief Gives that history.
    /// @param uuid from `get_legacy_time_travel_info`; anybody who knows it may read
    /// @return JSON as text
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, getLegacyTimeTravelPatches
    template <class... Tail>
    requires call_tail<Tail...>
    auto get_legacy_time_travel_patches(std::string_view uuid, Tail&&... tail) const
    {
        cocalc::object_writer o;
        o.add("uuid", uuid);
        return rpc<std::string>(
            "db.getLegacyTimeTravelPatches", retry::safe, o, std::forward<Tail>(tail)...
        );
    }

    /// @brief Tells when a file was used.
    /// @errors errc::forbidden (not readable), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/file-use-times.ts
    template <class... Tail>
    requires call_tail<Tail...>
    auto file_use_times(file_use_query const& what, Tail&&... tail) const
    {
        return rpc<file_use>("db.fileUseTimes", retry::safe, what, std::forward<Tail>(tail)...);
    }

    /// @brief Keeps blobs for ever that would expire.
    /// @param uuids what is no UUID is passed over
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/db.ts, removeBlobTtls
    template <class... Tail>
    requires call_tail<Tail...>
    auto remove_blob_ttls(std::vector<std::string> const& uuids, Tail&&... tail) const
    {
        cocalc::object_writer o;
        o.add("uuids", uuids);
        return rpc<void>("db.removeBlobTtls", retry::safe, o, std::forward<Tail>(tail)...);
    }

private:
    template <class T, class... Tail>
    auto run(call::request&& req, Tail&&... tail) const
    {
        return call::initiate<T>(
            call::bound_call<T>(channel_, std::move(req)), std::forward<Tail>(tail)...
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

}  // namespace cohub

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/db.ipp>
#endif

#endif
