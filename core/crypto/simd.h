/*
 * Vectors of 128 bits, for the files that are compiled with SIMD (core/CMakeLists.txt names them).
 *
 * Compilers know operators and fixed permutations on vectors; a permutation by a secret has to be
 * an instruction of the processor, because what compilers make of it otherwise goes through memory.
 */
#ifndef WAXSEAL_CRYPTO_SIMD_H
#define WAXSEAL_CRYPTO_SIMD_H

#include <stdint.h>

typedef uint8_t octets_x16 __attribute__((vector_size(16)));

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#else
#error "no instruction is known here that looks up 16 octets at a time"
#endif

/* table[index[i]] for every i; index[i] < 16. In constant time. */
static inline octets_x16 lookup(octets_x16 table, octets_x16 index)
{
#ifdef __wasm_simd128__
    return (octets_x16)wasm_i8x16_swizzle((v128_t)table, (v128_t)index);
#else
    return (octets_x16)_mm_shuffle_epi8((__m128i)table, (__m128i)index);
#endif
}

#endif
