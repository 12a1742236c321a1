# .deb and .tar.gz: `script/package`, or by hand the target package_files and then cpack.
# Everything is staged in build/.../package as it will be installed; cpack only packs.
find_program(LLMR_GZIP gzip)
find_program(LLMR_STRIP strip)
find_package(Python3 COMPONENTS Interpreter)
set(LLMR_MAINTAINER "llm-router maintainers <maintainers@llm-router.invalid>")
set(stage ${CMAKE_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${stage})

# The same objects, with archives instead of shared libraries where Debian has them, and the rest
# looked for beside the program.
add_executable(llm-router-portable EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/daemon/main.cpp)
target_link_libraries(llm-router-portable PRIVATE llmr_daemon llmr_options)
if(TARGET PkgConfig::jemalloc)
  target_sources(llm-router-portable PRIVATE ${CMAKE_SOURCE_DIR}/daemon/allocator.cpp)
  target_link_libraries(llm-router-portable PRIVATE PkgConfig::jemalloc)
endif()
set_target_properties(
  llm-router-portable
  PROPERTIES RULE_LAUNCH_LINK
             "${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/packaging/portable/link.py --"
             BUILD_RPATH "$ORIGIN/../lib/llm-router")
# DT_RPATH, which libraries beside the program inherit when they look for each other.
target_link_options(llm-router-portable PRIVATE -Wl,--disable-new-dtags)

# llmr_stage(<file> COMMAND ... DEPENDS ...): makes one file of the stage. The command's output is
# the file if it has none of its own.
set(staged "")
macro(llmr_stage name)
  add_custom_command(OUTPUT ${stage}/${name} ${ARGN} VERBATIM)
  list(APPEND staged ${stage}/${name})
endmacro()
set(router $<TARGET_FILE:llm-router>)
llmr_stage(llm-router COMMAND ${LLMR_STRIP} -o ${stage}/llm-router ${router} DEPENDS llm-router)
llmr_stage(llm-router.1 COMMAND ${router} man llm-router > ${stage}/llm-router.1
           DEPENDS llm-router)
llmr_stage(llm-router.env.5 COMMAND ${router} man llm-router.env > ${stage}/llm-router.env.5
           DEPENDS llm-router)
llmr_stage(llm-router.env COMMAND ${router} print-config --template > ${stage}/llm-router.env
           DEPENDS llm-router)
foreach(shell bash zsh fish)
  llmr_stage(completion.${shell} COMMAND ${router} completion ${shell} >
             ${stage}/completion.${shell} DEPENDS llm-router)
endforeach()
foreach(page llm-router.1 llm-router.env.5)
  llmr_stage(${page}.gz COMMAND ${LLMR_GZIP} -9nkf ${stage}/${page} DEPENDS ${stage}/${page})
endforeach()
llmr_stage(changelog.gz COMMAND ${LLMR_GZIP} -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md >
           ${stage}/changelog.gz DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
add_custom_target(package_files DEPENDS ${staged})

add_custom_command(
  OUTPUT ${stage}/portable/llm-router
  COMMAND ${CMAKE_COMMAND} -E make_directory ${stage}/portable
  COMMAND ${LLMR_STRIP} -o ${stage}/portable/llm-router $<TARGET_FILE:llm-router-portable>
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/packaging/portable/bundle.py
          $<TARGET_FILE:llm-router-portable> ${stage}/portable ${LLMR_CHART_JS}
  DEPENDS llm-router-portable ${CMAKE_SOURCE_DIR}/packaging/portable/bundle.py
  VERBATIM)
add_custom_target(portable_files DEPENDS ${stage}/portable/llm-router)
add_dependencies(portable_files package_files)

# What stands in both, from folder ${root} on; ${docs} is a folder for what is to be read.
macro(llmr_install_pages root)
  install(FILES ${stage}/llm-router.1.gz DESTINATION ${root}share/man/man1 ${ARGN})
  install(FILES ${stage}/llm-router.env.5.gz DESTINATION ${root}share/man/man5 ${ARGN})
  install(FILES ${stage}/completion.bash DESTINATION ${root}share/bash-completion/completions
          RENAME llm-router ${ARGN})
  install(FILES ${stage}/completion.fish DESTINATION ${root}share/fish/vendor_completions.d
          RENAME llm-router.fish ${ARGN})
endmacro()

# Debian. The version's second part counts packagings of the same program.
set(CPACK_DEB_VERSION ${PROJECT_VERSION}-1)
execute_process(COMMAND date -R -u -d ${LLMR_RELEASE_DATE} OUTPUT_VARIABLE LLMR_RELEASE_RFC2822
                OUTPUT_STRIP_TRAILING_WHITESPACE)
configure_file(packaging/deb/changelog.in ${stage}/changelog.Debian @ONLY)
if(LLMR_GZIP)
  execute_process(COMMAND ${LLMR_GZIP} -9nkf ${stage}/changelog.Debian)
endif()
set(deb COMPONENT deb EXCLUDE_FROM_ALL)
set(units lib/systemd/system)
install(PROGRAMS ${stage}/llm-router DESTINATION usr/bin ${deb})
llmr_install_pages(usr/ ${deb})
install(FILES ${stage}/completion.zsh DESTINATION usr/share/zsh/vendor-completions
        RENAME _llm-router ${deb})
install(FILES systemd/llm-router.service systemd/llm-router.socket DESTINATION ${units} ${deb})
install(FILES systemd/llm-router.sysusers DESTINATION usr/lib/sysusers.d RENAME llm-router.conf
        ${deb})
install(FILES systemd/llm-router.tmpfiles DESTINATION usr/lib/tmpfiles.d RENAME llm-router.conf
        ${deb})
install(FILES ${stage}/llm-router.env DESTINATION etc/llm-router
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ ${deb})
install(FILES README.md packaging/deb/copyright ${stage}/changelog.gz
              ${stage}/changelog.Debian.gz DESTINATION usr/share/doc/llm-router ${deb})
install(DIRECTORY docs DESTINATION usr/share/doc/llm-router ${deb} FILES_MATCHING PATTERN "*.md")
install(FILES packaging/deb/lintian-overrides DESTINATION usr/share/lintian/overrides
        RENAME llm-router ${deb})

# Any Linux.
execute_process(COMMAND ldd --version OUTPUT_VARIABLE libc ERROR_QUIET)
string(REGEX MATCH "[0-9]+\\.[0-9]+" LLMR_GLIBC "${libc}")
configure_file(packaging/portable/INSTALL.md ${stage}/portable/INSTALL.md @ONLY)
set(portable COMPONENT portable EXCLUDE_FROM_ALL)
install(PROGRAMS ${stage}/portable/llm-router DESTINATION bin ${portable})
install(DIRECTORY ${stage}/portable/lib/ DESTINATION lib/llm-router ${portable})
install(DIRECTORY ${stage}/portable/licences DESTINATION . ${portable})
llmr_install_pages("" ${portable})
install(FILES ${stage}/completion.zsh DESTINATION share/zsh/site-functions RENAME _llm-router
        ${portable})
install(FILES systemd/llm-router.service systemd/llm-router.socket systemd/llm-router.sysusers
              systemd/llm-router.tmpfiles DESTINATION systemd ${portable})
install(FILES ${stage}/llm-router.env DESTINATION . ${portable})
install(FILES ${stage}/portable/INSTALL.md README.md LICENSE packaging/deb/copyright DESTINATION .
        ${portable})
install(DIRECTORY docs DESTINATION . ${portable} FILES_MATCHING PATTERN "*.md")

set(CPACK_PACKAGE_NAME llm-router)
set(CPACK_PACKAGE_VENDOR llm-router)
set(CPACK_PACKAGE_CONTACT "${LLMR_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "local-first LLM router")
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/package_kinds.cmake)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/packages)
set(CPACK_LLMR_BUILD_FOLDER ${CMAKE_BINARY_DIR})
set(CPACK_PACKAGE_FILE_NAME llm-router-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_THREADS 0)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${LLMR_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What creates the user and the folders, where systemd itself does not run as well.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "A daemon between LLM clients and their models. It speaks the APIs of OpenAI,
Ollama and Anthropic, classifies each query, answers it on local Ollama
models, and spends a bounded share on hosted ones. What every attempt cost
and how long it took is kept in an SQLite ledger.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/packaging/deb/conffiles ${CMAKE_SOURCE_DIR}/packaging/deb/postinst
    ${CMAKE_SOURCE_DIR}/packaging/deb/prerm ${CMAKE_SOURCE_DIR}/packaging/deb/postrm)
include(CPack)
