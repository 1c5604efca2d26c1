# BearSSL's bitsliced AES on 128-bit vectors: the header bearssl_aes_wide.h, made from aes_ct64.c and
# aes_ct64_enc.c. core/crypto/aes_wide.c includes it and says what it does with it.
#
# aes_ct64 works on eight words, one for each bit of an octet. ortho() and the S-box never look
# beyond an octet and a bit, so they stay what they are when the words become vectors of 16 octets:
# one AES state each, octet by octet. What moves octets inside a state (shift_rows() and the
# rotations of mix_columns()) is the includer's, which knows how to shuffle a vector.
set(wide "${CMAKE_CURRENT_BINARY_DIR}/bearssl_aes_wide.h")

# aes_wide_cut(NAME FROM TO): takes FROM, and what follows it up to TO, out of the text NAME.
function(aes_wide_cut name from to)
  string(FIND "${${name}}" "${from}" start)
  string(FIND "${${name}}" "${to}" end)
  if(start EQUAL -1 OR end LESS start)
    message(FATAL_ERROR "BearSSL: widening ${name} no longer applies at: ${from}")
  endif()
  string(SUBSTRING "${${name}}" 0 ${start} before)
  string(SUBSTRING "${${name}}" ${end} -1 after)
  set(${name} "${before}${after}" PARENT_SCOPE)
endfunction()

# aes_wide_replace(NAME FROM TO): replaces every match of the regular expression FROM in the text.
function(aes_wide_replace name from to)
  if(NOT "${${name}}" MATCHES "${from}")
    message(FATAL_ERROR "BearSSL: widening ${name} no longer applies at: ${from}")
  endif()
  string(REGEX REPLACE "${from}" "${to}" text "${${name}}")
  set(${name} "${text}" PARENT_SCOPE)
endfunction()

file(READ ${BEARSSL_DIR}/src/symcipher/aes_ct64.c aes_ct64)
file(READ ${BEARSSL_DIR}/src/symcipher/aes_ct64_enc.c aes_ct64_enc)
# Of the first file, what comes before the narrow words' own order of octets: S-box and ortho.
string(APPEND aes_ct64 "END")
aes_wide_cut(aes_ct64 "/* see inner.h */\nvoid\nbr_aes_ct64_interleave_in(" "END")
aes_wide_replace(aes_ct64 "END$" "")
aes_wide_cut(aes_ct64_enc "static inline void\nshift_rows(" "static inline void\nmix_columns(")
# The last round, which mixes no columns, is in the loop too: the S-box is there once.
aes_wide_replace(aes_ct64_enc "u < num_rounds;" ";")
aes_wide_replace(aes_ct64_enc "\t\tmix_columns\\(q\\);" "\t\tif (u == num_rounds)\n\t\t\tbreak;\n\t\tmix_columns(q);")
aes_wide_replace(aes_ct64_enc "\n\tbr_aes_ct64_bitslice_Sbox\\(q\\);\n\tshift_rows\\(q\\);" "")
aes_wide_replace(aes_ct64_enc "\\((q[0-7]) >> 16\\) \\| \\(q[0-7] << 48\\)" "rotr16(\\1)")
foreach(name aes_ct64 aes_ct64_enc)
  aes_wide_replace(${name} "#include \"inner.h\"\n" "")
  aes_wide_replace(${name} "\nvoid\n" "\nstatic void\n")
  aes_wide_replace(${name} "br_aes_ct64_" "aes_wide_")
  # The type of variables and parameters; masks, in casts, stay words and go over both halves.
  aes_wide_replace(${name} "uint64_t ([*a-z])" "aes_wide_bits \\1")
endforeach()
file(WRITE ${wide} "${aes_ct64}${aes_ct64_enc}")
install(FILES ${wide} DESTINATION include)
