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

/// @brief The known versions of models.
/// @source pieces_os_client 5.0.1, models/embedded_model_schema_semantic_version_enum.py
enum class schema_version : std::uint8_t
{
    /// On the wire `MAJOR_0_MINOR_0_PATCH_1`.
    major_0_minor_0_patch_1,
    /// On the wire `UNKNOWN`; also for a word that this version does not know.
    unknown,
};
constexpr auto words_of(schema_version const*)
{
    return std::array<std::string_view, 2>{"MAJOR_0_MINOR_0_PATCH_1", "UNKNOWN"};
}

/// @brief The version of the model of a value. It says nothing about the owner of the value.
/// @source pieces_os_client 5.0.1, models/embedded_model_schema.py
struct embedded_model_schema
{
    embedded_model_schema() = default;

    /// The number of changes of the model.
    std::int64_t migration = 0;
    /// The model's version.
    json::open_enum<schema_version> semantic = schema_version::major_0_minor_0_patch_1;
};
BOOST_DESCRIBE_STRUCT(embedded_model_schema, (), (migration, semantic))

/// @brief A time, in one form for programs and one for people.
/// @source pieces_os_client 5.0.1, models/grouped_timestamp.py
struct grouped_timestamp
{
    grouped_timestamp() = default;
    /// @param t the time; `readable` is not set
    grouped_timestamp(date_time t) : value(std::move(t)) {}

    /// The time.
    date_time value;
    /// The form for people, for example `2 days ago`. It does not change when `value` changes.
    std::optional<std::string> readable;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(grouped_timestamp, (), (value, readable, schema))

/// @brief A time range. It may be open at both ends.
/// @source pieces_os_client 5.0.1, models/anonymous_temporal_range.py
struct anonymous_temporal_range
{
    anonymous_temporal_range() = default;

    /// Whether the present time is between the ends, as computed by the server.
    std::optional<bool> between;
    /// Whether the range has no gaps.
    std::optional<bool> continuous;
    /// The ends of the range. An end that is not set is open.
    std::optional<grouped_timestamp> from, to;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(anonymous_temporal_range, (), (between, continuous, from, to, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
