# What `cmake --install` installs: the public headers, one static library, and what finds them: a CMake package
# (find_package(drift CONFIG), target drift::drift) and a pkg-config file. All paths are relative to where the files
# lie, so an installed tree may be moved. tests/package builds programs against it, both ways. With the command: its
# library (target drift::cli), the program, its manual page and the completions of three shells.
include(CMakePackageConfigHelpers)

set(drift_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/drift)
set(drift_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY include/drift DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(TARGETS drift EXPORT drift_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(DRIFT_CLI)
  install(TARGETS drift_command EXPORT drift_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(TARGETS drift_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set(made ${PROJECT_BINARY_DIR}/cli/made)
  install(FILES ${made}/drift.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${made}/drift.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME drift)
  install(FILES ${made}/_drift DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${made}/drift.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
install(EXPORT drift_targets FILE driftTargets.cmake NAMESPACE drift:: DESTINATION ${drift_package_dir})

configure_package_config_file(cmake/driftConfig.cmake.in ${PROJECT_BINARY_DIR}/driftConfig.cmake
                              INSTALL_DESTINATION ${drift_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a new minor version may change the surface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/driftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/driftConfig.cmake ${PROJECT_BINARY_DIR}/driftConfigVersion.cmake
        DESTINATION ${drift_package_dir})

# "..", "../..": from the pkg-config file up to the prefix; file(RELATIVE_PATH) wants absolute paths.
file(RELATIVE_PATH drift_prefix_from_pkgconfig /${drift_pkgconfig_dir} /)
string(REGEX REPLACE "/$" "" drift_prefix_from_pkgconfig "${drift_prefix_from_pkgconfig}")
configure_file(cmake/drift.pc.in ${PROJECT_BINARY_DIR}/drift.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/drift.pc DESTINATION ${drift_pkgconfig_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# cpack -G DEB
set(CPACK_PACKAGE_NAME drift-dynamodb)
set(CPACK_PACKAGE_VENDOR "the drift project")
set(CPACK_PACKAGE_CONTACT "the drift project <drift@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_paths.cmake)
include(CPack)
