/* s = (a * b + c) mod l, for signatures: products of 32-bit limbs in a loop, and libsodium's own
 * reduction of 64 octets. Libsodium.cmake includes this file in ed25519_ref10.c in place of the
 * unrolled function, which takes 2 kB of what a page loads. In constant time: the loops are fixed.
 */
void sc25519_muladd(unsigned char s[32], const unsigned char a[32], const unsigned char b[32],
                    const unsigned char c[32])
{
    uint32_t product[16] = {0};
    unsigned char octets[64];
    for (int i = 0; i < 8; i++)
        product[i] = (uint32_t)load_4(c + 4 * i);
    for (int i = 0; i < 8; i++) {
        uint64_t sum = 0;
        for (int j = 0; j < 8; j++) {
            sum += load_4(a + 4 * i) * load_4(b + 4 * j) + product[i + j];
            product[i + j] = (uint32_t)sum;
            sum >>= 32;
        }
        product[i + 8] = (uint32_t)sum;
    }
    for (int i = 0; i < 16; i++)
        STORE32_LE(octets + 4 * i, product[i]);
    sc25519_reduce(octets);
    memcpy(s, octets, 32);
    sodium_memzero(product, sizeof product);
    sodium_memzero(octets, sizeof octets);
}
