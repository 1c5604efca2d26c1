#include "fedi/audience.h"

#include "fedi/json.h"

#include <stdlib.h>
#include <string.h>

/* A control character, which JSON text never holds. */
enum { MARK = 0x01 };

/* Identities in leaves are any octets; those that no server can be asked to reach are left out. */
static bool is_address(bytes actor)
{
    bool http = actor.len > 7 && memcmp(actor.data, "http://", 7) == 0;
    bool https = actor.len > 8 && memcmp(actor.data, "https://", 8) == 0;
    for (size_t i = 0; i < actor.len; i++)
        if (actor.data[i] <= ' ' || actor.data[i] == 0x7F)
            return false;
    return (http || https) && utf8_valid(actor);
}

mls_err audience_list(const fedi_device *d, arena *a, const bytes *actors, size_t count,
                      bytes **out, size_t *num)
{
    bytes own = buf_view(&d->actor), *list = arena_array(a, count + 1, sizeof *list);
    bool self = false;
    if (!list)
        return MLS_ERR_NO_MEMORY;
    *num = 0;
    for (size_t i = 0; i < count; i++) {
        self |= bytes_equal(actors[i], own);
        if (is_address(actors[i]))
            list[(*num)++] = actors[i];
    }
    if (!self)
        list[(*num)++] = own;
    *out = list;
    return MLS_OK;
}

/* The list of members as it stands in activities. */
static mls_err text_of(const fedi_device *d, const chat *of, arena *a, bytes *out)
{
    size_t num;
    bytes *list, *actors = arena_array(a, of->members.count + 1, sizeof *actors);
    json_maker m = {.arena = a};
    if (!actors)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < of->members.count; i++)
        actors[i] = buf_view(&of->members.items[i]);
    TRY(audience_list(d, a, actors, of->members.count, &list, &num));
    json *array = json_new_array(&m);
    for (size_t i = 0; i < num; i++)
        json_push_string(&m, array, list[i]);
    return json_print(&m, out, array);
}

static bool is_at(bytes text, size_t at, bytes word)
{
    return text.len - at >= word.len && memcmp(text.data + at, word.data, word.len) == 0;
}

mls_err audience_fold(const fedi_device *d, const chat *of, arena *a, mls_buf *out, bytes activity)
{
    bytes list;
    size_t len = 0;
    uint8_t *folded = arena_alloc(a, activity.len + 1);
    if (!folded)
        return MLS_ERR_NO_MEMORY;
    TRY(text_of(d, of, a, &list));
    for (size_t at = 0; at < activity.len;) {
        bool here = activity.data[at] == '[' && is_at(activity, at, list);
        folded[len++] = here ? MARK : activity.data[at];
        at += here ? list.len : 1;
    }
    *out = (mls_buf){folded, len};
    return MLS_OK;
}

bool audience_is_folded(bytes activity)
{
    return activity.len && memchr(activity.data, MARK, activity.len) != NULL;
}

mls_err audience_unfold(const fedi_device *d, const chat *of, mls_buf *activity)
{
    bytes list;
    size_t marks = 0, len = 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(text_of(d, of, scratch, &list));
    for (size_t i = 0; i < activity->len; i++)
        marks += activity->data[i] == MARK;
    mls_buf whole = {malloc(activity->len + marks * list.len + 1), 0};
    if (!whole.data)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < activity->len; i++) {
        if (activity->data[i] != MARK) {
            whole.data[len++] = activity->data[i];
            continue;
        }
        memcpy(whole.data + len, list.data, list.len);
        len += list.len;
    }
    whole.len = len;
    mls_buf_free(activity);
    *activity = whole;
    return MLS_OK;
}
