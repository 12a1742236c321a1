# Everything here comes from distribution packages; script/bootstrap installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url json)
find_package(OpenSSL 3.0 REQUIRED)
find_package(simdjson REQUIRED)  # its package files accept no version but their own minor one
if(simdjson_VERSION VERSION_LESS 3.0)
  message(FATAL_ERROR "simdjson ${simdjson_VERSION} is too old: 3.0 or newer is needed")
endif()
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(SQLiteCpp 3.2 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)  # its package files carry no version
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)  # it brings no package files on Debian
pkg_check_modules(systemd REQUIRED libsystemd)  # its header; the library is loaded where needed

# Half the cost of malloc where rows are allocated on one thread and freed on another. Sanitizers
# bring an allocator of their own.
option(LLMR_JEMALLOC "Link jemalloc" ON)
if(LLMR_JEMALLOC AND NOT LLMR_SANITIZE)
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
endif()

# Beast 1.81 asserts on input that a peer can send (a last chunk whose line end comes in two packets):
# with BOOST_DISABLE_ASSERTS its parser asks for more bytes instead of aborting the daemon.
# Asio and Beast are compiled once, in this library, and only declared everywhere else.
add_library(llmr_asio STATIC cmake/asio_impl.cpp)
target_link_libraries(llmr_asio PUBLIC Boost::boost OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(
  llmr_asio
  PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
         BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_DATE_TIME
         BOOST_DISABLE_ASSERTS
         # Coroutine frames that a thread keeps for reuse: a query's are nested ten deep.
         BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
