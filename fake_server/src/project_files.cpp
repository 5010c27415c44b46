#include "project_files.hpp"

#include <cctype>
#include <utility>

#include "text.hpp"

namespace cohub::fake {

namespace {

struct description
{
    std::string_view code, text;
};

description describe(file_error::kind k)
{
    using kind = file_error::kind;
    switch (k) {
        case kind::missing:
            return {"ENOENT", "No such file or directory"};
        case kind::is_directory:
            return {"EISDIR", "Is a directory"};
        case kind::not_directory:
            return {"ENOTDIR", "Not a directory"};
        case kind::exists:
            return {"EEXIST", "File exists"};
        case kind::not_empty:
            return {"ENOTEMPTY", "Directory not empty"};
        case kind::loop:
            break;
    }
    return {"ELOOP", "Too many levels of symbolic links"};
}

}  // namespace

file_error::file_error(kind k) : std::runtime_error(std::string(describe(k).text)), kind_(k) {}

std::string_view file_error::code() const { return describe(kind_).code; }

std::string file_error::node_text() const
{
    switch (kind_) {
        case kind::is_directory:
            return "illegal operation on a directory";
        case kind::exists:
            return "file already exists";
        case kind::loop:
            return "too many symbolic links encountered";
        default: {
            std::string text = what();
            text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
            return text;
        }
    }
}

std::string_view parent_path(std::string_view path)
{
    auto const slash = path.rfind('/');
    if (slash == path.npos) return {};
    return path.substr(0, slash == 0 ? 1 : slash);
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

file_tree::file_tree()
{
    for (char const* path : {"/", "/home", "/home/user", "/tmp"}) {
        entries_[path].type = file_entry::kind::directory;
    }
}

std::string file_tree::absolute(std::string_view path, std::string_view base)
{
    std::string const whole =
        path.starts_with('/') ? std::string(path) : std::string(base) + '/' + std::string(path);
    std::vector<std::string_view> parts;
    for (std::string_view const part : split(whole, "/")) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string out;
    for (std::string_view const part : parts) out.append("/").append(part);
    return out.empty() ? "/" : out;
}

std::string file_tree::follow(std::string_view path, bool last, int depth) const
{
    if (depth > 40) throw file_error(file_error::kind::loop);
    std::string done;
    std::string const whole = absolute(path);
    auto const parts = split(whole, "/");
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i].empty()) continue;
        std::string const next = done + '/' + std::string(parts[i]);
        bool const at_end = i + 1 == parts.size();
        auto const at = entries_.find(next);
        if (at == entries_.end()) throw file_error(file_error::kind::missing);
        if (at->second.type == file_entry::kind::link && (last || !at_end)) {
            std::string const base = done.empty() ? "/" : done;
            done = follow(absolute(at->second.content, base), true, depth + 1);
        } else {
            done = next;
        }
        if (!at_end && !entries_.at(done).is_directory()) {
            throw file_error(file_error::kind::not_directory);
        }
        if (done == "/") done.clear();
    }
    return done.empty() ? "/" : done;
}

std::string file_tree::real_path(std::string_view path) const { return follow(path, true, 0); }

file_entry const* file_tree::find(std::string_view path) const
{
    try {
        return &entries_.at(follow(path, true, 0));
    } catch (file_error const&) {
        return nullptr;
    }
}

file_entry const* file_tree::find_itself(std::string_view path) const
{
    try {
        return &entries_.at(follow(path, false, 0));
    } catch (file_error const&) {
        return nullptr;
    }
}

std::vector<std::string> file_tree::list(std::string_view path) const
{
    std::string const dir = real_path(path);
    if (!entries_.at(dir).is_directory()) throw file_error(file_error::kind::not_directory);
    std::string const prefix = dir == "/" ? dir : dir + '/';
    std::vector<std::string> out;
    for (auto at = entries_.upper_bound(prefix); at != entries_.end(); ++at) {
        if (!at->first.starts_with(prefix)) break;
        std::string_view const rest = std::string_view(at->first).substr(prefix.size());
        if (rest.find('/') == rest.npos) out.emplace_back(rest);
    }
    return out;
}

std::string const& file_tree::read(std::string_view path) const
{
    file_entry const& e = entries_.at(real_path(path));
    if (e.is_directory()) throw file_error(file_error::kind::is_directory);
    return e.content;
}

