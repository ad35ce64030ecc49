#include "client/cli/near_names.hpp"

#include <doctest/doctest.h>

using sidewire::cli::near_names;
using names = std::vector<std::string>;

TEST_CASE("a mistyped name finds the one that was meant") {
  const names known{"logs.list", "logs.query", "logs.tail", "system.echo", "system.info"};
  CHECK(near_names("logs.tial", known).front() == "logs.tail");
  CHECK(near_names("System.Echo", known) == names{"system.echo"});
  CHECK(near_names("echo", known) == names{"system.echo"});
  CHECK(near_names("files.query", known) == names{"logs.query"});
}

TEST_CASE("nothing is suggested for a name that is like none") {
  CHECK(near_names("vercel.getDeployments", {"logs.list", "system.echo"}).empty());
}

TEST_CASE("at most three names are suggested, the nearest first") {
  CHECK(near_names("a.bcd", {"a.bce", "a.bcd1", "a.bxx", "a.bcf", "a.bcd"}) ==
        names{"a.bcd", "a.bcd1", "a.bce"});
}
