# libsodium without its autotools: target `sodium`.
#
# The build works on a copy of the sources, because version.h is generated among the headers and
# two SIMD bugs are cured for wasm. Upstream's include/sodium must not be on the public path (its
# files are included as <sodium/...>), hence the two include directories.
set(upstream ${SODIUM_DIR}/src/libsodium)
set(source ${CMAKE_CURRENT_BINARY_DIR}/sodium)
file(COPY ${upstream}/ DESTINATION ${source})

file(STRINGS ${SODIUM_DIR}/configure.ac version_lines REGEX "^SODIUM_LIBRARY_VERSION_M(AJOR|INOR)=")
foreach(line IN LISTS version_lines)
  string(REGEX REPLACE "^([A-Z_]+)=([0-9]+).*" "\\1;\\2" pair "${line}")
  list(POP_FRONT pair name value)
  set(${name} ${value})
endforeach()
set(VERSION ${SODIUM_VERSION})
set(SODIUM_LIBRARY_MINIMAL_DEF "")
configure_file(${source}/include/sodium/version.h.in ${source}/include/sodium/version.h @ONLY)

# SIMD is used in wasm only with the version that was checked with it (tests/run sodium).
if(EMSCRIPTEN AND SODIUM_PINNED)
  set(wasm_simd ON)
else()
  set(wasm_simd OFF)
endif()

