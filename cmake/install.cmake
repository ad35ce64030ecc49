# What `cmake --install` puts where; a consumer then says find_package(sidewire) and links
# sidewire::sidewire, or sidewire::client for the C++ client.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/sidewire")

set(libraries sidewire sidewire_boost)
set(programs)
set(SIDEWIRE_HAS_CLIENT OFF)
if(TARGET sidewire_client)
  list(APPEND libraries sidewire_client)
  set(SIDEWIRE_HAS_CLIENT ON)
endif()
foreach(program sidewire-program sidewire-cli)
  if(TARGET ${program})
    list(APPEND programs ${program})
  endif()
endforeach()

install(TARGETS ${libraries} EXPORT sidewire-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
if(programs)
  install(TARGETS ${programs} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(DIRECTORY include/sidewire DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(EXPORT sidewire-targets NAMESPACE sidewire:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/sidewireConfig.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/sidewireConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/sidewireConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/sidewireConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/sidewireConfigVersion.cmake" DESTINATION "${package_dir}")
