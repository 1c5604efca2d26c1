/* A world whose devices support types of extensions and proposals of the application's. */
#ifndef WAXSEAL_TESTS_CUSTOM_H
#define WAXSEAL_TESTS_CUSTOM_H

#include "world.h"

enum { CUSTOM = 0xF001, CUSTOM_2 = 0xF002, GREASE = 0x0A0A };

/* What the devices make from now on lists CUSTOM and CUSTOM_2 as extensions and proposals, and
 * GREASE as well; leaf and KeyPackage have an extension of type CUSTOM. */
void support_custom(world *w);

/* From now on no more. */
void support_nothing(world *w);

mls_proposal custom_proposal(uint16_t type, const char *data);

/* The data of an extension in an encoded list, which has it. */
bytes extension_data(bytes extensions, uint16_t type);

#endif
