# Every library that sidewire uses, found once. See docs/ and DESIGN for why each was chosen.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)

# Where Debian's msgpack-cxx cannot be installed beside Boost 1.81, `./dev setup` unpacks it here.
find_path(MSGPACK_INCLUDE_DIR msgpack.hpp
  HINTS "${PROJECT_SOURCE_DIR}/build/dependencies/msgpack/usr/include" REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
if(SIDEWIRE_PORTABLE)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)

# Boost's headers, the only library that public headers may include.
add_library(sidewire_boost INTERFACE)
set_target_properties(sidewire_boost PROPERTIES EXPORT_NAME boost)
target_link_libraries(sidewire_boost INTERFACE Boost::headers)
target_compile_definitions(sidewire_boost INTERFACE BOOST_ASIO_NO_DEPRECATED)

add_library(sidewire_server_dependencies INTERFACE)
target_include_directories(sidewire_server_dependencies SYSTEM INTERFACE
  "${MSGPACK_INCLUDE_DIR}" "${TOMLPLUSPLUS_INCLUDE_DIR}")
target_compile_definitions(sidewire_server_dependencies INTERFACE
  MSGPACK_NO_BOOST)

if(SIDEWIRE_PORTABLE)
  set(SIMDJSON_SOURCE_DIR "${PROJECT_SOURCE_DIR}/build/dependencies/simdjson")
  add_library(sidewire_simdjson STATIC "${SIMDJSON_SOURCE_DIR}/singleheader/simdjson.cpp")
  target_include_directories(sidewire_simdjson SYSTEM PUBLIC "${SIMDJSON_SOURCE_DIR}/singleheader")
else()
  find_package(simdjson REQUIRED)
  add_library(sidewire_simdjson INTERFACE)
  target_link_libraries(sidewire_simdjson INTERFACE simdjson::simdjson)
endif()
target_link_libraries(sidewire_server_dependencies INTERFACE
  sidewire_simdjson OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB)

# cpp-httplib is for the client and the tests; a shared library, so not for the portable sidecar.
if(NOT SIDEWIRE_PORTABLE)
  pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
  add_library(sidewire_client_dependencies INTERFACE)
  target_link_libraries(sidewire_client_dependencies INTERFACE
    sidewire_server_dependencies PkgConfig::HTTPLIB)
endif()
