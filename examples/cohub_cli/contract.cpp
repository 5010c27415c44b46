#include "contract.hpp"

#include <cohub/version.hpp>

#include <utility>

#include "escaping.hpp"
#include "json_text.hpp"
#include "terminal.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

bool has_shape(contract_row const& row) { return *row.answer != '\0'; }

void add_differences(std::vector<difference>& to, std::vector<difference> from)
{
    for (auto& d : from) add_once(to, std::move(d));
}

std::string words_of(contract_answer const& a)
{
    cohub::failure const& f = a.json.error();
    std::string words(cohub::to_string(f.kind()));
    if (a.http_status != 200) words += ", HTTP " + std::to_string(a.http_status);
    if (!f.server_message.empty()) words += ": " + f.server_message;
    return words;
}

void judge(contract_result& r, contract_answer const& a)
{
    contract_row const& row = *r.row;
    ++r.answers;
    r.http_status = a.http_status;
    r.refusal.clear();
    std::string const known = has_shape(row) ? "an answer" : row.refusals;
    if (a.json) {
        if (!has_shape(row))
            add_once(r.differences, {"answered", "", known, "an answer"});
        else
            add_differences(r.differences, differences_between(row.answer, *a.json));
        if (a.http_status != 200)
            add_once(r.differences, {"status", "", "200", std::to_string(a.http_status)});
        return;
    }
    r.refusal = cohub::to_string(a.json.error().kind());
    if (!is_among(r.refusal, row.refusals, ' '))
        add_once(r.differences, {"refusal", "", known, words_of(a)});
}

/// An answer beside recorded ones; both have been judged by what the release knows.
void judge_drift(
    contract_result& r, contract_answer const& a, std::vector<contract_answer> const& recorded
)
{
    contract_row const& row = *r.row;
    std::vector<std::string> answers;
    std::string refusals;
    for (auto const& earlier : recorded) {
        if (earlier.json) {
            answers.push_back(*earlier.json);
            continue;
        }
        std::string const kind(cohub::to_string(earlier.json.error().kind()));
        if (!is_among(kind, refusals, ' ')) refusals += (refusals.empty() ? "" : " ") + kind;
    }
    // A call that may be answered or refused, as the release knows, is either by its key.
    bool const varies = has_shape(row) && *row.refusals != '\0';
    if (a.json && !answers.empty()) {
        add_differences(
            r.differences, drift_between(has_shape(row) ? row.answer : "{}", answers, *a.json)
        );
    } else if (a.json && !varies) {
        add_once(r.differences, {"answered", "", refusals, "an answer", "recording"});
    } else if (!a.json && !varies && !is_among(r.refusal, refusals, ' ')) {
        std::string const known = answers.empty() ? refusals : "an answer";
        add_once(r.differences, {"refusal", "", known, words_of(a), "recording"});
    }
}

std::string api_of(contract_row const& row)
{
    return row.api == api::v1 ? "v1" : row.api == api::v2 ? "v2" : "hub";
}

/// As in the rows of methods: v1's and v2's have their API before them.
std::string title_of(contract_row const& row)
{
    return (row.api == api::hub ? "" : api_of(row) + ' ') + row.method;
}

std::string members_of(difference const& d)
{
    return "\"kind\":" + to_json_text(d.kind) + ",\"path\":" + to_json_text(d.path) +
           ",\"known\":" + to_json_text(d.known) + ",\"seen\":" + to_json_text(d.seen) +
           ",\"against\":" + to_json_text(d.against);
}

}  // namespace

bool is_an_answer(cohub::failure const& f)
{
    return f.code == cohub::condition::refused || f.code == cohub::condition::bad_answer ||
           (f.code == cohub::errc::invalid_argument && !f.server_message.empty());
}

