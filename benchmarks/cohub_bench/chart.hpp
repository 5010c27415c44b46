#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// @brief What HTML takes for text.
std::string escaped(std::string_view text);

/// @brief 1, 2, 2.5 or 5 times a power of ten, and not less than `v`, which is more than 0.
double round_step(double v);

/// @brief A chart as SVG, drawn from left to right; places are shares of the plot, 0 to 1.
///
/// Colours are the page's: classes `now`, `old`, `slow`, `bad` and `g` for the grid.
class chart
{
public:
    using points = std::vector<std::pair<double, double>>;

    /// @param title is the heading, and with
    /// @param summary what a screen reader says
    chart(std::string_view title, std::string_view summary, double height = 230);

    /// @brief The vertical axis from 0 to `highest` or a little more, and its unit at the top.
    void y_axis(double highest, std::string_view unit);
    /// @brief Where on the axis a value is.
    double y(double value) const { return value / top_; }
    void x_label(double share, std::string_view text);
    void x_line(double share, std::string_view css);

    void line(points const& shares, std::string_view css);
    void bar(double from, double to, double height, std::string_view css, std::string_view tip);
    /// @brief Says something where the pointer is; nothing is seen of it.
    void tip(double from, double to, std::string_view text);
    void dot(double x, double y, std::string_view css, std::string_view tip);
    void whisker(double from, double to, double y, std::string_view css);
    void row_label(double y, std::string_view text);
    /// @brief What the colours mean: pairs of a class and a text.
    void legend(std::vector<std::pair<std::string_view, std::string>> const& entries);

    std::string done();

private:
    double px(double share) const;
    double py(double share) const;

    std::string head_, body_;
    double height_, top_ = 1;
};

}  // namespace bench
