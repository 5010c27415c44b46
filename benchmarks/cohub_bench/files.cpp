// Whether the files on the command line can be used together.

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "arguments.hpp"

namespace bench {

namespace {

namespace fs = std::filesystem;

struct named_file
{
    /// The option; empty: a file that merge reads.
    std::string option, name;
    bool is_standard() const { return name == "-"; }
};

// Where a file would be created.
fs::path place_of(fs::path p)
{
    std::error_code ignored;
    constexpr int longest_chain = 40;
    for (int i = 0; i < longest_chain && fs::is_symlink(p, ignored); ++i)
        p = p.parent_path() / fs::read_symlink(p, ignored);
    return fs::weakly_canonical(fs::absolute(p, ignored), ignored);
}

bool is_same(named_file const& a, named_file const& b)
{
    if (a.is_standard() || b.is_standard()) return false;
    std::error_code failed;
    bool const exists = fs::exists(a.name, failed);
    // Devices and pipes may be used twice.
    if (exists && !fs::is_regular_file(a.name, failed)) return false;
    if (fs::equivalent(a.name, b.name, failed)) return true;
    return !exists && place_of(a.name) == place_of(b.name);
}

[[noreturn]] void refuse(named_file const& written, named_file const& other)
{
    std::string const what =
        other.option.empty() ? "one of the files to merge" : "the file of " + other.option + " too";
    throw usage_error(
        written.option + ": '" + written.name + "' is " + what + "; name another place"
    );
}

void append_named(std::vector<named_file>& to, char const* option, std::string const& name)
{
    if (!name.empty()) to.push_back({option, name});
}

}  // namespace

void refuse_shared_files(arguments const& a)
{
    std::vector<named_file> read, written;
    append_named(read, "--compare", a.compared);
    append_named(read, "--queries", a.queries);
    append_named(read, "--ids", a.ids);
    append_named(read, "--api-key-file", a.api_key_file);
    append_named(read, "--ca-file", a.ca_file);
    for (auto const& name : a.files) append_named(read, "", name);
    append_named(written, "--json", a.json);
    append_named(written, "--report", a.html);

    std::string input;
    for (auto const& r : read) {
        if (!r.is_standard()) continue;
        std::string const what = r.option.empty() ? "merge" : r.option;
        if (!input.empty())
            throw usage_error(
                input + " and " + what +
                " would both read standard input; only one can, name a file for the other"
            );
        input = what;
    }
    for (auto const& w : written)
        for (auto const& r : read)
            if (is_same(w, r)) refuse(w, r);
    bool const is_output = a.json == "-" && a.html == "-";
    if (written.size() == 2 && (is_output || is_same(written[0], written[1])))
        refuse(written[1], written[0]);
}

}  // namespace bench
