# The part of BearSSL that the core uses: target `bearssl`.
#
# AES-GCM, SHA-2, HMAC, the NIST curves and ECDSA, each in the constant-time implementations for
# 32- and 64-bit words (and AES-NI with PCLMUL where the processor has them). TLS, X.509, RSA, the
# table-driven AES and the implementations for 16-bit processors stay out; so does its own access to
# the system's random generator, because all randomness is libsodium's. Of the integers in 32-bit
# words, those in 31-bit words need the constant-time division.
set(source ${BEARSSL_DIR}/src)
set(files ${source}/settings.c)
foreach(folder aead codec ec hash int kdf mac rand symcipher)
  file(GLOB more ${source}/${folder}/*.c)
  list(APPEND files ${more})
endforeach()
list(FILTER files EXCLUDE REGEX "_(i15|m15|i32|i62|des|poly1305|chacha20|pwr8)[_.]|/(i15|i32|i62)_|/(des|poly1305|chacha20)_|/aes_(big|small)_|_cbc|/(ccm|eax|sysrng|pemdec|pemenc)")
list(APPEND files ${source}/int/i32_div32.c)
list(SORT files)
add_library(bearssl STATIC ${files})
target_include_directories(bearssl PRIVATE ${BEARSSL_DIR}/inc ${source})
target_compile_definitions(bearssl PRIVATE BR_USE_URANDOM=0 BR_USE_UNIX_TIME=0 BR_RDRAND=0)
file(GLOB headers ${BEARSSL_DIR}/inc/*.h)
install(FILES ${headers} DESTINATION include)
