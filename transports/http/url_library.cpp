// Boost.URL is compiled here, from its headers.
#include <boost/url/src.hpp>
