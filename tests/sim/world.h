/*
 * What is simulated: servers with actors, actors with devices, rooms (conversations) with a seat
 * for each device that may ever be in them, and a queue of what happens when.
 *
 * Times in the queue are milliseconds since the start; the engine is told seconds.
 */
#ifndef WAXSEAL_SIM_WORLD_H
#define WAXSEAL_SIM_WORLD_H

#include "dice.h"

#include "fedi/conversation.h"

enum {
    START = 1750000000, /* Unix seconds at time 0 */
    SECOND = 1000,
    SUITE = MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
};
#define NEVER UINT64_MAX

typedef struct world world;
typedef struct room room;
typedef struct seat seat;
typedef struct device device;
typedef struct post post;

typedef struct interval {
    uint64_t from, to;
} interval;

typedef struct server {
    uint32_t index;
    interval *down; /* in order; the last may go on to NEVER */
    size_t num_down;
} server;

/* Whose rules a device plays by. */
typedef enum manners {
    WAXSEAL,  /* the engine under test */
    EMISSARY, /* applies its own commit at once; see peer.h */
    BONFIRE,  /* the same, with one commit for each device, and without past epochs */
    ROGUE,    /* see rogue_member.h */
} manners;

typedef struct actor {
    uint32_t index;
    char id[64];
    server *server;
    manners manners;
    device *devices;
    size_t num_devices;
} actor;

struct device {
    actor *actor;
    uint32_t index; /* in the world */
    char name[24];
    mls_buf signature_key, public_key;
    mls_buf *secrets; /* of its KeyPackages, oldest first */
    size_t num_secrets;
    interval *away; /* off the network, in order */
    size_t num_away;
    struct letter *mailbox; /* what came in meanwhile, oldest first */
    size_t num_mailbox;
    double clock; /* what its window is, against the others' */
    seat **seats;
    size_t num_seats;
};

typedef struct record {
    mls_buf id, octets;
} record;

/* A device in a room. */
struct seat {
    room *room;
    device *device;
    uint32_t index;          /* in the room */
    conversation *c;         /* WAXSEAL, once it was in */
    mls_group *group;        /* EMISSARY, BONFIRE, once it was in */
    struct peer_state *peer; /* the same */
    struct rogue_state *rogue;
    uint64_t tick_at; /* NEVER: none is due */
    bool removed;     /* as this device was told */
    uint64_t removed_at;
    uint64_t epoch; /* as last told */
    post **early;   /* what came before the Welcome */
    size_t num_early;
    seat *unwanted_by; /* who wanted it out, and nobody in again since; NULL */
    uint64_t unwanted_at;
    seat *added_by; /* NULL: in from the start */
    uint64_t added_at, welcomed_at;
    bool was_in;
    conversation_params params;
    record *records; /* what it stored */
    size_t num_records;
    unsigned stranded; /* looks around in a row at which a peer was elsewhere */
};

struct room {
    world *world;
    uint32_t index;
    char id[48]; /* group_id */
    seat *seats;
    size_t num_seats;
    uint64_t first_epoch;
    bool begun;
};

/* Something said, and who has seen it. */
typedef struct saying {
    seat *by;
    uint64_t at;
    bool told, held;
    uint32_t ciphertexts; /* that carried it */
    uint8_t *allowed; /* by seat: those in the group when its author said so, or said so again */
    uint8_t *meant;   /* by seat: the same, the first time */
    uint8_t *shown;   /* by seat: how often the engine gave it, up to 255; the first is shown */
} saying;

/* ---- Octets on their way ---- */

typedef enum post_kind {
    POST_MLS = 1, /* an MLSMessage but a Welcome */
    POST_WELCOME,
    POST_STATEMENT,
} post_kind;

/* One activity, shared by all that are to get it. */
struct post {
    post_kind kind;
    uint32_t number;
    room *room;
    const device *from;
    uint32_t refs;
    size_t len;
    uint8_t octets[];
};

typedef struct letter {
    post *post;
    uint64_t order;
} letter;

/* ---- What happens when ---- */

typedef void (*action)(world *w, void *subject, void *object, uint64_t number);

typedef struct happening {
    uint64_t at, order;
    action act;
    void *subject, *object;
    uint64_t number;
} happening;

/* ---- Figures ---- */

typedef struct figures {
#define F(name) uint64_t name;
#include "figures.def"
#undef F
} figures;

struct world {
    const struct scenario *scenario;
    uint64_t seed;
    uint64_t now; /* milliseconds */
    uint64_t end; /* nobody says or wants anything after this */
    bool trace;
    dice dice;
    happening *queue; /* a heap */
    size_t num_events, room_events;
    uint64_t order;
    server *servers;
    size_t num_servers;
    actor *actors;
    size_t num_actors;
    device **devices;
    size_t num_devices;
    room *rooms;
    size_t num_rooms;
    saying *sayings;
    size_t num_sayings, room_sayings;
    uint32_t num_posts;
    conversation_params params;
    /* Told of each seat that came in by a Welcome; NULL: nobody. */
    void (*joined)(world *w, seat *s);
    figures figures;
};

/* Memory for the simulator's own lists; a run that has none can't go on. */
void *need(void *pointer);
void *zeroed(size_t count, size_t size);
/* Room for one more item than count, in steps. */
void *grown(void *items, size_t count, size_t size);

uint64_t seconds(const world *w);
/* In milliseconds from now. */
void after(world *w, double delay, action act, void *subject, void *object, uint64_t number);
void at(world *w, uint64_t when, action act, void *subject, void *object, uint64_t number);
/* Runs until a time, or until nothing happens any more. */
void run_until(world *w, uint64_t when);

/* NEVER when it is not in one of them; else the end of that. */
uint64_t end_of(const interval *list, size_t count, uint64_t when);

/* Says what happens, under --trace. Nothing secret may go in. */
__attribute__((format(printf, 3, 4))) void trace(const world *w, const device *d,
                                                 const char *format, ...);

/* The error of something that can't fail here, and which the run is then marked with. */
bool worked(world *w, const device *d, const char *what, mls_err err);

bytes actor_id(const actor *a);
actor *find_actor(world *w, bytes id);
seat *find_seat(const device *d, const room *r);
/* The seat whose device has this signature key; NULL. */
seat *find_seat_by_key(room *r, bytes signature_key);

world *world_new(uint64_t seed, const struct scenario *s);
void world_free(world *w);

#endif
