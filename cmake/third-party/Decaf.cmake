# The part of libdecaf that the core uses, Ed448 and X448: target `decaf`.
#
# Upstream fills templates by Python; so does this, but only those of the one curve, and without
# its C++ and tests. The field code is upstream's choice for the processor; for wasm, and with
# PORTABLE, the one in 32-bit words.
find_program(PYTHON python3)
if(NOT PYTHON)
  message(FATAL_ERROR "Building libdecaf (ciphersuites 4 and 6) takes Python 3, which was not found. "
    "Run `cmake/setup native`, which installs it, or leave the suites out: -DWAXSEAL_SUITES=\"1;2;3;5;7\".")
endif()
set(source ${DECAF_DIR}/src)
set(filled ${CMAKE_CURRENT_BINARY_DIR}/decaf)

# fill(FILE PER ITEM TEMPLATE): makes FILE, whose name is also its include guard.
function(fill file per item template)
  get_filename_component(guard ${file} NAME)
  execute_process(COMMAND ${PYTHON} ${source}/generator/template.py --per=${per} --item=${item}
      --guard=decaf/${guard} -o ${filled}/${file} ${source}/${template}
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "libdecaf: the template ${template} could not be filled")
  endif()
endfunction()

fill(include/decaf.h global global public_include/decaf.tmpl.h)
fill(include/decaf/point_255.h curve curve25519 per_curve/point.tmpl.h) # decaf.h includes it
fill(include/decaf/point_448.h curve ed448goldilocks per_curve/point.tmpl.h)
fill(include/decaf/ed448.h curve ed448goldilocks per_curve/eddsa.tmpl.h)
foreach(name common shake sha512)
  file(COPY ${source}/public_include/decaf/${name}.h DESTINATION ${filled}/include/decaf)
endforeach()
fill(c/f_field.h field p448 per_field/f_field.tmpl.h)
fill(c/f_generic.c field p448 per_field/f_generic.tmpl.c)
foreach(name decaf elligator scalar eddsa)
  fill(c/${name}.c curve ed448goldilocks per_curve/${name}.tmpl.c)
endforeach()

if(EMSCRIPTEN OR PORTABLE OR NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
  set(arch arch_32)
  # decaf/common.h would go by the processor; cmake/Dependencies.cmake says the same to its users.
  set(word_bits DECAF_WORD_BITS=32)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(arch arch_x86_64)
else()
  set(arch arch_ref64)
endif()

add_library(decaf STATIC ${source}/utils.c ${source}/shake.c ${source}/p448/f_arithmetic.c
  ${source}/p448/${arch}/f_impl.c ${source}/ed448goldilocks/decaf_tables.c ${filled}/c/f_generic.c
  ${filled}/c/decaf.c ${filled}/c/elligator.c ${filled}/c/scalar.c ${filled}/c/eddsa.c)
target_include_directories(decaf PRIVATE ${filled}/include ${filled}/c ${source}/include
  ${source}/include/${arch} ${source}/p448 ${source}/p448/${arch})
target_compile_options(decaf PRIVATE -fno-strict-aliasing)
# The header's way of saying it is clang's alone.
target_compile_definitions(decaf PRIVATE DECAF_EDDSA_NON_KEYPAIR_API_IS_DEPRECATED=0 ${word_bits})
if(EMSCRIPTEN)
  target_compile_definitions(decaf PRIVATE __linux__=1) # where <endian.h> is
endif()

install(DIRECTORY ${filled}/include/ DESTINATION include)
