/* The rules of convergence by name, to be switched off one by one. */
#ifndef WAXSEAL_SIM_RULES_H
#define WAXSEAL_SIM_RULES_H

#include "fedi/conversation.h"

/* False: there is no such rule. */
bool rules_off(conversation_params *params, const char *name);
/* The name at an index, or NULL past the end. */
const char *rules_name(size_t index);

#endif
