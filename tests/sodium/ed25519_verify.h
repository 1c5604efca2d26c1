#ifndef TESTS_SODIUM_ED25519_VERIFY_H
#define TESTS_SODIUM_ED25519_VERIFY_H

void verifications(void);

#endif
