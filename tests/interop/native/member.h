/* A member of the scenarios: a device with at most one group. */
#ifndef WAXSEAL_INTEROP_MEMBER_H
#define WAXSEAL_INTEROP_MEMBER_H

#include "line.h"

enum { MEMBER_PSKS_MAX = 64 };

typedef struct member {
    uint16_t suite;
    mls_buf identity, signature_key, key_package_secret;
    mls_buf psk_ids[MEMBER_PSKS_MAX], psks[MEMBER_PSKS_MAX];
    size_t num_psks;
    mls_group *group; /* NULL before it joined */
} member;

void member_free(member *m);

/* Each carries out one request: takes its arguments from the line, prints the words of the answer
 * when all went well, and returns an error otherwise, MLS_ERR_INVALID_ARGUMENT for a request that
 * can't be read. */
typedef mls_err request(member *m, line *l);

/* device SUITE IDENTITY: a KeyPackage, raw. */
request member_device;
/* create GROUP_ID */
request member_create;
/* join WELCOME */
request member_join;
/* join-external GROUP_INFO: the commit. */
request member_join_external;
/* group-info: a GroupInfo with the tree. */
request member_group_info;
/* psk ID PSK */
request member_psk;
/* propose FLAGS TYPE LEAF DATA: the message. */
request member_propose;
/* commit FLAGS (TYPE LEAF DATA)...: the commit and the Welcome. */
request member_commit;
/* apply: applies the pending commit; TYPE, SENDER and DATA of each custom proposal in it. */
request member_apply;
/* encrypt CONTENT: the message. */
request member_encrypt;
/* receive MESSAGE: the kind of event, the content, and as above. */
request member_receive;
/* export LABEL CONTEXT LENGTH: the secret. */
request member_export;
/* view: the epoch, the epoch_authenticator, and leaf and identity of each member. */
request member_view;
/* restart: saves the state and goes on with what was loaded from it. */
request member_restart;

#endif
