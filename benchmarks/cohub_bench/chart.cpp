#include "chart.hpp"

#include <algorithm>
#include <cmath>

#include "report.hpp"

namespace bench {

namespace {

constexpr double left = 74, right = 24, above = 14, below = 34, width = 860;

std::string titled(std::string_view text)
{
    return text.empty() ? "" : "<title>" + escaped(text) + "</title>";
}

}  // namespace

double round_step(double v)
{
    double const power = std::pow(10, std::floor(std::log10(v)));
    for (double const f : {1.0, 2.0, 2.5, 5.0})
        if (v <= f * power * (1 + 1e-9)) return f * power;
    return 10 * power;
}

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

chart::chart(std::string_view title, std::string_view summary, double height) : height_(height)
{
    put(head_, "<figure><figcaption>%s</figcaption>", escaped(title).c_str());
    put(body_,
        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n",
        width,
        height_,
        escaped(summary).c_str());
}

double chart::px(double share) const { return left + share * (width - left - right); }
double chart::py(double share) const { return height_ - below - share * (height_ - above - below); }

void chart::y_axis(double highest, std::string_view unit)
{
    double const step = round_step(highest > 0 ? highest / 4 : 0.25);
    int const steps = std::max(1, static_cast<int>(std::ceil(highest / step - 1e-9)));
    top_ = step * steps;
    for (int i = 0; i <= steps; ++i) {
        double const at = py(y(i * step));
        put(body_,
            "<line class=\"g\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>"
            "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%.6g%s</text>\n",
            left,
            width - right,
            at,
            at,
            left - 7,
            at + 4,
            i * step,
            i == steps ? escaped(unit).c_str() : "");
    }
}

void chart::x_label(double share, std::string_view text)
{
    put(body_,
        "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n",
        px(share),
        height_ - below + 19,
        escaped(text).c_str());
}

void chart::x_line(double share, std::string_view css)
{
    put(body_,
        "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
        std::string(css).c_str(),
        px(share),
        px(share),
        py(0),
        py(1));
}

void chart::line(points const& shares, std::string_view css)
{
    put(body_, "<polyline class=\"%s\" points=\"", std::string(css).c_str());
    for (auto const& [x, y] : shares) put(body_, "%.1f,%.1f ", px(x), py(std::min(1.0, y)));
    body_ += "\"/>\n";
}

void chart::bar(double from, double to, double height, std::string_view css, std::string_view tip)
{
    double const top = py(std::min(1.0, height));
    put(body_,
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
        std::string(css).c_str(),
        px(from) + 0.5,
        top,
        std::max(0.5, px(to) - px(from) - 1),
        py(0) - top);
    body_ += titled(tip) + "</rect>\n";
}

void chart::tip(double from, double to, std::string_view text)
{
    put(body_,
        "<rect class=\"tip\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
        px(from),
        py(1),
        px(to) - px(from),
        py(0) - py(1));
    body_ += titled(text) + "</rect>\n";
}

void chart::dot(double x, double y, std::string_view css, std::string_view tip)
{
    put(body_,
        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\">",
        std::string(css).c_str(),
        px(x),
        py(y));
    body_ += titled(tip) + "</circle>\n";
}

void chart::whisker(double from, double to, double y, std::string_view css)
{
    put(body_,
        "<line class=\"whisker %s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
        std::string(css).c_str(),
        px(from),
        px(to),
        py(y),
        py(y));
}

void chart::row_label(double y, std::string_view text)
{
    put(body_,
        "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
        left - 9,
        py(y) + 4,
        escaped(text).c_str());
}

void chart::legend(std::vector<std::pair<std::string_view, std::string>> const& entries)
{
    head_ += "<p class=\"legend\">";
    for (auto const& [css, what] : entries)
        head_ += "<span><i class=\"" + std::string(css) + "\"></i>" + escaped(what) + "</span> ";
    head_ += "</p>";
}

std::string chart::done() { return head_ + '\n' + body_ + "</svg></figure>\n"; }

}  // namespace bench
