#include "project_files.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

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
        case kind::busy:
            return {"EBUSY", "Device or resource busy"};
        case kind::into_itself:
            return {"EINVAL", "Invalid argument"};
        case kind::name_too_long:
            return {"ENAMETOOLONG", "File name too long"};
        case kind::no_space:
            return {"ENOSPC", "No space left on device"};
        case kind::loop:
            break;
    }
    return {"ELOOP", "Too many levels of symbolic links"};
}

constexpr std::string_view initial_directories[] = {"/", "/home", file_tree::home, "/tmp"};

// The home and the directories above it cannot be removed.
bool is_fixed(std::string_view path)
{
    constexpr std::string_view home = file_tree::home;
    return path == "/" || path == home ||
           (home.starts_with(path) && home.substr(path.size()).starts_with('/'));
}

// The path as the prefix of everything in it.
std::string inside_of(std::string const& path) { return path == "/" ? path : path + '/'; }

// The new path of `name`, which is `from` or below it, after a move of `from` to `to`.
std::string carried(std::string const& name, std::string const& from, std::string const& to)
{
    if (name == from) return to;
    return inside_of(to) + name.substr(inside_of(from).size());
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
        case kind::busy:
            return "resource busy or locked";
        case kind::name_too_long:
            return "name too long";
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
    for (std::string_view const path : initial_directories) {
        put(std::string(path), {file_entry::kind::directory, {}, 0});
    }
}

file_tree::named_entry const* file_tree::next(std::string_view path) const
{
    auto const is_initial = [](named_entry const& e) {
        return e.second.is_directory() &&
               std::find(std::begin(initial_directories), std::end(initial_directories), e.first) !=
                   std::end(initial_directories);
    };
    auto const at = std::find_if_not(entries_.upper_bound(path), entries_.end(), is_initial);
    return at == entries_.end() ? nullptr : &*at;
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
    if (whole.size() > path_limit) throw file_error(file_error::kind::name_too_long);
    auto const parts = split(whole, "/");
    if (parts.size() > part_limit) throw file_error(file_error::kind::name_too_long);
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
    std::string const prefix = inside_of(dir);
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
    if (whole.size() > path_limit || split(whole, "/").size() > part_limit) {
        throw file_error(file_error::kind::name_too_long);
    }
    // Writing through a link writes its target, which may not exist yet.
    if (file_entry const* const e = find_itself(whole)) {
        if (e->type != file_entry::kind::link) return follow(whole, false, 0);
        std::string const itself = follow(whole, false, 0);
        if (find(whole)) return real_path(whole);
        return place_for(absolute(e->content, parent_path(itself)), depth + 1);
    }
    std::string const parent = real_path(parent_path(whole));
    if (!entries_.at(parent).is_directory()) throw file_error(file_error::kind::not_directory);
    std::string const place = inside_of(parent) + std::string(file_name(whole));
    if (place.size() > path_limit || split(place, "/").size() > part_limit) {
        throw file_error(file_error::kind::name_too_long);
    }
    return place;
}

void file_tree::require_room(std::size_t more_entries, std::size_t more_bytes) const
{
    if (entries_.size() + more_entries > entry_limit || more_bytes > byte_limit ||
        bytes_ > byte_limit - more_bytes) {
        throw file_error(file_error::kind::no_space);
    }
}

void file_tree::put(std::string const& place, file_entry entry)
{
    auto const at = entries_.find(place);
    std::size_t const before = at == entries_.end() ? 0 : place.size() + at->second.content.size();
    std::size_t const after = place.size() + entry.content.size();
    require_room(at == entries_.end() ? 1 : 0, after > before ? after - before : 0);
    bytes_ += after - before;
    entries_[place] = std::move(entry);
}

void file_tree::erase(std::string const& place)
{
    auto const at = entries_.find(place);
    bytes_ -= place.size() + at->second.content.size();
    entries_.erase(at);
}

void file_tree::write(std::string_view path, std::string content, std::int64_t now)
{
    std::string const place = place_for(path);
    auto const at = entries_.find(place);
    if (at != entries_.end() && at->second.is_directory()) {
        throw file_error(file_error::kind::is_directory);
    }
    put(place, {file_entry::kind::file, std::move(content), now});
}

