# libsodium's own test programs, run against the wasm build of libsodium that core.wasm contains.
# Each is linked with Emscripten's glue, run by Node, and its output compared with upstream's.
sodium_short_form=(aead_chacha20poly1305 chacha20 ed25519_convert hash kdf_hkdf onetimeauth
    pwhash_argon2id scalarmult sign)

part_sodium() {
    cmake/build wasm waxseal_core || { failure "the wasm build failed."; return; }
    local tests=("$@") passed failed
    if [ ${#tests[@]} -eq 0 ] && [ -n "$short_form" ]; then tests=("${sodium_short_form[@]}"); fi
    local libraries work
    libraries=$(sed -n 's/^WAXSEAL_THIRD_PARTY:INTERNAL=//p' build/wasm/CMakeCache.txt)
    work=build/sodium/${libraries##*/}
    unpack_sodium "$work" || { failure "libsodium's source could not be unpacked."; return; }
    if [ ${#tests[@]} -eq 0 ]; then
        mapfile -t tests < <(cd "$work/source/test/default" && printf '%s\n' *.exp | sed 's/\.exp$//')
    fi
    printf '%s\n' "${tests[@]}" |
        xargs -P "$(nproc)" -I{} tests/sodium/one "$work" "$libraries" {} | tee "$work/results"
    passed=$(grep -c '^ok ' "$work/results")
    failed=$((${#tests[@]} - passed))
    count "$passed" "$failed" 0
    base_table "$work" "$libraries" && count 1 0 0 || failure "base_table: see above."
}

# base_table FOLDER LIBRARIES: the Ed25519 tables that are made at run time, against the constants.
base_table() {
    local ref10=$1/source/src/libsodium/crypto_core/ed25519/ref10
    NODE_PATH=/usr/share/nodejs emcc -O1 -w -DSODIUM_STATIC -DNATIVE_LITTLE_ENDIAN \
        -I"$2/include" -I"$2/include/sodium" -I"$1/source/src/libsodium/include/sodium" \
        -I"$ref10" -Icmake/third-party tests/sodium/base_table.c "$2/lib/libsodium.a" \
        -o "$1/base_table.cjs" -sSINGLE_FILE -sENVIRONMENT=node -sEXIT_RUNTIME &&
        node --no-experimental-fetch "$1/base_table.cjs"
}

# unpack_sodium FOLDER: the source with its tests into FOLDER/source.
unpack_sodium() {
    if [ -d "$1/source" ]; then return; fi
    local tarball
    tarball=$(cmake/fetch-source libsodium) || return
    rm -rf "$1/partial"
    mkdir -p "$1/partial"
    tar -xf "$tarball" --strip-components=1 -C "$1/partial" && mv "$1/partial" "$1/source"
}
