#include "pass_through.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "json_text.hpp"
#include "outcome.hpp"
#include "print.hpp"

namespace cli {

int pass_through(std::string_view answer)
{
    json_node const all = read_tree(answer);
    auto const text_of = [&](std::string_view name) {
        auto const* const m = all.member(name);
        return m != nullptr && m->is == json_node::kind::text ? m->text() : std::string();
    };
    print(text_of("stdout"));
    std::string const errors = text_of("stderr");
    std::fwrite(errors.data(), 1, errors.size(), stderr);
    auto const* const code = all.member("exit_code");
    if (code != nullptr && code->is == json_node::kind::number) {
        long const whole = std::strtol(code->text().c_str(), nullptr, 10);
        // The system keeps 8 bits of it. A failure must not become 0.
        int const kept = static_cast<int>(whole & 0xFF);
        return kept == 0 && whole != 0 ? 255 : kept;
    }
    if (text_of("status") == "running")
        complain("the job has not ended; wait for it by --async-await");
    else
        complain("the command has no exit code: a signal ended it");
    return refused;
}

}  // namespace cli
