/* Whether the simulator can tell: without one of the rules, some scenario must fail. */
#ifndef WAXSEAL_SIM_PROVE_H
#define WAXSEAL_SIM_PROVE_H

#include "report.h"

/* For each rule, the scenarios that need it, with it switched off: o->seeds runs of each at most.
 */
void prove_rules(const options *o, size_t *passed, size_t *failed);

#endif
