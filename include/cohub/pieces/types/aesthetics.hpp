#ifndef COHUB_PIECES_TYPES_AESTHETICS_HPP
#define COHUB_PIECES_TYPES_AESTHETICS_HPP

#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>

namespace cohub::inline abi_0_2::pieces {

/// @brief The font that the user prefers.
/// @source pieces_os_client 5.0.1, models/font.py
struct font
{
    font() = default;

    /// Size in points.
    std::int64_t size = 0;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(font, (), (size, schema))

/// @brief The colours that the user prefers.
/// @source pieces_os_client 5.0.1, models/theme.py
struct theme
{
    theme() = default;

    /// Whether the theme has light text on a dark background.
    bool dark = false;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(theme, (), (dark, schema))

/// @brief The appearance that the user prefers.
/// @source pieces_os_client 5.0.1, models/aesthetics.py
struct aesthetics
{
    aesthetics() = default;

    /// The colours.
    pieces::theme theme;
    /// The font.
    pieces::font font;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(aesthetics, (), (theme, font, schema))

}  // namespace cohub::inline abi_0_2::pieces

#endif
