#include "fedi/key_packages.h"

/* How many pages may be embedded in one answer. */
enum { EMBEDDED_MAX = 8 };

static size_t count(const json *items)
{
    size_t n = 0;
    for (const json *item = as2_first(items); item; item = as2_next(items, item))
        n++;
    return n;
}

/* Adds items to the list, which has room for them. */
static mls_err read_items(arena *a, key_package_list *list, const json *items)
{
    for (const json *item = as2_first(items); item; item = as2_next(items, item)) {
        mls_err err = key_package_object_read(a, &list->items[list->num_items], item);
        if (err == MLS_OK)
            list->num_items++;
        else if (err == MLS_ERR_BAD_CONTENT)
            list->num_dropped++;
        else
            return err;
    }
    return MLS_OK;
}

static mls_err add_items(arena *a, key_package_list *list, const json *items)
{
    published_package *old = list->items;
    size_t n = list->num_items + count(items);
    list->items = arena_array(a, n, sizeof *list->items);
    if (!list->items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < list->num_items; i++)
        list->items[i] = old[i];
    return read_items(a, list, items);
}

static bool has_items(const json *page)
{
    return as2_get(page, "items") || as2_get(page, "orderedItems");
}

/* Pages may name the first of them as well, so `first` counts only where nothing else leads on. */
static const json *link_of(const json *page)
{
    const json *next = as2_get(page, "next");
    bool is_page = as2_has_type(page, "CollectionPage") ||
                   as2_has_type(page, "OrderedCollectionPage") || as2_get(page, "partOf");
    return next || is_page || has_items(page) ? next : as2_get(page, "first");
}

/* What follows: an embedded page that has something, or else an address in list->next. */
static const json *follow(key_package_list *list, const json *page)
{
    const json *link = link_of(page), *embedded = as2_object(link);
    if (has_items(embedded) || as2_get(embedded, "next"))
        return embedded;
    list->next = as2_id_of(link);
    return NULL;
}

static mls_err read_collection(arena *a, key_package_list *list, const json *page)
{
    for (int i = 0; page && i < EMBEDDED_MAX; i++) {
        TRY(add_items(a, list, as2_get(page, "items")));
        TRY(add_items(a, list, as2_get(page, "orderedItems")));
        page = follow(list, page);
    }
    return MLS_OK;
}

static bool is_collection(const json *value)
{
    static const char *const signs[] = {"items", "orderedItems", "first", "next"};
    static const char *const types[] = {"Collection", "OrderedCollection", "CollectionPage",
                                        "OrderedCollectionPage"};
    for (size_t i = 0; i < 4; i++)
        if (as2_get(value, signs[i]) || as2_has_type(value, types[i]))
            return true;
    return false;
}

mls_err key_packages_of_page(arena *a, key_package_list *out, const json *page)
{
    key_package_list list = {0};
    *out = (key_package_list){0};
    if (is_collection(page))
        TRY(read_collection(a, &list, page));
    else
        TRY(add_items(a, &list, page));
    *out = list;
    return MLS_OK;
}

mls_err key_packages_of_actor(arena *a, key_package_list *out, const json *actor, bytes actor_id)
{
    key_package_list list = {0};
    const json *value = as2_get(actor, "keyPackages"), *first = as2_first(value);
    *out = (key_package_list){0};
    if (!bytes_equal(as2_get_id(actor, "id"), actor_id))
        return MLS_ERR_SENDER_MISMATCH;
    if (!value)
        return MLS_ERR_NO_KEY_PACKAGES;
    if (json_is_string(value)) {
        list.next = list.collection = json_string(value);
    } else if (is_collection(first)) {
        list.collection = as2_id_of(first);
        TRY(read_collection(a, &list, first));
    } else if (json_is_object(value) && !as2_get(value, "content")) {
        list.next = list.collection = as2_id_of(value); /* named by its id and nothing else */
    } else {
        TRY(add_items(a, &list, value));
    }
    *out = list;
    return MLS_OK;
}
