#include "rules.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t flag;
} rules[] = {
    {"void", offsetof(conversation_params, choice.no_void)},
    {"subtree", offsetof(conversation_params, choice.no_subtree)},
    {"removals-first", offsetof(conversation_params, choice.no_removals_first)},
    {"beacons", offsetof(conversation_params, no_beacons)},
    {"guard", offsetof(conversation_params, no_guard)},
    {"nack", offsetof(conversation_params, no_nack)},
    {"hold", offsetof(conversation_params, no_hold)},
    {"turns", offsetof(conversation_params, no_turns)},
    {"same-key", offsetof(conversation_params, no_same_key)},
};

const char *rules_name(size_t index)
{
    return index < sizeof rules / sizeof rules[0] ? rules[index].name : NULL;
}

bool rules_off(conversation_params *params, const char *name)
{
    for (size_t i = 0; rules_name(i); i++)
        if (strcmp(name, rules[i].name) == 0) {
            *(bool *)(void *)((char *)params + rules[i].flag) = true;
            return true;
        }
    return false;
}
