#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// The system's error for a file. `what()` is its sentence, without code and path.
class file_error : public std::runtime_error
{
public:
    enum class kind
    {
        missing,
        is_directory,
        not_directory,
        exists,
        not_empty,
        busy,
        into_itself,
        name_too_long,
        no_space,
        loop
    };
    explicit file_error(kind k);
    kind reason() const { return kind_; }
    /// `ENOENT`
    std::string_view code() const;
    /// The sentence as Node writes it, `no such file or directory`; `what()` has the shell's.
    std::string node_text() const;

private:
    kind kind_;
};

struct file_entry
{
    enum class kind : char
    {
        file,
        directory,
        link
    };
    kind type = kind::file;
    std::string content;  ///< the target, if this is a link
    std::int64_t modified = 0;

    bool is_directory() const { return type == kind::directory; }
};

/// A project's files, in memory. Paths are absolute, or relative to the home.
class file_tree
{
public:
    static constexpr std::string_view home = "/home/user";
    /// The limits of a path in bytes and in parts, and of a tree in entries and in bytes.
    static constexpr std::size_t path_limit = 4096;
    static constexpr std::size_t part_limit = 256;
    static constexpr std::size_t entry_limit = 20'000;
    static constexpr std::size_t byte_limit = std::size_t{64} << 20;

    file_tree();

    /// Without `.`, `..` and double slashes.
    static std::string absolute(std::string_view path, std::string_view base = home);

    /// The path with all links followed. @throws file_error
    std::string real_path(std::string_view path) const;
    /// Follows links. Null when there is nothing.
    file_entry const* find(std::string_view path) const;
    /// Follows links except in the last part. Null when there is nothing.
    file_entry const* find_itself(std::string_view path) const;
    std::size_t entry_count() const { return entries_.size(); }
    /// The size of all paths and contents.
    std::size_t bytes() const { return bytes_; }
    using named_entry = std::pair<std::string const, file_entry>;
    /// The first entry behind this absolute path, in the order of paths. Null after the last one.
    /// The directories that a new tree has are left out.
    named_entry const* next(std::string_view path) const;
    /// Names in order.
    std::vector<std::string> list(std::string_view path) const;

    std::string const& read(std::string_view path) const;
    void write(std::string_view path, std::string content, std::int64_t now);
    void append(std::string_view path, std::string_view content, std::int64_t now);
    void touch(std::string_view path, std::int64_t now);
    void link(std::string_view path, std::string target, std::int64_t now);
    void make_directory(std::string_view path, std::int64_t now);
    /// Makes the directories above it, too. An existing directory is no error.
    void make_directories(std::string_view path, std::int64_t now);
    /// Removes it and everything below it. @return whether it existed
    bool remove(std::string_view path);
    /// @param to the new path itself
    void move(std::string_view from, std::string_view to);
    /// Copies `from` and everything below it from another tree.
    void copy(
        file_tree const& source, std::string_view from, std::string_view to, std::int64_t now
    );

private:
    using entries = std::map<std::string, file_entry, std::less<>>;

    std::string follow(std::string_view path, bool last, int depth) const;
    /// The place where an entry with this path would be made. @throws when there is no such place
    std::string place_for(std::string_view path, int depth = 0) const;
    /// Removes the entry that another one replaces when it is moved there.
    void make_room(std::string const& place, bool for_directory);
    entries below(std::string const& path) const;
    /// @throws file_error when the tree has no room for so much more
    void require_room(std::size_t more_entries, std::size_t more_bytes) const;
    void put(std::string const& place, file_entry entry);
    void erase(std::string const& place);

    entries entries_;  ///< by absolute path
    std::size_t bytes_ = 0;
};

/// `a/b/c` is in `a/b`, and its name is `c`.
std::string_view parent_path(std::string_view path);
std::string_view file_name(std::string_view path);

}  // namespace cohub::inline abi_0_2::fake
