#include "batch.hpp"

#include <cohub/call/gather.hpp>

#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <sstream>
#include <utility>

#include "escaping.hpp"
#include "json_text.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "terminal.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

bool wants_rows_at_end(layout const& how)
{
    return how.format == format::csv || how.format == format::table;
}

bool is_container(json_node const& n)
{
    return n.is == json_node::kind::array || n.is == json_node::kind::object;
}

/// The rows of one result, each with the line that it is of as first member; nothing of an empty
/// list.
void append_rows(
    std::string& rows, std::string const& input, std::string_view json, layout const& how
)
{
    bool const wants_key =
        std::find(how.columns.begin(), how.columns.end(), how.key) != how.columns.end();
    json_node const all = read_tree(json);
    auto const append = [&](std::string const& members) {
        if (!rows.empty()) rows += ',';
        rows += "{\"input\":" + to_json_text(input) + members + '}';
    };
    auto const append_node = [&](json_node const& n, std::string const& name) {
        std::string members;
        if (!name.empty() && (wants_key || name != input))
            members += ',' + to_json_text(how.key) + ':' + to_json_text(name);
        if (n.is != json_node::kind::object) {
            append(members + ",\"result\":" + std::string(n.raw));
            return;
        }
        for (auto const& m : n.items)
            members += ',' + to_json_text(m.name) + ':' + std::string(m.raw);
        append(members);
    };
    bool const is_list = all.is == json_node::kind::array;
    bool const has_rows = all.is == json_node::kind::object && !all.items.empty() &&
                          std::all_of(all.items.begin(), all.items.end(), [](json_node const& n) {
                              return n.is == json_node::kind::object;
                          });
    if (!is_container(all) || (!is_list && !has_rows)) {
        append_node(all, "");
        return;
    }
    for (auto const& item : all.items) append_node(item, is_list ? "" : item.name);
}

/// What a person reads of a line that failed.
std::string shortened(std::string const& text)
{
    cell c = make_cell(text);
    cut(c, 60);
    return c.text;
}

}  // namespace

batch batch::from_file(std::string const& file, layout how)
{
    return batch(read_text("--from", file), std::move(how));
}

batch::batch(std::string const& text, layout how) : how_(std::move(how))
{
    std::map<std::string, std::size_t> known;
    std::istringstream in(text);
    std::size_t number = 0;
    for (std::string one; std::getline(in, one);) {
        ++number;
        std::string item = trimmed(one);
        if (item.empty()) continue;
        auto const [place, is_new] = known.emplace(item, items_.size());
        lines_.push_back({number, place->second});
        if (is_new) items_.push_back(std::move(item));
    }
    answers_.resize(items_.size());
}

asio::awaitable<answer> batch::ask_one(ask const& one, std::size_t item)
{
    std::optional<answer> got;
    try {
        got = co_await one(items_[item]);
    } catch (usage_error const& e) {
        got = answer(cohub::failure(cohub::errc::invalid_argument, e.what()));
    }
    take(item, *got);
    co_return *std::move(got);
}

asio::awaitable<cohub::result<std::string>> batch::run(ask one, std::size_t at_once)
{
    shows_progress_ = is_terminal(stderr);
    std::vector<std::size_t> numbers(items_.size());
    std::iota(numbers.begin(), numbers.end(), std::size_t(0));
    auto const ask_this = [this, &one](std::size_t item) { return ask_one(one, item); };
    cohub::gather_options options;
    options.limit(at_once);
    show_progress();
    co_await cohub::gather(std::move(numbers), ask_this, options);
    hide_progress();
    if (!wants_rows_at_end(how_)) co_return std::string();
    layout how = how_;
    auto& columns = how.columns;
    if (!columns.empty() && std::find(columns.begin(), columns.end(), "input") == columns.end())
        columns.insert(columns.begin(), "input");
    std::string const rows = '[' + rows_ + ']';
    warn_of_columns(rows, how);
    co_return render(rows, how);
}

void batch::take(std::size_t item, answer a)
{
    ++done_;
    if (!a) ++failed_;
    answers_[item] = std::move(a);
    hide_progress();
    print_what_is_due();
    show_progress();
}

void batch::print_what_is_due()
{
    for (; printed_ != lines_.size() && answers_[lines_[printed_].item]; ++printed_)
        print_one(lines_[printed_]);
}

void batch::print_one(line const& l)
{
    answer const& a = *answers_[l.item];
    if (!a) return;
    std::string const& input = items_[l.item];
    if (wants_rows_at_end(how_)) {
        append_rows(rows_, input, *a, how_);
        return;
    }
    layout plain = how_;
    plain.format = format::json;
    std::string const result = trimmed(render(*a, plain));
    std::string const both = "{\"input\":" + to_json_text(input) + ",\"result\":" + result + '}';
    if (how_.format != format::yaml) {
        print(both + '\n');
        return;
    }
    layout as_yaml;
    as_yaml.format = format::yaml;
    print("---\n" + render(both, as_yaml));
}

void batch::show_progress()
{
    if (!shows_progress_) return;
    std::string const text = std::to_string(done_) + " of " + std::to_string(items_.size()) +
                             " done, " + std::to_string(failed_) + " failed";
    std::fprintf(stderr, "\r%s", text.c_str());
    std::fflush(stderr);
    shown_ = text.size();
}

void batch::hide_progress() const
{
    if (!shows_progress_) return;
    std::fprintf(stderr, "\r%*s\r", static_cast<int>(shown_), "");
    std::fflush(stderr);
}

int batch::finish(int signal) const
{
    std::size_t failed = 0;
    std::size_t missing = 0;
    int status = 0;
    std::string list;
    for (line const& l : lines_) {
        auto const& a = answers_[l.item];
        if (!a || (!*a && a->error().code == cohub::errc::cancelled)) {
            ++missing;
            continue;
        }
        if (*a) continue;
        cohub::failure const& f = a->error();
        int const own = status_of(f);
        status = failed == 0 ? own : std::min(status, own);
        ++failed;
        std::string const words = f.where.empty() ? f.detail : f.message() + advice(f);
        list += "\n  line " + std::to_string(l.number) + ", " + shortened(items_[l.item]) + ": " +
                words;
    }
    std::string const all = std::to_string(lines_.size());
    if (failed != 0) complain(std::to_string(failed) + " of " + all + " failed:" + list);
    if (signal == 0) return status;
    complain("interrupted; " + std::to_string(missing) + " of " + all + " have no answer");
    return 128 + signal;
}

}  // namespace cli
