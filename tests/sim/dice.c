#include "dice.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

/* splitmix64, which spreads a seed over the state. */
static uint64_t spread(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void dice_seed(dice *d, uint64_t seed, uint64_t stream)
{
    uint64_t x = seed;
    x = spread(&x) ^ stream;
    for (int i = 0; i < 4; i++)
        d->state[i] = spread(&x);
}

uint64_t dice_roll(dice *d)
{
    uint64_t *s = d->state, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return out;
}

double dice_unit(dice *d)
{
    return (double)(dice_roll(d) >> 11) * 0x1p-53;
}

double dice_between(dice *d, double low, double high)
{
    return low + (high - low) * dice_unit(d);
}

double dice_wait(dice *d, double mean)
{
    return -mean * log(1 - dice_unit(d));
}

bool dice_chance(dice *d, double probability)
{
    return dice_unit(d) < probability;
}

size_t dice_below(dice *d, size_t count)
{
    return (size_t)(dice_roll(d) % count);
}

/* ---- Under the core ---- */

static dice keys;

static const char *name(void)
{
    return "sim";
}

static void fill(void *const out, const size_t len)
{
    uint8_t *at = out;
    for (size_t left = len; left > 0;) {
        uint64_t word = dice_roll(&keys);
        size_t n = left < sizeof word ? left : sizeof word;
        memcpy(at, &word, n);
        at += n;
        left -= n;
    }
}

static uint32_t word(void)
{
    return (uint32_t)dice_roll(&keys);
}

static randombytes_implementation generator = {
    .implementation_name = name, .random = word, .buf = fill};

void dice_install(uint64_t seed)
{
    dice_seed(&keys, seed, 'k');
    randombytes_set_implementation(&generator);
}
