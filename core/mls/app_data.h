/* The app_data_dictionary extension (draft-ietf-mls-extensions-09): data of application components
 * by their numbers. */
#ifndef WAXSEAL_MLS_APP_DATA_H
#define WAXSEAL_MLS_APP_DATA_H

#include "mls/extension.h"

enum { APP_DATA_LAST_RESORT = 0x0004 }; /* in a KeyPackage, with empty data */

/* The data of a component, as a view; false when there is none, or when the dictionary is not well
 * formed: sorted by number, each once. */
bool app_data_find(bytes *out, bytes extension_data, uint16_t component_id);

#endif
