# Gives the targets sodium, bearssl, cjson and, when WAXSEAL_SUITES needs it, decaf: fetches their pinned sources (cmake/fetch-source),
# builds them for this compiler (cmake/third-party) and imports the result.
#
# Sources and built libraries live in a cache outside the clone, so that a fresh clone or a clean
# build directory starts at once: <cache>/src/TARBALL and <cache>/lib/KEY. The key covers
# everything that the result depends on: sources, recipe, compiler and options. A library folder
# appears by a rename when it is complete and is never changed afterwards; the lock keeps two
# configure runs from doing the same work twice.
#
# Sets WAXSEAL_THIRD_PARTY to the folder with include/, lib/ and licenses/.

if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(cache $ENV{XDG_CACHE_HOME}/waxseal)
else()
  set(cache $ENV{HOME}/.cache/waxseal)
endif()
set(recipe ${PROJECT_SOURCE_DIR}/cmake/third-party)

# The key.
file(GLOB recipe_files CONFIGURE_DEPENDS ${recipe}/*)
list(SORT recipe_files)
# A changed recipe makes another key, so the next build has to configure again.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe_files})
set(ingredients "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${CMAKE_C_COMPILER}"
  "${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR} portable=${PORTABLE} ${WAXSEAL_THIRD_PARTY_FLAGS}")
if(EMSCRIPTEN)
  list(APPEND ingredients "emscripten ${EMSCRIPTEN_VERSION}")
endif()
set(names libsodium bearssl cjson)
set(libraries sodium bearssl cjson)
set(titles "libsodium, BearSSL and cJSON")
if(4 IN_LIST WAXSEAL_SUITES OR 6 IN_LIST WAXSEAL_SUITES)
  list(APPEND names libdecaf)
  list(APPEND libraries decaf)
  set(titles "libsodium, BearSSL, cJSON and libdecaf")
endif()
foreach(name IN LISTS names)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/fetch-source ${name}
    OUTPUT_VARIABLE tarball_${name} OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The source of ${name} could not be fetched; the lines above say why.")
  endif()
  file(SHA256 ${tarball_${name}} hash)
  list(APPEND ingredients "${name} ${hash}")
endforeach()
foreach(file IN LISTS recipe_files)
  file(SHA256 ${file} hash)
  list(APPEND ingredients ${hash})
endforeach()
string(SHA256 key "${ingredients}")
string(SUBSTRING ${key} 0 16 key)
if(EMSCRIPTEN)
  set(key wasm32-${key})
elseif(PORTABLE)
  set(key portable-${key})
else()
  set(key native-${key})
endif()
set(WAXSEAL_THIRD_PARTY ${cache}/lib/${key} CACHE INTERNAL "")

function(waxseal_build_third_party)
  file(MAKE_DIRECTORY ${cache}/lib)
  file(LOCK ${cache}/lib/${key}.lock GUARD FUNCTION TIMEOUT 900)
  if(EXISTS ${WAXSEAL_THIRD_PARTY})
    return()
  endif()
  message(STATUS "Building ${titles} once for this compiler (10 to 60 s) ...")
  set(work ${CMAKE_BINARY_DIR}/third-party)
  file(REMOVE_RECURSE ${work})
  foreach(name IN LISTS names)
    file(ARCHIVE_EXTRACT INPUT ${tarball_${name}} DESTINATION ${work}/${name})
    # One folder inside, named by upstream; git hosts and the archive name it differently.
    file(GLOB dir_${name} ${work}/${name}/*)
  endforeach()
  file(STRINGS ${dir_libsodium}/configure.ac version REGEX "^AC_INIT")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
  file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/sources.txt pin REGEX "^libsodium ")
  set(pinned OFF)
  if(pin MATCHES "libsodium_([0-9.]+)\\.orig" AND version STREQUAL CMAKE_MATCH_1)
    set(pinned ON)
  endif()
  set(install ${cache}/lib/.${key}.partial)
  file(REMOVE_RECURSE ${install})
  set(toolchain)
  if(CMAKE_TOOLCHAIN_FILE)
    set(toolchain -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE})
  else()
    set(toolchain -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER})
  endif()
  set(log ${work}/build.log)
  foreach(step
      "-G;Ninja;-S;${recipe};-B;${work}/build;${toolchain};-DCMAKE_BUILD_TYPE=Release;-DCMAKE_C_FLAGS=${WAXSEAL_THIRD_PARTY_FLAGS};-DSODIUM_DIR=${dir_libsodium};-DBEARSSL_DIR=${dir_bearssl};-DCJSON_DIR=${dir_cjson};-DDECAF_DIR=${dir_libdecaf};-DSODIUM_VERSION=${version};-DSODIUM_PINNED=${pinned};-DPORTABLE=${PORTABLE}"
      "--build;${work}/build"
      "--install;${work}/build;--prefix;${install}")
    execute_process(COMMAND ${CMAKE_COMMAND} ${step}
      OUTPUT_FILE ${log} ERROR_FILE ${log} RESULT_VARIABLE failed)
    if(failed)
      file(READ ${log} text)
      message(FATAL_ERROR "Building ${titles} failed:\n${text}")
    endif()
  endforeach()
  file(RENAME ${install} ${WAXSEAL_THIRD_PARTY})
  file(REMOVE_RECURSE ${work})
endfunction()

if(NOT EXISTS ${WAXSEAL_THIRD_PARTY})
  waxseal_build_third_party()
endif()
message(STATUS "${titles}: ${WAXSEAL_THIRD_PARTY}")

foreach(name IN LISTS libraries)
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION ${WAXSEAL_THIRD_PARTY}/lib/lib${name}.a
    INTERFACE_INCLUDE_DIRECTORIES ${WAXSEAL_THIRD_PARTY}/include)
endforeach()
target_compile_definitions(sodium INTERFACE SODIUM_STATIC=1)
if(TARGET decaf)
  target_compile_definitions(decaf INTERFACE DECAF_EDDSA_NON_KEYPAIR_API_IS_DEPRECATED=0)
  if(EMSCRIPTEN OR PORTABLE OR NOT CMAKE_SIZEOF_VOID_P EQUAL 8) # see third-party/Decaf.cmake
    target_compile_definitions(decaf INTERFACE DECAF_WORD_BITS=32)
  endif()
endif()
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(sodium INTERFACE Threads::Threads)
endif()
