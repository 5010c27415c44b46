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

namespace cohub::inline abi_0_2::pieces {

/// @brief The versions of models that are known.
/// @source pieces_os_client 5.0.1, models/embedded_model_schema_semantic_version_enum.py
enum class schema_version : std::uint8_t
{
    /// On the wire `MAJOR_0_MINOR_0_PATCH_1`.
    major_0_minor_0_patch_1,
    /// On the wire `UNKNOWN`; also for a word that is not known.
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

    /// Counts the changes of the model.
    std::int64_t migration = 0;
    /// The model's version.
    json::open_enum<schema_version> semantic = schema_version::major_0_minor_0_patch_1;
};
BOOST_DESCRIBE_STRUCT(embedded_model_schema, (), (migration, semantic))

/// @brief A time, for machines and for people.
/// @source pieces_os_client 5.0.1, models/grouped_timestamp.py
struct grouped_timestamp
{
    grouped_timestamp() = default;
    /// @param t the time; `readable` is not set
    grouped_timestamp(date_time t) : value(std::move(t)) {}

    /// The time.
    date_time value;
    /// E.g. `2 days ago`; does not follow a change of `value`.
    std::optional<std::string> readable;
    /// Version of the model.
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
    /// Whether it has no gaps.
    std::optional<bool> continuous;
    /// Its ends; one that is not set is open.
    std::optional<grouped_timestamp> from, to;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(anonymous_temporal_range, (), (between, continuous, from, to, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
