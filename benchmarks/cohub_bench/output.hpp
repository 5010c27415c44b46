#pragma once

#include <string>
#include <string_view>

namespace bench {

/// @brief Of the descriptors 0 to 2, those that were closed when the program began get one that
/// cannot be used: else a file or a socket would take the number, and with it the report.
void occupy_standard_descriptors();

enum class stream
{
    output,
    error
};

/// @brief Writes all of it to standard output, or to standard error.
/// @throws std::runtime_error if that cannot be done: the device is full, or the output is closed
void print(std::string_view text, stream to = stream::output);

/// @brief Names of files and texts of other programs for a terminal: control characters as `\x1b`.
std::string printable(std::string_view text);

/// @brief Each byte that is not part of UTF-8 becomes U+FFFD.
std::string valid_utf8(std::string_view text);

/// @brief All that is in a file, or with `-` in standard input.
/// @param option the option that names the file, for the error's text
/// @throws usage_error if it cannot be read or has more than 64 MiB
std::string read_file(std::string const& option, std::string const& name);

/// @brief A file that is written at the end of a run, and opened before it, so that a wrong name
/// costs no run.
///
/// What the file holds stays until `write`; a file that was not there is removed if nothing is
/// written. `-` is standard output.
class output_file
{
public:
    output_file() = default;
    /// @throws usage_error if it cannot be opened for writing
    output_file(std::string const& option, std::string name);
    ~output_file();
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;

    bool is_standard_output() const { return name_ == "-"; }

    /// @brief Replaces what the file holds; to be called once.
    /// @throws std::runtime_error if that cannot be done
    void write(std::string_view text);

private:
    std::string name_;
    int descriptor_ = -1;
    bool created_ = false;
};

}  // namespace bench
