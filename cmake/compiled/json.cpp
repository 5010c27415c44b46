// Boost.JSON's functions, compiled once.

#include <boost/json/src.hpp>
