#ifndef TESTS_SODIUM_ED25519_FIELD_H
#define TESTS_SODIUM_ED25519_FIELD_H

void field_products(void);

/* Where the field is ours. */
void inverses(void);

#endif
