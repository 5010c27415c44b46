#include "manual.hpp"

#include <cohub/version.hpp>

#include <algorithm>
#include <string_view>

#include "command_tree.hpp"

namespace cli {

namespace {

/// As roff has it: what would be a command or an escape is text.
std::string escaped(std::string_view text)
{
    std::string out;
    bool at_begin = true;
    for (char const c : text) {
        if (at_begin && (c == '.' || c == '\'')) out += "\\&";
        at_begin = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '^' || c == '~' || c == '`')
            out += c == '^' ? "\\(ha" : c == '~' ? "\\(ti" : "\\(ga";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string const& text) { return "\\fB" + escaped(text) + "\\fR"; }

/// Value names are words in capitals; `a|b` are words to be typed.
std::string value_of(CLI::Option const& o)
{
    std::string const type = o.get_type_name();
    return " \\fI" + escaped(type.substr(0, type.find(':'))) + "\\fR";
}

bool is_flag(CLI::Option const& o) { return o.get_items_expected_max() == 0; }

/// An option, or an argument that has its place.
std::string entry_of(CLI::Option const& o)
{
    std::string names;
    auto const append = [&](std::string const& name) {
        names += (names.empty() ? "" : ", ") + name;
    };
    for (auto const& name : o.get_snames()) append(bold('-' + name));
    for (auto const& name : o.get_lnames()) append(bold("--" + name));
    if (o.get_lnames().empty() && o.get_snames().empty())
        names = "\\fI" + escaped(o.get_name(true)) + "\\fR";
    else if (!is_flag(o))
        names += value_of(o);
    std::string about = escaped(o.get_description());
    if (o.get_required()) about += ". Needed.";
    return ".TP\n" + names + '\n' + about + '\n';
}

/// What stands behind `Example: ` in the help.
std::string example_in(CLI::App const& app)
{
    std::string const footer = app.get_footer();
    auto const at = footer.find("Example: ");
    if (at == std::string::npos) return {};
    std::string const rest = footer.substr(at + 9);
    return rest.substr(0, rest.find('\n'));
}

/// What stands behind the example; not the list of global options, which the program's page has.
std::string details_in(CLI::App const& app)
{
    std::string const footer = app.get_footer();
    auto const at = footer.find("\n\n");
    if (at == std::string::npos || footer.compare(at + 2, 6, "Global") == 0) return {};
    return ".PP\n" + escaped(footer.substr(at + 2)) + '\n';
}

std::string example(CLI::App const& app)
{
    std::string const line = example_in(app);
    return line.empty() ? "" : ".PP\n.nf\n.RS\n" + escaped(line) + "\n.RE\n.fi\n";
}

/// Options that each command has are in the program's page alone.
bool is_everywhere(CLI::App const& app, CLI::Option const& o)
{
    return app.get_parent() != nullptr &&
           (&o == app.get_help_ptr() || &o == app.get_help_all_ptr());
}

std::string usage_of(CLI::App const& app, std::string const& command)
{
    std::string line = bold(command);
    bool has_options = false;
    for (CLI::Option const* const o : app.get_options()) {
        bool const named = !o->get_lnames().empty() || !o->get_snames().empty();
        if (!o->get_positional()) {
            bool const needed = o->get_required() && named;
            if (needed) line += ' ' + bold("--" + o->get_lnames()[0]) + value_of(*o);
            has_options = has_options || (!needed && !is_everywhere(app, *o));
            continue;
        }
        std::string const word = "\\fI" + escaped(o->get_name(true)) + "\\fR";
        bool const many = o->get_items_expected_max() > 1;
        line += o->get_required() ? ' ' + word : " [" + word + ']';
        if (many) line += " ...";
    }
    if (has_options) line += " [\\fIoptions\\fR]";
    return line;
}

std::string head(std::string const& name, std::string const& about)
{
    std::string title = name;
    std::transform(title.begin(), title.end(), title.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return ".TH " + escaped(title) + " 1 \"\" \"cohub " + COHUB_VERSION_STRING +
           "\" \"User commands\"\n.nh\n.ad l\n.SH NAME\n" + escaped(name) + " \\- " +
           escaped(about) + '\n';
}

std::string options_of(CLI::App const& app, std::string const& title)
{
    std::string text;
    for (CLI::Option const* const o : app.get_options())
        if (!is_everywhere(app, *o)) text += entry_of(*o);
    return text.empty() ? text : title + text;
}

manual_page page_of(CLI::App const& group, std::string const& program)
{
    std::string const command = program + ' ' + group.get_name();
    manual_page page;
    page.name = program + '-' + group.get_name();
    page.text = head(page.name, group.get_description()) + ".SH SYNOPSIS\n";
    auto const methods = commands_for_people(group);
    if (methods.empty())
        page.text += usage_of(group, command) + '\n';
    else
        page.text += bold(command) + " \\fImethod\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]\n";
    page.text += ".SH DESCRIPTION\n" + escaped(group.get_description()) + ".\n";
    if (methods.empty()) page.text += details_in(group);
    page.text += options_of(group, ".SH OPTIONS\n");
    if (!methods.empty()) page.text += ".SH METHODS\n";
    for (CLI::App const* const method : methods) {
        page.text +=
            ".SS " + escaped(method->get_name()) + '\n' + escaped(method->get_description()) + '.';
        for (auto const& alias : method->get_aliases())
            page.text += " Also called " + bold(alias) + '.';
        page.text += "\n.PP\n" + usage_of(*method, command + ' ' + method->get_name()) + '\n';
        page.text += options_of(*method, "");
        page.text += example(*method);
    }
    if (methods.empty() && !example_in(group).empty())
        page.text += ".SH EXAMPLE\n" + example(group).substr(4);
    page.text += ".SH SEE ALSO\n.BR " + program +
                 " (1)\nhas the options of all commands, and the exit status.\n";
    return page;
}

// What is no option and no command.
constexpr std::string_view rest_of_program = R"roff(.SH OUTPUT
Standard output has the result alone, as JSON unless
.B \-o
says otherwise: numbers as the server sent them, one document on one line.
A table on a terminal is cut to its width, and shows times as such; elsewhere it has all of each text.
Errors are on standard error.
Colours are for terminals alone, and not if
.B NO_COLOR
is set.
.SH BATCHES
With
.BI \-\-from " FILE"
a method is called once for each line of a file, or with
.B \-
of standard input, at most
.B \-\-concurrency
at once.
Blanks around a line and empty lines do not count; lines that are the same are asked once.
The results come in the order of the lines, as
.RB \(dq{\(dqinput\(dq: ... ,\ \(dqresult\(dq: ... }\(dq
each, or as rows whose first column is
.BR input .
What failed is listed on standard error at the end.
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The API answered with an error.
.TP
.B 2
Wrong usage: the command line, the environment or the config file.
.TP
.B 3
The transport failed: name, connection, TLS, protocol, or standard output.
.TP
.B 4
A deadline passed.
.TP
.B 70
An internal error of cohub.
.TP
.B 130
Interrupted.
.PP
Of a batch it is the lowest of those of the lines that failed.
With
.B \-\-pass\-through
it is that of the command that ran.
.SH FILES
.TP
.I $XDG_CONFIG_HOME/cohub/config\fR, else \fI~/.config/cohub/config
Lines of
.IR NAME " = " VALUE ,
with the names of the options host, api\-key, api\-key\-file, ca\-file, proxy, unix\-socket, cert, key,
timeout, retries, concurrency and output, and pieces\-host, pieces\-access\-token and
pieces\-application\-id.
Lines behind
.RI [ NAME ]
are the profile of that name; those before the first one hold for all.
An option counts more than the environment, and that more than the file; but a profile that
.B \-\-profile
names counts more than the environment.
A key of the file is sent to the host beside it alone; without one, to any host that is used.
.B cohub config
shows what counts, and why.
)roff";

}  // namespace

std::vector<manual_page> manual(CLI::App const& app)
{
    std::string const& program = app.get_name();
    manual_page all;
    all.name = program;
    std::string about = app.get_description();
    while (about.ends_with('.')) about.pop_back();
    all.text = head(program, about) + ".SH SYNOPSIS\n" + bold(program) +
               " [\\fIoptions\\fR] \\fIcommand\\fR [\\fImethod\\fR] [\\fIarguments\\fR]\n"
               ".SH DESCRIPTION\n" +
               escaped(about) + ".\n.SH COMMANDS\n";
    std::vector<manual_page> pages(1);
    for (CLI::App const* const group : commands_for_people(app)) {
        pages.push_back(page_of(*group, program));
        all.text += ".TP\n" + bold(group->get_name()) + '\n' + escaped(group->get_description()) +
                    ": \\fB" + escaped(pages.back().name) + "\\fR(1)\n";
    }
    all.text += options_of(app, ".SH OPTIONS\n");
    all.text += rest_of_program;
    if (!example_in(app).empty()) all.text += ".SH EXAMPLE\n" + example(app).substr(4);
    all.text += ".SH SEE ALSO\n.BR cohub\\-doctor (1),\n.BR cohub\\-config (1)\n";
    pages[0] = std::move(all);
    return pages;
}

}  // namespace cli
