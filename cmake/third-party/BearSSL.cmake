# The part of BearSSL that the core uses: target `bearssl`.
#
# AES-GCM, SHA-2, HMAC, the NIST curves and ECDSA, each in the constant-time implementations for
# 32- and 64-bit words (and AES-NI with PCLMUL where the processor has them). TLS, X.509, RSA, the
# table-driven AES and the implementations for 16-bit processors stay out; so does its own access to
# the system's random generator, because all randomness is libsodium's. Of the integers in 32-bit
# words, those in 31-bit words need the constant-time division.
set(source ${BEARSSL_DIR}/src)

# The nonce of ECDSA is drawn as octets and shifted into place. The shift goes over as many words as
# the value needs, so that its time tells whether the nonce's top word is zero: for P-521 that is
# one bit of each nonce. Now it goes over as many as the octets need, which is public.
# (tests/run constant-time found it and watches over it.)
set(bits2int ${source}/ec/ecdsa_i31_bits.c)
file(READ ${bits2int} text)
string(FIND "${text}" "\tbr_i31_rshift(x, sc);" at)
if(at EQUAL -1)
  message(FATAL_ERROR "BearSSL: the patch of ec/ecdsa_i31_bits.c no longer applies")
endif()
string(REPLACE "\tbr_i31_rshift(x, sc);"
  "\tx[0] = (uint32_t)(((len << 3) / 31) << 5 | ((len << 3) % 31));\n\tbr_i31_rshift(x, sc);"
  text "${text}")
file(WRITE ${bits2int} "${text}")

# See bearssl_p256.h.
if(EMSCRIPTEN OR PORTABLE)
  set(p256 ${source}/ec/ec_p256_m31.c)
  file(READ ${p256} text)
  string(FIND "${text}" "static void\np256_mul(" multiples)
  string(FIND "${text}" "static const unsigned char P256_G[]" constants)
  string(FIND "${text}" "static const unsigned char *\napi_generator(" api)
  if(multiples EQUAL -1 OR constants LESS multiples OR api LESS constants)
    message(FATAL_ERROR "BearSSL: the patch of ec/ec_p256_m31.c no longer applies")
  endif()
  math(EXPR constants_len "${api} - ${constants}")
  string(SUBSTRING "${text}" 0 ${multiples} before)
  string(SUBSTRING "${text}" ${constants} ${constants_len} constants)
  string(SUBSTRING "${text}" ${api} -1 after)
  file(WRITE ${p256} "${before}${constants}#include \"bearssl_p256.h\"\n\n${after}")
  set_property(SOURCE ${p256} APPEND PROPERTY INCLUDE_DIRECTORIES ${CMAKE_CURRENT_SOURCE_DIR})
endif()

set(files ${source}/settings.c)
foreach(folder aead codec ec hash int kdf mac rand symcipher)
  file(GLOB more ${source}/${folder}/*.c)
  list(APPEND files ${more})
endforeach()
list(FILTER files EXCLUDE REGEX "_(i15|m15|i32|i62|des|poly1305|chacha20|pwr8)[_.]|/(i15|i32|i62)_|/(des|poly1305|chacha20)_|/aes_(big|small)_|_cbc|/(ccm|eax|sysrng|pemdec|pemenc)")
list(APPEND files ${source}/int/i32_div32.c)
list(SORT files)
if(EMSCRIPTEN)
  list(REMOVE_ITEM files ${source}/hash/sha2small.c)
  list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/bearssl_sha256.c)
endif()
add_library(bearssl STATIC ${files})
target_include_directories(bearssl PRIVATE ${BEARSSL_DIR}/inc ${source})
if(EMSCRIPTEN)
  target_include_directories(bearssl PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/sodium/include)
  target_compile_definitions(bearssl PRIVATE SODIUM_STATIC=1)
endif()
target_compile_definitions(bearssl PRIVATE BR_USE_URANDOM=0 BR_USE_UNIX_TIME=0 BR_RDRAND=0)
# In the browser size counts: -O3 is for the files in which the time goes. P-256 takes half the size
# by -Os, and none of its speed is lost as long as its short loops are unrolled. GHASH in 64-bit words
# only has what is too short for vectors.
if(EMSCRIPTEN)
  set(small ${files})
  list(FILTER small EXCLUDE REGEX "/symcipher/|/(sha2big|ec_prime_i31|ccopy)|/i31_(add|sub|montmul|muladd|modpow)")
  set_property(SOURCE ${small} PROPERTY COMPILE_OPTIONS -Oz)
  set_property(SOURCE ${source}/ec/ec_p256_m31.c PROPERTY
    COMPILE_OPTIONS -Os -mllvm -unroll-threshold=700)
endif()
include(AesWide.cmake)
file(GLOB headers ${BEARSSL_DIR}/inc/*.h)
install(FILES ${headers} DESTINATION include)
