# A folder's sources compile as one unit where a preset says so: what they all instantiate is compiled
# once, which halves the time of a clean build again. Their private names therefore differ within a
# folder. The preset `dev` compiles each file alone.
option(SIDEWIRE_UNITY "Compile each folder's sources as one unit" OFF)

function(sidewire_unite target)
  if(NOT SIDEWIRE_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC takes the private names of an included file for a header's.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