asio::awaitable<cohub::result<std::vector<contract_result>>> check_contract(
    contract_source source, contract_source recorded
)
{
    std::vector<contract_result> all;
    all.reserve(contract_rows().size());
    for (contract_row const& row : contract_rows()) {
        contract_result& r = all.emplace_back();
        r.row = &row;
        r.refusal = "not asked";
        auto const answers = co_await source(row);
        if (!answers) co_return answers.error();
        std::vector<contract_answer> earlier;
        if (recorded) {
            auto const known = co_await recorded(row);
            if (!known) co_return known.error();
            earlier = *known;
        }
        for (auto const& a : *answers) {
            judge(r, a);
            if (!earlier.empty()) judge_drift(r, a, earlier);
        }
    }
    co_return all;
}

std::string contract_text(
    std::vector<contract_result> const& all, contract_subject const& what, bool colours
)
{
    std::string text;
    std::size_t different = 0;
    for (auto const& r : all) {
        bool const ok = r.differences.empty();
        bool const asked = r.answers != 0;
        if (!ok) ++different;
        text += styled(
            !ok     ? "differs  "
            : asked ? "ok       "
                    : "skipped  ",
            !ok     ? style::red
            : asked ? style::green
                    : style::yellow,
            colours
        );
        text += title_of(*r.row);
        if (ok && asked && !r.refusal.empty()) text += " (refused, as known: " + r.refusal + ')';
        if (!asked) text += what.live ? " (not asked)" : " (not recorded)";
        if (r.answers > 1) text += " (" + std::to_string(r.answers) + " answers)";
        text += '\n';
        for (auto const& d : r.differences)
            text += "         -> " + d.kind + ' ' + make_cell(d.path).text + ": " +
                    make_cell(d.seen).text +
                    (d.against == "release" ? ", known: " : ", recorded: ") +
                    make_cell(d.known).text + '\n';
    }
    text += std::to_string(all.size()) + " calls, " + std::to_string(different) +
            " of them differ from what cohub " COHUB_VERSION_STRING " knows";
    if (what.recording.empty()) return text + '\n';
    if (what.live) text += " or from what is recorded";
    return text + '\n' + std::to_string(what.judged) + " of " + std::to_string(what.exchanges) +
           " recorded exchanges are answers to these calls\n";
}

std::string contract_json(std::vector<contract_result> const& all, contract_subject const& what)
{
    std::string recording = "null";
    if (!what.recording.empty())
        recording = "{\"file\":" + to_json_text(what.recording) +
                    ",\"exchanges\":" + std::to_string(what.exchanges) +
                    ",\"judged\":" + std::to_string(what.judged) + '}';
    std::string json = "{\"host\":" + to_json_text(what.host) +
                       ",\"live\":" + (what.live ? "true" : "false") +
                       ",\"recording\":" + recording +
                       ",\"release\":" + to_json_text(COHUB_VERSION_STRING) + ",\"calls\":[";
    bool first = true;
    for (auto const& r : all) {
        if (!first) json += ',';
        first = false;
        json += "{\"api\":" + to_json_text(api_of(*r.row)) +
                ",\"method\":" + to_json_text(r.row->method) + ",\"args\":" + r.row->args +
                ",\"answers\":" + std::to_string(r.answers) +
                ",\"http_status\":" + std::to_string(r.http_status) +
                ",\"refusal\":" + (r.refusal.empty() ? "null" : to_json_text(r.refusal)) +
                ",\"differences\":[";
        for (auto const& d : r.differences)
            json += (&d == r.differences.data() ? "{" : ",{") + members_of(d) + '}';
        json += "]}";
    }
    return json + "]}";
}

std::string contract_rows_json(std::vector<contract_result> const& all)
{
    std::string json = "[";
    for (auto const& r : all)
        for (auto const& d : r.differences)
            json += (json.size() > 1 ? ",{\"method\":" : "{\"method\":") +
                    to_json_text(title_of(*r.row)) + ',' + members_of(d) + '}';
    return json + ']';
}

}  // namespace cli
