#include "report.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "escaping.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "terminal.hpp"

namespace cli {

report::report(settings const& s, std::vector<std::string_view> order)
    : how_(s.layout()), is_for_people_(!s.has_output && s.columns.empty()), order_(std::move(order))
{
}

int report::status() const
{
    auto const wrong = std::find_if(all_.begin(), all_.end(), [](finding const& f) {
        return f.is == verdict::failed;
    });
    return wrong == all_.end() ? done : wrong->status;
}

bool report::add(std::string_view check, std::string text)
{
    tell({std::string(check), verdict::ok, std::move(text), "", done});
    return true;
}

bool report::fail(std::string_view check, std::string text, std::string advice, int status)
{
    tell({std::string(check), verdict::failed, std::move(text), std::move(advice), status});
    return false;
}

void report::skip(std::string_view check, std::string why)
{
    tell({std::string(check), verdict::skipped, std::move(why), "", done});
}

void report::pass_over_to(std::string_view check)
{
    auto at = order_.begin();
    if (!all_.empty()) at = std::find(order_.begin(), order_.end(), all_.back().check) + 1;
    for (; at != order_.end() && *at != check; ++at) skip(*at, "not reached");
}

text_answer report::finished()
{
    pass_over_to("");
    return rest();
}

std::string report::word_of(verdict v)
{
    return v == verdict::ok ? "ok" : v == verdict::failed ? "failed" : "skipped";
}

void report::tell(finding f)
{
    if (is_for_people_) print(line_of(f));
    all_.push_back(std::move(f));
}

std::string report::line_of(finding const& f) const
{
    auto const padded = [](std::string text, std::size_t width) {
        text.resize(std::max(width, text.size()), ' ');
        return text;
    };
    style const s = f.is == verdict::ok       ? style::green
                    : f.is == verdict::failed ? style::red
                                              : style::yellow;
    std::string line = styled(padded(word_of(f.is), 9), s, how_.colours) + padded(f.check, 12) +
                       make_cell(f.text).text + '\n';
    if (!f.advice.empty()) line += std::string(21, ' ') + "-> " + f.advice + '\n';
    return line;
}

std::string report::rest() const
{
    if (is_for_people_) return {};
    auto const text = [](std::string const& t) { return t.empty() ? "null" : to_json_text(t); };
    std::string json = "[";
    for (auto const& f : all_)
        json += (json.size() > 1 ? ",{\"check\":" : "{\"check\":") + text(f.check) +
                ",\"status\":" + text(word_of(f.is)) + ",\"text\":" + text(f.text) +
                ",\"advice\":" + text(f.advice) + '}';
    return render(json + ']', how_);
}

std::string file_of(settings const& s)
{
    config_file const& file = s.file();
    std::string text = file.exists() ? file.path() : "no config file";
    if (!file.profile().empty()) text += ", profile " + file.profile();
    return text;
}

std::string where_from(setting const& s)
{
    if (s.from == origin::standard) return "the default";
    return s.from == origin::environment ? '$' + s.where : s.where;
}

}  // namespace cli
