# Installs BUILD_DIR into a folder of its own, then configures, builds and runs the program in
# EXAMPLE_DIR against what was installed, with the same COMPILER and FLAGS.
set(prefix "${BUILD_DIR}/embed/install")
set(build "${BUILD_DIR}/embed/build")
file(REMOVE_RECURSE "${prefix}" "${build}")

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
run("${CMAKE_COMMAND}" -G Ninja -S "${EXAMPLE_DIR}" -B "${build}" -DCMAKE_BUILD_TYPE=Release
  "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}")
run("${CMAKE_COMMAND}" --build "${build}")
run("${build}/embed" --self-test)
