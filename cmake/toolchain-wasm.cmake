# Toolchain for wasm32: Emscripten's own file, found through the emcc on the path. (`emcmake`
# does the same but passes a flag that Node 20 rejects.)
find_program(EM_CONFIG em-config)
if(NOT EM_CONFIG)
  message(FATAL_ERROR "Emscripten was not found. Run `cmake/setup wasm`, which installs it.")
endif()
# Debian's Emscripten looks for its JavaScript libraries here.
set(ENV{NODE_PATH} /usr/share/nodejs)
execute_process(COMMAND ${EM_CONFIG} EMSCRIPTEN_ROOT
  OUTPUT_VARIABLE EMSCRIPTEN_ROOT_PATH OUTPUT_STRIP_TRAILING_WHITESPACE)
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
