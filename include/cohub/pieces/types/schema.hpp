#ifndef COHUB_PIECES_TYPES_SCHEMA_HPP
#define COHUB_PIECES_TYPES_SCHEMA_HPP

#include <cohub/json/open_enum.hpp>
#include <cohub/pieces/types/date_time.hpp>

#include <boost/describe/class.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1, models/embedded_model_schema_semantic_version_enum.py
enum class schema_version : std::uint8_t
{
    major_0_minor_0_patch_1,
    unknown,
};
constexpr auto words_of(schema_version const*)
{
    return std::array<std::string_view, 2>{"MAJOR_0_MINOR_0_PATCH_1", "UNKNOWN"};
}

/// @brief Which version of a model a value is of; says nothing about its owner.
/// @source pieces_os_client 5.0.1, models/embedded_model_schema.py
struct embedded_model_schema
{
    embedded_model_schema() = default;

    std::int64_t migration = 0;
    json::open_enum<schema_version> semantic = schema_version::major_0_minor_0_patch_1;
};
BOOST_DESCRIBE_STRUCT(embedded_model_schema, (), (migration, semantic))

/// @brief A time, for machines and for people.
/// @source pieces_os_client 5.0.1, models/grouped_timestamp.py
struct grouped_timestamp
{
    grouped_timestamp() = default;
    grouped_timestamp(date_time t) : value(std::move(t)) {}

    date_time value;
    /// E.g. `2 days ago`; does not follow a change of `value`.
    std::optional<std::string> readable;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(grouped_timestamp, (), (value, readable, schema))

/// @brief A span of time, open where it has no end.
/// @source pieces_os_client 5.0.1, models/anonymous_temporal_range.py
struct anonymous_temporal_range
{
    anonymous_temporal_range() = default;

    /// Whether now lies between the ends, by the server's word.
    std::optional<bool> between;
    std::optional<bool> continuous;
    std::optional<grouped_timestamp> from, to;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(anonymous_temporal_range, (), (between, continuous, from, to, schema))

}  // namespace cohub::pieces

#endif
