# Compile options of our own code; the libraries of others are built in cmake/third-party.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wundef -Wcast-qual -Wwrite-strings -Wpointer-arith
  -fno-common -ffunction-sections -fdata-sections
  # The result must not depend on where the clone lies.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/)

# In the browser size counts: the time goes into libsodium and BearSSL, which have -O3 where it does.
# Emscripten's -Oz forbids to inline what would become smaller by it, so that is said again; and
# structs go over as their members, not as copies in memory, which makes calls shorter. All that
# passes structs by value must agree on that; libsodium, BearSSL and cJSON pass none.
# Memory is copied and filled by the instructions for it, which whatever knows SIMD knows.
if(EMSCRIPTEN)
  add_compile_options(-Oz -mbulk-memory -finline-functions "SHELL:-mllvm -inline-threshold=0"
    "SHELL:-Xclang -target-abi -Xclang experimental-mv")
endif()

if(SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(${sanitizers})
  add_link_options(${sanitizers})
  if(FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
elseif(NOT EMSCRIPTEN)
  add_compile_options(-fstack-protector-strong)
  add_link_options(-Wl,--gc-sections)
endif()

# See core/base/constant_time.h.
if(CONSTANT_TIME)
  add_compile_definitions(WAXSEAL_CONSTANT_TIME)
endif()
