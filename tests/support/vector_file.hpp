#pragma once

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace cohub::tests {

/// @brief The exchanges in a file of golden vectors. They live as long as the process.
///
/// Every test is a process, and every process lists all tests before it runs its own. So the file
/// is read once for all suites that use it, and the parameter of a test points into it.
inline boost::json::array const& vector_file(std::string const& path)
{
    static std::map<std::string, boost::json::value> files;
    boost::json::value& content = files[path];
    if (content.is_null()) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        if (text.str().empty()) throw std::runtime_error(path + " cannot be read");
        content = boost::json::parse(text.str());
    }
    return content.as_array();
}

}  // namespace cohub::tests
