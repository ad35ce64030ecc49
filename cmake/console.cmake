# The console's page within the library: what `npm run build` in console/ has put into build/console.
# Without it `GET /` is not found; `./dev` builds it first.
set(SIDEWIRE_CONSOLE "${PROJECT_SOURCE_DIR}/build/console" CACHE PATH "The built console, if any")

# Adds the page to the library as a source that is made of the files.
function(sidewire_embed_console target)
  set(source "${CMAKE_BINARY_DIR}/console_files.cpp")
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed-console.cmake")
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${SIDEWIRE_CONSOLE}/*")
  add_custom_command(OUTPUT "${source}" VERBATIM
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${SIDEWIRE_CONSOLE}" "-DOUTPUT=${source}" -P "${script}"
    DEPENDS "${script}" ${files})
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
