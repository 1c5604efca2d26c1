/*
 * Who wants a removal: signatures of members over (group, epoch, leaf), carried in the commit's
 * authenticated_data. The committer wants it by committing.
 */
#ifndef WAXSEAL_FEDI_ENDORSEMENT_H
#define WAXSEAL_FEDI_ENDORSEMENT_H

#include "fedi/epoch_tree.h"

enum { ENDORSEMENTS_MAX = 64 };

typedef struct endorsement {
    uint32_t by;      /* leaf of the endorser */
    uint32_t removed; /* leaf to be removed */
    mls_buf signature;
} endorsement;

/* Endorses the removal of a leaf in this epoch, as the member whose group it is. */
mls_err endorsement_make(const mls_group *group, const epoch_id *epoch, endorsement *out,
                         uint32_t removed);

/* Whether it is what its endorser signed in this epoch. */
bool endorsement_holds(const mls_group *group, const epoch_id *epoch, const endorsement *e);

void endorsement_free(endorsement *e);

/* The authenticated_data of a commit with these. */
mls_err endorsement_write(mls_buf *out, const endorsement *list, size_t count);

/* How many distinct actors want a leaf removed that a commit removes: the committer, and those
 * whose endorsements in it are valid. */
uint32_t endorsement_count(const mls_group *group, const epoch_id *epoch, const mls_event *commit,
                           uint32_t removed);

#endif
