# Writes OUTPUT, the C++ source that holds the files of FOLDER. Run by cmake/console.cmake.
set(types .html "text/html; charset=utf-8" .js "text/javascript; charset=utf-8"
  .css "text/css; charset=utf-8" .svg image/svg+xml .json application/json)

set(arrays "")
set(rows "")
set(number 0)
file(GLOB_RECURSE names RELATIVE "${FOLDER}" "${FOLDER}/*")
foreach(name IN LISTS names)
  cmake_path(GET name EXTENSION LAST_ONLY extension)
  list(FIND types "${extension}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "no media type is known for the console's file ${name}")
  endif()
  math(EXPR at "${at} + 1")
  list(GET types ${at} type)
  string(REGEX REPLACE "^index\\.html$" "" path "${name}")
  file(SHA256 "${FOLDER}/${name}" digest)
  string(SUBSTRING "${digest}" 0 16 etag)
  file(READ "${FOLDER}/${name}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char file_${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"/${path}\", \"${type}\", \"\\\"${etag}\\\"\", "
    "{file_${number}, sizeof file_${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()

if(number EQUAL 0)
  set(table "constexpr std::span<const file> all{};\n")
else()
  set(table "constexpr file all[] = {\n${rows}};\n")
endif()
file(WRITE "${OUTPUT}.new" "#include \"console/files.hpp\"

namespace sidewire::console {
namespace {

${arrays}${table}
}  // namespace

std::span<const file> files() noexcept {
  return all;
}

}  // namespace sidewire::console
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
