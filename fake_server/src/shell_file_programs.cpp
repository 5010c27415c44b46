// The programs of the fake shell that handle files.

#include <array>

#include "project_files.hpp"
#include "shell_programs.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

void list_entry(run_of& r, std::string const& name, file_entry const& e, bool full)
{
    if (!full) return r.out(name + '\n');
    bool const link = e.type == file_entry::kind::link;
    std::string const mode = e.is_directory() ? "drwxr-xr-x" : link ? "lrwxrwxrwx" : "-rw-r--r--";
    r.out(
        mode + " 1 user user " + std::to_string(e.content.size()) + ' ' +
        shown_time(e.modified, "%b %e %H:%M") + ' ' + name + (link ? " -> " + e.content : "") + '\n'
    );
}

int ls(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "aAl1d", a)) return r.bad_option(bad, 2);
    bool const full = has_flag(a, 'l');
    bool const hidden = has_flag(a, 'a') || has_flag(a, 'A');
    if (a.rest.empty()) a.rest.emplace_back(".");
    int code = 0;
    words_t directories;
    for (std::string const& name : a.rest) {
        file_entry const* const e = r.s.files().find(r.s.path(name));
        if (!e) {
            code = r.complain("cannot access '" + name + "': No such file or directory", 2);
        } else if (e->is_directory() && !has_flag(a, 'd')) {
            directories.push_back(name);
        } else {
            list_entry(r, name, *e, full);
        }
    }
    for (std::string const& name : directories) {
        std::string const whole = r.s.path(name);
        if (a.rest.size() > 1) r.out(name + ":\n");
        if (has_flag(a, 'a') && !full) r.out(".\n..\n");
        if (full) r.out("total 0\n");
        r.s.charge(r.s.files().entry_count());
        for (std::string const& entry : r.s.files().list(whole)) {
            if (entry[0] == '.' && !hidden) continue;
            file_entry const* const e = r.s.files().find_itself(r.s.path(whole + '/' + entry));
            if (e) list_entry(r, entry, *e, full);
        }
    }
    return code;
}

int mkdir(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "pv", a)) return r.bad_option(bad, 1);
    int code = 0;
    for (std::string const& name : a.rest) {
        try {
            if (has_flag(a, 'p')) {
                r.s.files().make_directories(r.s.path(name), r.s.now());
            } else {
                r.s.files().make_directory(r.s.path(name), r.s.now());
            }
        } catch (file_error const& error) {
            code = r.complain("cannot create directory '" + name + "': " + error.what());
        }
    }
    return code;
}

int touch(run_of& r)
{
    int code = 0;
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        try {
            r.s.files().touch(r.s.path(r.words[i]), r.s.now());
        } catch (file_error const& error) {
            code = r.complain("cannot touch '" + r.words[i] + "': " + error.what());
        }
    }
    return code;
}

int rm(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "rRfv", a)) return r.bad_option(bad, 1);
    bool const deep = has_flag(a, 'r') || has_flag(a, 'R');
    int code = 0;
    for (std::string const& name : a.rest) {
        file_entry const* const e = r.s.files().find_itself(r.s.path(name));
        std::string const what = "cannot remove '" + name + "': ";
        try {
            if (!e) {
                if (!has_flag(a, 'f')) code = r.complain(what + "No such file or directory");
            } else if (e->is_directory() && !deep) {
                code = r.complain(what + "Is a directory");
            } else {
                r.s.files().remove(r.s.path(name));
            }
        } catch (file_error const& error) {
            code = r.complain(what + error.what());
        }
    }
    return code;
}

int copy_or_move(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "rRafpvn", a)) return r.bad_option(bad, 1);
    if (a.rest.size() < 2) return r.complain("missing file operand");
    file_tree& files = r.s.files();
    std::string const target = r.s.path(a.rest.back());
    file_entry const* const there = files.find(target);
    bool const into = there && there->is_directory();
    if (a.rest.size() > 2 && !into) {
        return r.complain("target '" + a.rest.back() + "': No such file or directory");
    }
    bool const deep = has_flag(a, 'r') || has_flag(a, 'R') || has_flag(a, 'a');
    int code = 0;
    for (std::size_t i = 0; i + 1 < a.rest.size(); ++i) {
        std::string const source = r.s.path(a.rest[i]);
        file_entry const* const e = files.find(source);
        if (!e) {
            code = r.complain("cannot stat '" + a.rest[i] + "': No such file or directory");
            continue;
        }
        if (r.words[0] == "cp" && e->is_directory() && !deep) {
            code = r.complain("-r not specified; omitting directory '" + a.rest[i] + "'");
            continue;
        }
        r.s.charge(files.entry_count());
        std::string const to = into ? target + '/' + std::string(file_name(source)) : target;
        try {
            if (r.words[0] == "mv") {
                files.move(source, to);
            } else {
                r.s.charge(files.bytes());
                files.copy(files, source, to, r.s.now());
            }
        } catch (file_error const& error) {
            code = r.complain("'" + a.rest[i] + "': " + error.what());
        }
    }
    return code;
}

int name_part(run_of& r)
{
    if (r.words.size() < 2) return r.complain("missing operand");
    std::string_view const path = r.words[1];
    if (r.words[0] == "basename") {
        r.out(std::string(file_name(path)) + '\n');
    } else {
        std::string_view const parent = parent_path(path);
        r.out((parent.empty() ? "." : std::string(parent)) + '\n');
    }
    return 0;
}

constexpr std::array programs = std::to_array<named_program>({
    {"basename", name_part},
    {"cp", copy_or_move},
    {"dirname", name_part},
    {"ls", ls},
    {"mkdir", mkdir},
    {"mv", copy_or_move},
    {"pwd",
     [](run_of& r) {
         r.out(r.s.directory() + '\n');
         return 0;
     }},
    {"rm", rm},
    {"touch", touch},
});

}  // namespace

std::span<named_program const> file_programs() { return programs; }

}  // namespace cohub::inline abi_0_2::fake
