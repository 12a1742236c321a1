include(GNUInstallDirs)
install(TARGETS llm-router RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
