/*
 * Objects that JavaScript refers to by number.
 *
 * A handle is a position in a table and the number of times that the position was used before, so
 * that one that was released, or was never given out, is refused instead of followed.
 */
#ifndef WAXSEAL_WASM_HANDLES_H
#define WAXSEAL_WASM_HANDLES_H

#include <waxseal/fedi.h>
#include <waxseal/mls.h>
#include <waxseal/vault.h>

/* A vault with what it refers to. */
typedef struct wx_vault wx_vault;

/* Valid as long as the handle is. */
vault wx_vault_view(const wx_vault *v);

/* Takes ownership of the object: on success it is freed by wx_handle_release(), on failure by the
 * call itself. Errors: MLS_ERR_NO_MEMORY. */
mls_err wx_handle_of_group(uint32_t *handle, mls_group *group);

/* The same, with the handle as part of the reply. */
mls_err wx_put_group(mls_group *group);

mls_err wx_handle_of_device(uint32_t *handle, fedi_device *device);

/* Copies what `v` refers to. Errors: MLS_ERR_NO_MEMORY. */
mls_err wx_handle_of_vault(uint32_t *handle, const vault *v);

/* The object, or NULL when the handle is not a valid one of this kind. */
mls_group *wx_group_at(uint32_t handle);
wx_vault *wx_vault_at(uint32_t handle);
fedi_device *wx_device_at(uint32_t handle);

/* Wipes and frees the object. An invalid handle is ignored. */
void wx_handle_release(uint32_t handle);

#endif
