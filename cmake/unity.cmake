# A folder's sources compile a dozen at a time where a preset says so: what they all instantiate is
# compiled once. Their private names therefore differ within a folder. The preset `dev` compiles each
# file alone. See docs/decisions/sources-by-the-dozen.md.
option(SIDEWIRE_UNITY "Compile the sources of a folder together" OFF)
set(max_sources_of_unit 12)

function(sidewire_unite target)
  if(NOT SIDEWIRE_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    math(EXPR ${group}_count "${${group}_count} + 1")
    math(EXPR unit "${${group}_count} / ${max_sources_of_unit}")
    string(APPEND group "_${unit}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC takes the private names of an included file for a header's.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
