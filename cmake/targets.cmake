# Compile options shared by our own targets, and the helper that makes a folder a library.
add_library(llmr_options INTERFACE)
target_include_directories(llmr_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(llmr_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                              -Wold-style-cast -Wcast-qual -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # False alarm on the frames of asio::awaitable coroutines, whose allocator it inlines by half.
  target_compile_options(llmr_options INTERFACE -Wno-mismatched-new-delete)
else()
  # libstdc++'s own use of a deprecated function in std::stable_sort.
  target_compile_options(llmr_options INTERFACE -Wno-deprecated-declarations)
endif()
if(LLMR_SANITIZE)
  add_compile_options(-fsanitize=${LLMR_SANITIZE} -fno-sanitize-recover=undefined -g)
  add_link_options(-fsanitize=${LLMR_SANITIZE})
  if(LLMR_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Asio uses atomic_thread_fence, which GCC's TSan does not model (chriskohlhoff/asio#1193).
    add_compile_options(-Wno-tsan)
  endif()
endif()

# The headers that dominate compile times. Every file still includes what it uses: the option
# exists to prove it (-DLLMR_PRECOMPILE=OFF).
option(LLMR_PRECOMPILE "Use precompiled headers" ON)
set(LLMR_PCH_PLAIN <algorithm> <functional> <memory> <optional> <string> <string_view> <vector>
                   <simdjson.h> <fmt/format.h>)
set(LLMR_PCH_ASIO ${LLMR_PCH_PLAIN} <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
                  <boost/asio/ip/tcp.hpp> <boost/asio/redirect_error.hpp>
                  <boost/asio/use_awaitable.hpp> <boost/asio/write.hpp> <boost/beast/http.hpp>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(LLMR_PCH_OPTIONS -fpch-preprocess)  # ccache needs it
else()
  set(LLMR_PCH_OPTIONS -Xclang -fno-pch-timestamp)
endif()
function(llmr_precompile target headers)
  if(LLMR_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${${headers}})
    target_compile_options(${target} PRIVATE ${LLMR_PCH_OPTIONS})
    # What a precompiled header is made of. ccache takes this for its contents (script/test sets
    # CCACHE_PCH_EXTSUM), which differ from clone to clone.
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      set(compiled cmake_pch.hxx.gch)
    else()
      set(compiled cmake_pch.hxx.pch)
    endif()
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/${compiled}.sum
         CONTENT "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${${headers}} \
Boost ${Boost_VERSION} simdjson ${simdjson_VERSION} fmt ${fmt_VERSION} doctest ${doctest_VERSION} \
OpenSSL ${OPENSSL_VERSION}\n")
  endif()
endfunction()

# llmr_library(<folder> SOURCES a.cpp ... [LINK libs ...] [PRECOMPILE LLMR_PCH_...]): the static
# library llmr_<folder>.
function(llmr_library name)
  cmake_parse_arguments(ARG "" "PRECOMPILE" "SOURCES;LINK" ${ARGN})
  add_library(llmr_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(llmr_${name} PUBLIC ${ARG_LINK} PRIVATE llmr_options)
  if(ARG_PRECOMPILE)
    llmr_precompile(llmr_${name} ${ARG_PRECOMPILE})
  endif()
  target_include_directories(llmr_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
endfunction()
