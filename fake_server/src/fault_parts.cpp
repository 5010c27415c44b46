#include "fault_parts.hpp"

#include <boost/json/value.hpp>

#include <charconv>
#include <stdexcept>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake::detail {

void refuse_fault(std::string const& what) { throw std::invalid_argument(what); }

std::size_t fault_number(std::string_view word, std::string_view value)
{
    std::size_t n = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size() || value.empty()) {
        refuse_fault(
            "'" + std::string(word) + "' needs a whole number, not '" + std::string(value) + "'"
        );
    }
    return n;
}

int fault_status(std::size_t n)
{
    if (n < 100 || n > 999) refuse_fault("a status has three digits, not " + std::to_string(n));
    return static_cast<int>(n);
}

std::chrono::milliseconds fault_milliseconds(
    std::string_view word, std::size_t n, std::int64_t unit
)
{
    constexpr std::int64_t most = std::int64_t{366} * 24 * 60 * 60 * 1000;
    if (n > static_cast<std::size_t>(most / unit)) {
        refuse_fault("'" + std::string(word) + "' is a year at most");
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(n) * unit);
}

fault_time fault_range(
    std::string_view word, std::chrono::milliseconds least, std::chrono::milliseconds most
)
{
    if (least > most) {
        refuse_fault("'" + std::string(word) + "' needs a range that begins before its end");
    }
    return {least, most};
}

double fault_chance(double p)
{
    if (!(p > 0 && p <= 1)) refuse_fault("'chance' needs a number above 0, 1 at most, say 0.25");
    return p;
}

void set_fault_end(fault& f, bool reset, std::string_view word, std::string_view value)
{
    f.end_is_reset = reset;
    if (value.empty() || value == "before") {
        f.end = fault::place::before;
    } else if (value == "after" && !reset) {
        f.end = fault::place::after;
    } else {
        f.end = fault::place::after_bytes;
        f.end_bytes = fault_number(word, value);
    }
}

void set_drip(fault& f, std::size_t bytes, std::chrono::milliseconds every)
{
    if (bytes == 0) refuse_fault("'drip' begins at 1 byte");
    f.drip_bytes = bytes;
    f.drip_every = every;
}

std::string fault_error_answer(std::string_view text)
{
    std::string out = "{\"error\":";
    append_json_string(out, text);
    return out + "}";
}

boost::json::array fault_args(std::string_view word, boost::json::value const& v)
{
    if (!v.is_array()) {
        refuse_fault(
            "'" + std::string(word) + "' needs a list of arguments, such as [{\"query\":\"ada\"}]"
        );
    }
    return v.get_array();
}

std::string in_fault_quotes(std::string_view s)
{
    std::string out = "\"";
    for (char const c : s) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace cohub::inline abi_0_2::fake::detail
