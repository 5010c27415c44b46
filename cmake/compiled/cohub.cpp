// The code of cohub, Asio and Beast that is no template, compiled once. Boost.JSON is in json.cpp.

#include <cohub/src.hpp>
