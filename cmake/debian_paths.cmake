# What cpack runs before it makes the Debian package: Debian's zsh looks for the completions of packages in a folder of
# its own, and not in zsh/site-functions, where `cmake --install` puts them.
set(zsh ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share/zsh)
if(CPACK_GENERATOR STREQUAL "DEB" AND EXISTS ${zsh}/site-functions/_drift)
  file(MAKE_DIRECTORY ${zsh}/vendor-completions)
  file(RENAME ${zsh}/site-functions/_drift ${zsh}/vendor-completions/_drift)
  file(REMOVE_RECURSE ${zsh}/site-functions)
endif()