# patch(FILE FROM TO): replaces every FROM in a file of the copy; not finding it is an error.
function(patch file from to)
  file(READ ${source}/${file} text)
  string(FIND "${text}" "${from}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "libsodium: the patch of ${file} no longer applies")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(WRITE ${source}/${file} "${text}")
endfunction()

# options(FLAGS... FILES files...): extra compile options of named files, which must exist.
function(options)
  cmake_parse_arguments(arg "" "" "FLAGS;FILES" ${ARGN})
  foreach(file IN LISTS arg_FILES)
    if(NOT EXISTS ${source}/${file})
      message(FATAL_ERROR "libsodium: there is no ${file}")
    endif()
    set_property(SOURCE ${source}/${file} APPEND PROPERTY COMPILE_OPTIONS ${arg_FLAGS})
  endforeach()
endfunction()

# Argon2's memory is wiped before it is freed: it makes guessing a passphrase cheap.
patch(crypto_pwhash/argon2/argon2.h
  "#define ARGON2_DEFAULT_FLAGS (UINT32_C(0))"
  "#define ARGON2_DEFAULT_FLAGS ARGON2_FLAG_CLEAR_MEMORY")
if(wasm_simd)
  # Upstream multiplies lanes 0 and 1 where Argon2 needs lanes 0 and 2: wrong hashes.
  patch(crypto_pwhash/argon2/blamka-round-wasm32.h
    "wasm_u64x2_extmul_low_u32x4(x, y)"
    "wasm_u64x2_extmul_low_u32x4(wasm_i32x4_shuffle(x, x, 0, 2, 0, 2), wasm_i32x4_shuffle(y, y, 0, 2, 0, 2))")
  # clang 14 may sink the splatted load below the store of the counter (v128.load64_splat), which
  # corrupts ChaCha20 from 256 octets on. The barrier keeps the value in a register.
  set(splat "        t12    = _mm_set1_epi64x(in1213)")
  patch(crypto_stream/chacha20/dolbeau/u4.h
    "${splat}" "        __asm__ volatile(\"\" : \"+r\"(in1213));\n${splat}")
  # The x86 file compiles for wasm through Emscripten's SSSE3 header, without its target pragmas.
  set(ssse3 crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c)
  patch(${ssse3} "#  pragma clang attribute push(__attribute__((target(\"sse2,ssse3\"))), apply_to = function)" "")
  patch(${ssse3} "#  pragma clang attribute pop" "")
  patch(sodium/runtime.c "return _cpu_features.has_ssse3" "return 1")
endif()

# Ed25519: the tables of the base point are made at their first use, 28 kB of what a page loads; more
# is won with them than with libsodium's own; and what is unrolled without need is not. Functions that
# are replaced get another name, and the compiler drops them.
if(EMSCRIPTEN OR PORTABLE)
  set(ed25519 crypto_core/ed25519/ref10/ed25519_ref10.c)
  file(COPY ed25519_base.h ed25519_comb.h ed25519_invert.h ed25519_muladd.h ed25519_reduce.h ed25519_verify.h
    DESTINATION ${source}/crypto_core/ed25519/ref10)
  patch(${ed25519} "void\nfe25519_invert("
    "#include \"ed25519_invert.h\"\n\nstatic void\nreplaced_invert(")
  patch(${ed25519} "void\nge25519_scalarmult_base("
    "#include \"ed25519_comb.h\"\n#include \"ed25519_verify.h\"\n\nstatic void\nreplaced_scalarmult_base(")
  patch(${ed25519} "void\nge25519_double_scalarmult_vartime("
    "static void\nreplaced_double_scalarmult_vartime(")
  set(open crypto_sign/ed25519/ref10/open.c)
  patch(${open} "    if (ge25519_frombytes_negate_vartime(&A, pk) != 0) {\n        return -1;\n    }\n" "")
  patch(${open} "    ge25519_double_scalarmult_vartime(&R, h, &A, sig + 32);\n"
    "    if (ge25519_verify_vartime(&R, h, pk, sig + 32) != 0) {\n        return -1;\n    }\n")
  set(verify "int\n_crypto_sign_ed25519_verify_detached(")
  patch(${open} "${verify}" "int ge25519_verify_vartime(ge25519_p2 *r, const unsigned char *k,
    const unsigned char *octets, const unsigned char *s);\n\n${verify}")
  set(field include/sodium/private/ed25519_ref10_fe_25_5.h)
  file(COPY ed25519_mul.h DESTINATION ${source}/include/sodium/private)
  patch(${field} "static void\nfe25519_mul("
    "#include \"private/ed25519_mul.h\"\n\nstatic void\nreplaced_mul(")
  patch(${ed25519} "void\nsc25519_muladd("
    "#include \"ed25519_muladd.h\"\n\nstatic void\nreplaced_muladd(")
  patch(${ed25519} "void\nsc25519_reduce("
    "#include \"ed25519_reduce.h\"\n\nstatic void\nreplaced_reduce(")
endif()

# BLAKE2b only begins and ends an Argon2 computation: a loop of its rounds is fast enough.
if(EMSCRIPTEN)
  set(blake2b crypto_generichash/blake2b/ref/blake2b-compress-ref.c)
  patch(${blake2b} "    ROUND(0);\n" "    for (int r = 0; r < 12; r++)\n        ROUND(r);\n")
  foreach(round RANGE 1 11)
    patch(${blake2b} "    ROUND(${round});\n" "")
  endforeach()
endif()
# SHA-2 does eight rounds at a time, not sixteen, and its eight variables stay out of memory, which
# makes up for it.
if(EMSCRIPTEN)
  foreach(sha2 "sha256 uint32_t 64" "sha512 uint64_t 80")
    separate_arguments(sha2)
    list(GET sha2 0 name)
    list(GET sha2 1 word)
    list(GET sha2 2 rounds)
    set(file crypto_hash/${name}/cp/hash_${name}_cp.c)
    math(EXPR scheduled "${rounds} - 16")
    patch(${file} "${word} S[8])\n{\n    int i;\n" "${word} unused[8])\n{\n    ${word} S[8];\n    int i;\n")
    patch(${file} "i += 16" "i += 8")
    patch(${file} "if (i == ${scheduled}) {\n            break;" "if (i >= ${scheduled}) {\n            continue;")
    foreach(round RANGE 8 15)
      patch(${file} "        RNDr(S, W, ${round}, i);\n" "")
      patch(${file} "        MSCH(W, ${round}, i);\n" "")
    endforeach()
  endforeach()
endif()
if(wasm_simd)
  # What is chosen at run time elsewhere is known here, and the other choices are left out.
  patch(crypto_pwhash/argon2/argon2-core.c
    "fill_segment = argon2_fill_segment_ref" "fill_segment = argon2_fill_segment_wasm32")
  patch(crypto_stream/chacha20/stream_chacha20.c
    "&crypto_stream_chacha20_ref_implementation" "&crypto_stream_chacha20_dolbeau_ssse3_implementation")
  # One function fills blocks: XOR with zeros is what the first pass needs.
  patch(crypto_pwhash/argon2/argon2-fill-block-wasm32.c
    "            fill_block(state, (uint8_t *) ref_block->v,\n                       (uint8_t *) curr_block->v);"
    "            memset(curr_block->v, 0, ARGON2_BLOCK_SIZE);\n            fill_block_with_xor(state, (uint8_t *) ref_block->v,\n                                (uint8_t *) curr_block->v);")
endif()

if(NOT CMAKE_C_BYTE_ORDER)
  set(CMAKE_C_BYTE_ORDER LITTLE_ENDIAN) # CMake does not probe Emscripten; wasm is little-endian
endif()

file(GLOB_RECURSE files ${source}/*.c)
list(SORT files)
add_library(sodium STATIC ${files})
target_include_directories(sodium PRIVATE ${source}/include ${source}/include/sodium)
target_compile_options(sodium PRIVATE -fno-strict-aliasing -fwrapv -fno-unroll-loops)
target_compile_definitions(sodium PRIVATE SODIUM_STATIC=1 CONFIGURED=1 _GNU_SOURCE=1
  NATIVE_${CMAKE_C_BYTE_ORDER}=1
  HAVE_INTTYPES_H=1 HAVE_STDINT_H=1 HAVE_INLINE_ASM=1 HAVE_ATOMIC_OPS=1 HAVE_C11_MEMORY_FENCES=1
  HAVE_GCC_MEMORY_FENCES=1 HAVE_SYS_PARAM_H=1 HAVE_POSIX_MEMALIGN=1 HAVE_CLOCK_GETTIME=1
  HAVE_NANOSLEEP=1 HAVE_EXPLICIT_BZERO=1)

if(EMSCRIPTEN)
  # No generator of its own: wasm/ installs one that asks the host once per request. Emscripten's
  # would cross into JavaScript once per octet.
  options(FILES randombytes/randombytes.c FLAGS -U__EMSCRIPTEN__
    -DRANDOMBYTES_CUSTOM_IMPLEMENTATION -DRANDOMBYTES_DEFAULT_IMPLEMENTATION=NULL)
else()
  target_compile_definitions(sodium PRIVATE HAVE_WEAK_SYMBOLS=1 HAVE_PTHREAD=1 HAVE_MMAP=1
    HAVE_MLOCK=1 HAVE_MADVISE=1 HAVE_MPROTECT=1 HAVE_SYS_MMAN_H=1 HAVE_SYS_RANDOM_H=1
    HAVE_GETRANDOM=1 HAVE_RAISE=1 HAVE_SYSCONF=1)
endif()

# In the browser size counts: -O3 is for the files in which the time goes.
if(EMSCRIPTEN)
  set(small ${files})
  foreach(file
      crypto_core/ed25519/ref10/ed25519_ref10
      crypto_core/hchacha20/core_hchacha20
      crypto_core/keccak1600/ref/keccak1600_ref
      crypto_hash/sha256/cp/hash_sha256_cp
      crypto_hash/sha512/cp/hash_sha512_cp
      crypto_kem/mlkem768/ref/kem_mlkem768_ref
      crypto_pwhash/argon2/argon2-fill-block-ref
      crypto_pwhash/argon2/argon2-fill-block-wasm32
      crypto_scalarmult/curve25519/ref10/x25519_ref10
      crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3
      crypto_stream/chacha20/ref/chacha20_ref)
    list(REMOVE_ITEM small ${source}/${file}.c)
  endforeach()
  set_property(SOURCE ${small} APPEND PROPERTY COMPILE_OPTIONS -Oz)
  options(FLAGS -O2 FILES crypto_core/ed25519/ref10/ed25519_ref10.c) # as fast as -O3
  options(FLAGS -mllvm -inline-threshold=100 FILES
    crypto_scalarmult/curve25519/ref10/x25519_ref10.c)
endif()

if(wasm_simd)
  options(FLAGS -msimd128 FILES
    crypto_core/ed25519/ref10/ed25519_ref10.c
    crypto_scalarmult/curve25519/ref10/x25519_ref10.c
    crypto_kem/mlkem768/ref/kem_mlkem768_ref.c
    crypto_core/keccak1600/ref/keccak1600_ref.c
    crypto_hash/sha512/cp/hash_sha512_cp.c
    crypto_pwhash/argon2/argon2-core.c
    crypto_pwhash/argon2/argon2-fill-block-wasm32.c)
  options(FLAGS -msimd128 -mssse3 -DHAVE_EMMINTRIN_H=1 -DHAVE_TMMINTRIN_H=1 FILES
    crypto_stream/chacha20/stream_chacha20.c
    crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c)
endif()

if(NOT EMSCRIPTEN AND NOT PORTABLE)
  if(CMAKE_SIZEOF_VOID_P EQUAL 8)
    target_compile_definitions(sodium PRIVATE HAVE_TI_MODE=1) # 128-bit products: fe_51
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    # Each of these files names its own instruction set and is chosen at run time.
    target_compile_definitions(sodium PRIVATE HAVE_CPUID=1 HAVE_MMINTRIN_H=1 HAVE_EMMINTRIN_H=1
      HAVE_PMMINTRIN_H=1 HAVE_TMMINTRIN_H=1 HAVE_SMMINTRIN_H=1 HAVE_AVXINTRIN_H=1
      HAVE_AVX2INTRIN_H=1 HAVE_AVX512FINTRIN_H=1 HAVE_WMMINTRIN_H=1 HAVE_AVX_ASM=1)
    enable_language(ASM)
    target_sources(sodium PRIVATE ${source}/crypto_scalarmult/curve25519/sandy2x/sandy2x.S)
  endif()
endif()

install(FILES ${source}/include/sodium.h DESTINATION include)
install(DIRECTORY ${source}/include/sodium DESTINATION include FILES_MATCHING PATTERN "*.h"
  PATTERN private EXCLUDE)