void file_tree::append(std::string_view path, std::string_view content, std::int64_t now)
{
    std::string const place = place_for(path);
    auto const at = entries_.find(place);
    if (at == entries_.end()) {
        put(place, {file_entry::kind::file, std::string(content), now});
        return;
    }
    if (at->second.is_directory()) throw file_error(file_error::kind::is_directory);
    require_room(0, content.size());
    at->second.content.append(content);
    at->second.modified = now;
    bytes_ += content.size();
}

void file_tree::touch(std::string_view path, std::int64_t now)
{
    std::string const place = place_for(path);
    auto const at = entries_.find(place);
    if (at == entries_.end()) {
        put(place, {file_entry::kind::file, {}, now});
    } else {
        at->second.modified = now;
    }
}

void file_tree::link(std::string_view path, std::string target, std::int64_t now)
{
    if (find_itself(path)) throw file_error(file_error::kind::exists);
    put(place_for(path), {file_entry::kind::link, std::move(target), now});
}

void file_tree::make_directory(std::string_view path, std::int64_t now)
{
    if (find_itself(path)) throw file_error(file_error::kind::exists);
    put(place_for(path), {file_entry::kind::directory, {}, now});
}

void file_tree::make_directories(std::string_view path, std::int64_t now)
{
    std::string const whole = absolute(path);
    if (whole.size() > path_limit) throw file_error(file_error::kind::name_too_long);
    for (std::size_t end = 0; end < whole.size();) {
        end = std::min(whole.find('/', end + 1), whole.size());
        std::string_view const part = std::string_view(whole).substr(0, end);
        file_entry const* const e = find(part);
        if (!e) {
            make_directory(part, now);
        } else if (!e->is_directory()) {
            throw file_error(
                end == whole.size() ? file_error::kind::exists : file_error::kind::not_directory
            );
        }
    }
}

file_tree::entries file_tree::below(std::string const& path) const
{
    entries out;
    out.insert(*entries_.find(path));
    std::string const prefix = inside_of(path);
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
    if (is_fixed(whole)) throw file_error(file_error::kind::busy);
    for (auto const& [name, entry] : below(whole)) erase(name);
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
    erase(place);
}

void file_tree::move(std::string_view from, std::string_view to)
{
    std::string const source = follow(from, false, 0);
    if (is_fixed(source)) throw file_error(file_error::kind::busy);
    std::string const place = place_for(to);
    if (source == place) return;
    if (place.starts_with(inside_of(source))) throw file_error(file_error::kind::into_itself);
    entries const moved = below(source);
    std::size_t bytes = 0;
    for (auto const& [name, entry] : moved) {
        std::string const there = carried(name, source, place);
        if (there.size() > path_limit || split(there, "/").size() > part_limit) {
            throw file_error(file_error::kind::name_too_long);
        }
        bytes += there.size() - std::min(there.size(), name.size());
    }
    require_room(0, bytes);
    make_room(place, entries_.at(source).is_directory());
    for (auto const& [name, entry] : moved) erase(name);
    for (auto const& [name, entry] : moved) put(carried(name, source, place), entry);
}

void file_tree::copy(
    file_tree const& source, std::string_view from, std::string_view to, std::int64_t now
)
{
    std::string const origin = source.real_path(from);
    std::string const target = absolute(to);
    bool const same_tree = &source == this;
    if (same_tree && (target + '/').starts_with(inside_of(origin))) {
        if (target == origin) return;
        throw file_error(file_error::kind::into_itself);
    }
    // The entries are taken out first, because source and target may be in the same tree.
    entries const copied = source.below(origin);
    if (target != "/") make_directories(parent_path(target), now);
    std::string const place = place_for(target);
    if (same_tree && place == origin) return;
    if (same_tree && place.starts_with(inside_of(origin))) {
        throw file_error(file_error::kind::into_itself);
    }
    std::size_t more = 0, bytes = 0;
    for (auto const& [name, entry] : copied) {
        std::string const there = carried(name, origin, place);
        if (there.size() > path_limit || split(there, "/").size() > part_limit) {
            throw file_error(file_error::kind::name_too_long);
        }
        auto const at = entries_.find(there);
        if (at == entries_.end()) {
            ++more;
        } else if (at->second.is_directory() != entry.is_directory()) {
            throw file_error(
                entry.is_directory() ? file_error::kind::not_directory
                                     : file_error::kind::is_directory
            );
        }
        bytes += there.size() + entry.content.size();
    }
    require_room(more, bytes);
    for (auto const& [name, entry] : copied) put(carried(name, origin, place), entry);
}

}  // namespace cohub::inline abi_0_2::fake
