#include "fedi/directory.h"

#include <string.h>

void lookup_free(lookup *l)
{
    arena_free(l->memory);
    mls_buf_free(&l->actor);
}

mls_err lookup_begin(fedi_device *d, fedi_effects *fx, lookup *l, bytes actor)
{
    *l = (lookup){.memory = arena_new(ARENA_SCRATCH)};
    if (!l->memory)
        return MLS_ERR_NO_MEMORY;
    TRY(buf_copy(&l->actor, actor));
    return device_fetch(d, fx, &l->fetch, FEDI_LANE_KEYS, actor);
}

static mls_err keep(lookup *l, const published_package *item)
{
    if (l->num_found == OFFERED_MAX)
        return MLS_OK;
    published_package *more =
        list_more_in(l->memory, l->found, l->num_found, &l->room, sizeof *more);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    l->found = more;
    l->found[l->num_found++] = *item;
    return MLS_OK;
}

static mls_err keep_all(lookup *l, const key_package_list *list)
{
    for (size_t i = 0; i < list->num_items; i++)
        TRY(keep(l, &list->items[i]));
    return MLS_OK;
}

/* The next object that is known by its address only. */
static mls_err fetch_object(fedi_device *d, fedi_effects *fx, lookup *l)
{
    for (; l->next_object < l->num_found; l->next_object++) {
        const published_package *p = &l->found[l->next_object];
        if (p->octets.len || p->id.len == 0)
            continue;
        if (l->objects++ == LOOKUP_OBJECTS_MAX)
            break;
        return device_fetch(d, fx, &l->fetch, FEDI_LANE_KEYS, p->id);
    }
    l->done = true;
    return MLS_OK;
}

static mls_err read_list(fedi_device *d, fedi_effects *fx, lookup *l, const json *document)
{
    key_package_list list = {0};
    mls_err err = l->has_actor
                      ? key_packages_of_page(l->memory, &list, document)
                      : key_packages_of_actor(l->memory, &list, document, buf_view(&l->actor));
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (!l->has_actor && err != MLS_OK) {
        l->err = err;
        l->done = true;
        return MLS_OK;
    }
    l->has_actor = true;
    if (err != MLS_OK) /* a page that is none: what was found so far counts */
        return fetch_object(d, fx, l);
    TRY(keep_all(l, &list));
    if (list.next.len && ++l->pages <= LOOKUP_PAGES_MAX && l->num_found < OFFERED_MAX)
        return device_fetch(d, fx, &l->fetch, FEDI_LANE_KEYS, list.next);
    return fetch_object(d, fx, l);
}

static mls_err read_object(fedi_device *d, fedi_effects *fx, lookup *l, const json *document)
{
    published_package found;
    published_package *named = &l->found[l->next_object++];
    mls_err err = key_package_object_read(l->memory, &found, document);
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (err == MLS_OK && bytes_equal(found.id, named->id))
        *named = found;
    return fetch_object(d, fx, l);
}

mls_err lookup_go_on(fedi_device *d, fedi_effects *fx, lookup *l, bytes object)
{
    const json *document = NULL;
    bytes copy;
    bool reading_objects = l->next_object < l->num_found && l->objects;
    l->fetch = 0;
    TRY(arena_copy(l->memory, &copy, object));
    mls_err err = copy.len ? json_parse(l->memory, &document, copy, JSON_SIZE_MAX) : MLS_OK;
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (err == MLS_OK && document)
        return reading_objects ? read_object(d, fx, l, document) : read_list(d, fx, l, document);
    if (!l->has_actor) {
        l->err = MLS_ERR_NO_SUCH_ACTOR;
        l->done = true;
        return MLS_OK;
    }
    l->next_object += reading_objects;
    return fetch_object(d, fx, l);
}
