#include "fedi/key_package_choice.h"

/* ---- Which are good ---- */

static bool is_new(const offered_packages *list, bytes init_key)
{
    for (size_t i = 0; i < list->count; i++)
        if (bytes_equal(list->items[i].info.init_key, init_key))
            return false;
    return true;
}

static bool is_good(offered_package *package, const published_package *found, bytes actor)
{
    bool attributed = found->attributed_to.len == 0 || bytes_equal(found->attributed_to, actor);
    return attributed && bytes_equal(package->info.identity, actor);
}

mls_err key_package_check_all(arena *a, offered_packages *out, bytes actor,
                              const published_package *found, size_t num_found, uint64_t now)
{
    offered_packages list = {.items = arena_array(a, num_found, sizeof *list.items)};
    *out = (offered_packages){0};
    if (!list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < num_found && i < OFFERED_MAX; i++) {
        offered_package package = {.actor = actor, .id = found[i].id, .octets = found[i].octets};
        if (package.octets.len == 0)
            continue;
        mls_err err = mls_key_package_check(&package.info, package.octets, now);
        if (err == MLS_ERR_NO_MEMORY)
            return err;
        if (err == MLS_OK && is_good(&package, &found[i], actor) &&
            is_new(&list, package.info.init_key))
            list.items[list.count++] = package;
    }
    *out = list;
    return MLS_OK;
}

/* ---- One for each device ---- */

static bool same_device(const offered_package *a, const offered_package *b)
{
    return bytes_equal(a->info.signature_key, b->info.signature_key);
}

/* Less than 0 when a is better than b. */
static int compare(const offered_package *a, const offered_package *b)
{
    if (a->info.last_resort != b->info.last_resort)
        return a->info.last_resort ? 1 : -1;
    if (a->info.not_before != b->info.not_before)
        return a->info.not_before > b->info.not_before ? -1 : 1;
    if (a->info.not_after != b->info.not_after)
        return a->info.not_after > b->info.not_after ? -1 : 1;
    return 0;
}

/* The best package of a device in a suite; NULL where it offers none. */
static const offered_package *best_of(const offered_packages *offers, const offered_package *device,
                                      uint16_t suite, uint32_t pick)
{
    const offered_package *best = NULL;
    uint32_t num_equal = 0;
    for (size_t i = 0; i < offers->count; i++) {
        const offered_package *p = &offers->items[i];
        if (p->info.suite != suite || !same_device(p, device))
            continue;
        int order = best ? compare(p, best) : -1;
        if (order < 0) {
            best = p;
            num_equal = 0;
        }
        num_equal += order <= 0;
    }
    uint32_t skip = num_equal ? pick % num_equal : 0;
    for (size_t i = 0; best && i < offers->count; i++) {
        const offered_package *p = &offers->items[i];
        if (p->info.suite == suite && same_device(p, device) && compare(p, best) == 0 &&
            skip-- == 0)
            return p;
    }
    return best;
}

static bool is_first_of_device(const offered_packages *offers, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_device(&offers->items[i], &offers->items[index]))
            return false;
    return true;
}

/* Fills in what each device has in a suite, and returns how many devices there are. */
static size_t choose_in(key_package_choice *out, const offered_packages *offers, uint16_t suite,
                        uint32_t pick)
{
    size_t num_devices = 0;
    out->suite = suite;
    out->count = 0;
    for (size_t i = 0; i < offers->count; i++) {
        if (!is_first_of_device(offers, i))
            continue;
        const offered_package *best = best_of(offers, &offers->items[i], suite, pick);
        num_devices++;
        if (best)
            out->items[out->count++] = best;
    }
    return num_devices;
}

/* An actor for whom nothing was chosen; empty when all are reached. */
static bytes find_lacking(const key_package_choice *choice, const bytes *actors, size_t num_actors)
{
    for (size_t i = 0; i < num_actors; i++) {
        bool reached = false;
        for (size_t j = 0; j < choice->count; j++)
            reached = reached || bytes_equal(choice->items[j]->actor, actors[i]);
        if (!reached)
            return actors[i];
    }
    return (bytes){0};
}

mls_err key_package_choose(arena *a, key_package_choice *out, const offered_packages *offers,
                           const bytes *actors, size_t num_actors, const uint16_t *suites,
                           size_t num_suites, uint32_t pick)
{
    key_package_choice choice = {.items = arena_array(a, offers->count, sizeof *choice.items)};
    uint16_t fallback = 0;
    *out = (key_package_choice){0};
    if (!choice.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < num_suites; i++) {
        size_t num_devices = choose_in(&choice, offers, suites[i], pick);
        bytes lacking = find_lacking(&choice, actors, num_actors);
        if (lacking.len == 0 && choice.count == num_devices) {
            *out = choice;
            return MLS_OK;
        }
        if (lacking.len == 0 && fallback == 0)
            fallback = suites[i];
        if (i == 0)
            out->lacking = lacking;
    }
    if (fallback == 0)
        return MLS_ERR_NO_KEY_PACKAGES;
    choose_in(&choice, offers, fallback, pick);
    *out = choice;
    return MLS_OK;
}
