#include "prove.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *rule, *letters;
} needs[] = {
    {"void", "K"},    {"subtree", "LJ"}, {"removals-first", "HFN"}, {"beacons", "RB"},
    {"guard", "ABR"}, {"nack", "BR"},    {"turns", "CSQ"},          {"same-key", "V"},
};

/* That a scenario fails without the rule says something only if it passes with it, on the same
 * seeds. */
static bool passes_with(const options *o, const scenario *s)
{
    options all = *o;
    all.num_off = 0;
    all.quiet = true;
    all.arguments = s->letter;
    return report_scenario(s, &all);
}

static bool fails_without(const options *o, const char *rule, const scenario *s)
{
    options without = *o;
    char arguments[64];
    snprintf(arguments, sizeof arguments, "--scenarios %s --off %s", s->letter, rule);
    without.arguments = arguments;
    without.off[0] = rule;
    without.num_off = 1;
    without.quiet = true;
    if (report_scenario(s, &without) || !passes_with(o, s))
        return false;
    printf("ok      without %s, scenario %s (%s) fails: sim %s --runs %zu\n", rule, s->letter,
           s->name, arguments, (size_t)o->seeds);
    return true;
}

void prove_rules(const options *o, size_t *passed, size_t *failed)
{
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        bool found = false;
        for (size_t k = 0; k < num_scenarios && !found; k++) {
            scenario s = scenario_at(k);
            found = strstr(needs[i].letters, s.letter) && fails_without(o, needs[i].rule, &s);
        }
        *passed += found;
        *failed += !found;
        if (!found)
            printf("FAILED: without %s, nothing of %s fails in %zu runs each\n", needs[i].rule,
                   needs[i].letters, (size_t)o->seeds);
    }
}
