/* Groups that follow from groups: each device keeps the one before while it goes over to the new.
 */
#ifndef WAXSEAL_TESTS_FAMILY_H
#define WAXSEAL_TESTS_FAMILY_H

#include "world.h"

typedef struct family {
    world *w;
    mls_group *parents[DEVICES_MAX]; /* of A, B, C, ... */
} family;

mls_group *parent_of(const family *f, const device *d);

/* cmocka's setup and teardown: *state is a family, whose world has suite 1 or 3. */
int family_setup_1(void **state);
int family_setup_3(void **state);
int family_teardown(void **state);

#define family_test(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, family_setup_1, family_teardown),                    \
    {                                                                                              \
#function " (suite 3)", function, family_setup_3, family_teardown, NULL                    \
    }

/* The devices' groups become the parents, and the devices have none. */
void part(family *f, const char *names);

/* names[0] ends the group by a ReInit; all apply the commit. `next` is the group_id that follows.
 */
void end_group(family *f, const char *names, const char *next, uint16_t suite_id, bytes extensions);

/* names[0] makes the group that follows, of all of `names`, who trust each other; a branch when
 * group_id is given, else by ReInit. The Welcome for the others. */
mls_err try_found(family *f, const char *names, const char *group_id, bytes *invitation);
bytes found(family *f, const char *names, const char *group_id);

/* A device joins with its own parent. */
mls_err try_follow(family *f, device *d, bytes invitation);
void follow(family *f, const char *names, bytes invitation);

#endif
