// The non-template code of cohub, Asio and Beast, compiled once. Boost.JSON is in json.cpp.

#include <cohub/src.hpp>