std::string file_tree::place_for(std::string_view path, int depth) const
{
    if (depth > 40) throw file_error(file_error::kind::loop);
    std::string const whole = absolute(path);
    // A link is written through, also one whose target is yet to be made.
    if (file_entry const* const e = find_itself(whole)) {
        if (e->type != file_entry::kind::link) return follow(whole, false, 0);
        std::string const itself = follow(whole, false, 0);
        if (find(whole)) return real_path(whole);
        return place_for(absolute(e->content, parent_path(itself)), depth + 1);
    }
    std::string const parent = real_path(parent_path(whole));
    if (!entries_.at(parent).is_directory()) throw file_error(file_error::kind::not_directory);
    return (parent == "/" ? "" : parent) + '/' + std::string(file_name(whole));
}

void file_tree::write(std::string_view path, std::string content, std::int64_t now)
{
    file_entry& e = entries_[place_for(path)];
    if (e.is_directory()) throw file_error(file_error::kind::is_directory);
    e.content = std::move(content);
    e.modified = now;
}

void file_tree::append(std::string_view path, std::string_view content, std::int64_t now)
{
    file_entry const* const before = find(path);
    if (before && before->is_directory()) throw file_error(file_error::kind::is_directory);
    std::string whole = before ? before->content : std::string();
    write(path, whole.append(content), now);
}

void file_tree::touch(std::string_view path, std::int64_t now)
{
    entries_[place_for(path)].modified = now;
}

void file_tree::link(std::string_view path, std::string target, std::int64_t now)
{
    if (find_itself(path)) throw file_error(file_error::kind::exists);
    entries_[place_for(path)] = {file_entry::kind::link, std::move(target), now};
}

void file_tree::make_directory(std::string_view path, std::int64_t now)
{
    if (find_itself(path)) throw file_error(file_error::kind::exists);
    entries_[place_for(path)] = {file_entry::kind::directory, {}, now};
}

void file_tree::make_directories(std::string_view path, std::int64_t now)
{
    std::string const whole = absolute(path);
    if (whole == "/") return;
    if (file_entry const* const e = find(whole)) {
        if (!e->is_directory()) throw file_error(file_error::kind::exists);
        return;
    }
    make_directories(parent_path(whole), now);
    make_directory(whole, now);
}

file_tree::entries file_tree::below(std::string const& path) const
{
    entries out;
    out.insert(*entries_.find(path));
    std::string const prefix = path + '/';
    for (auto at = entries_.upper_bound(prefix); at != entries_.end(); ++at) {
        if (!at->first.starts_with(prefix)) break;
        out.insert(*at);
    }
    return out;
}

bool file_tree::remove(std::string_view path)
{
    if (!find_itself(path)) return false;
    std::string const whole = follow(path, false, 0);
    if (whole == "/" || whole == home) throw file_error(file_error::kind::not_empty);
    for (auto const& [name, entry] : below(whole)) entries_.erase(name);
    return true;
}

void file_tree::make_room(std::string const& place, bool for_directory)
{
    auto const at = entries_.find(place);
    if (at == entries_.end()) return;
    if (at->second.is_directory()) {
        if (!for_directory) throw file_error(file_error::kind::is_directory);
        if (below(place).size() > 1) throw file_error(file_error::kind::not_empty);
    } else if (for_directory) {
        throw file_error(file_error::kind::not_directory);
    }
    entries_.erase(at);
}

void file_tree::move(std::string_view from, std::string_view to)
{
    std::string const source = follow(from, false, 0);
    std::string const target = absolute(to);
    if (source == target) return;
    if (target.starts_with(source + '/')) throw file_error(file_error::kind::not_empty);
    std::string const place = place_for(target);
    make_room(place, entries_.at(source).is_directory());
    entries const moved = below(source);
    for (auto const& [name, entry] : moved) entries_.erase(name);
    for (auto const& [name, entry] : moved) entries_[place + name.substr(source.size())] = entry;
}

void file_tree::copy(
    file_tree const& source, std::string_view from, std::string_view to, std::int64_t now
)
{
    std::string const origin = source.real_path(from);
    std::string const target = absolute(to);
    entries const copied = source.below(origin);
    make_directories(parent_path(target), now);
    std::string const place = place_for(target);
    file_entry const* const there = find_itself(place);
    if (there && there->is_directory() != copied.begin()->second.is_directory()) {
        throw file_error(file_error::kind::exists);
    }
    for (auto const& [name, entry] : copied) {
        entries_[place + name.substr(origin.size())] = entry;
    }
}

}  // namespace cohub::fake
