#ifndef COHUB_COCALC_IMPL_DB_IPP
#define COHUB_COCALC_IMPL_DB_IPP

#include <cohub/cocalc/db.hpp>

namespace cohub::inline abi_0_2 {

namespace detail {

/// Whether the value contains a null, at any depth. The server checks queries in the same way.
inline bool has_null(boost::json::value const& v)
{
    if (auto const* const object = v.if_object()) {
        for (auto const& member : *object)
            if (has_null(member.value())) return true;
        return false;
    }
    if (auto const* const array = v.if_array()) {
        for (auto const& item : *array)
            if (has_null(item)) return true;
        return false;
    }
    return v.is_null();
}

/// Whether the query only reads. In a list, all queries must only read.
inline bool only_reads(boost::json::value const& query)
{
    if (auto const* const several = query.if_array()) {
        for (auto const& one : *several)
            if (!only_reads(one)) return false;
        return true;
    }
    auto const* const tables = query.if_object();
    if (tables == nullptr) return false;
    for (auto const& table : *tables)
        if (table.value().is_null() || !has_null(table.value())) return false;
    return true;
}

/// Whether an option makes the query change something.
inline bool changes(query_options const& options)
{
    for (auto const& one : options)
        for (auto const& member : one.get_object())
            if ((member.key() == "set" || member.key() == "delete") &&
                member.value() != boost::json::value(false))
                return true;
    return false;
}

}  // namespace detail

COHUB_DECL call::request db_api::describe(
    boost::json::value const& query, query_options const& options
)
{
    bool const reads = detail::only_reads(query) && !detail::changes(options);
    call::request req = begin("db.userQuery", reads ? retry::safe : retry::never);
    json::writer w(req.body);
    w.raw("{\"query\":");
    w.value(query);
    if (!options.empty()) {
        w.raw(",\"options\":");
        encode(w, options);
    }
    w.raw("}]");
    req.problem = w.problem();
    return req;
}

COHUB_DECL call::request db_api::describe_get(
    std::string_view table, boost::json::object const& fields, query_options const* many
)
{
    boost::json::object query;
    auto& spec = query[boost::json::string_view(table.data(), table.size())];
    if (many != nullptr)
        spec.emplace_array().push_back(fields);
    else
        spec = fields;
    call::request req = describe(query, many != nullptr ? *many : query_options());
    if (req.declared != retry::safe && req.problem.empty())
        req.problem =
            "this would change the row: make each field that is asked for null, and leave the "
            "options set and delete to query()";
    return req;
}

COHUB_DECL call::request db_api::describe_set(
    std::string_view table, boost::json::object const& row
)
{
    boost::json::object query;
    query[boost::json::string_view(table.data(), table.size())] = row;
    call::request req = describe(query, query_options());
    if (req.declared == retry::safe && req.problem.empty())
        req.problem = "a field that is null is read and not changed; leave it out, or use query()";
    return req;
}

}  // namespace cohub::inline abi_0_2

#endif
