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
    ed25519 "$work" "$libraries" && count 1 0 0 || failure "ed25519: see above."
}

# ed25519 FOLDER LIBRARIES: tests/sodium/ed25519*.c on wasm, against a native libsodium.
ed25519() {
    local work=$1 libraries=$2 native options=(-O1 -w -DSODIUM_STATIC
        -I"$1/source/src/libsodium/include/sodium" -Icmake/third-party tests/sodium/ed25519*.c)
    cmake/build release waxseal_core || return
    native=$(sed -n 's/^WAXSEAL_THIRD_PARTY:INTERNAL=//p' build/release/CMakeCache.txt)
    gcc -I"$native/include" -I"$native/include/sodium" "${options[@]}" "$native/lib/libsodium.a" \
        -lpthread -o "$work/ed25519" || return
    NODE_PATH=/usr/share/nodejs emcc -DOWN_ED25519 -I"$libraries/include" -I"$libraries/include/sodium" \
        "${options[@]}" tests/sodium/random.c "$libraries/lib/libsodium.a" -o "$work/ed25519.cjs" \
        -sSINGLE_FILE -sENVIRONMENT=node -sEXIT_RUNTIME -sTOTAL_STACK=1048576 || return
    "$work/ed25519" >"$work/ed25519.exp" || return
    node --no-experimental-fetch "$work/ed25519.cjs" >"$work/ed25519.out" || return
    diff "$work/ed25519.exp" "$work/ed25519.out"
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
