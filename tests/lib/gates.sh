# The gates: each is a command that prints what is wrong and fails, and counts as one test.
run_gates() {
    cmake/build dev || failure "the dev build failed."
    # The package's types cover js/dist/core.inline.js, which the build writes.
    cmake/build wasm || failure "the wasm build failed."
    gate "layers" node tests/gates/layers.mjs
    gate "no machine's path, no registry's host" node tests/gates/hygiene.mjs
    gate "rules that a receiver checks" node tests/gates/validation.mjs
    gate "mutants of today's core" node tests/gates/mutants.mjs
    gate "features shown by tests" node tests/gates/features.mjs
    gate "attackers held off by tests" node tests/gates/security.mjs
    gate "clang-format" gate_clang_format
    gate "clang-tidy" gate_clang_tidy
    gate "Biome" node_modules/.bin/biome check --error-on-warnings .
    gate "types (tsc)" node_modules/.bin/tsc --project .
}

# gate NAME COMMAND...
gate() {
    local name=$1 started=$SECONDS output
    shift
    if output=$("$@" 2>&1); then
        printf 'ok      %s (%d s)\n' "$name" $((SECONDS - started))
        count 1 0 0
    else
        printf '%s\n' "$output"
        failure "$name"
    fi
}

# c_files FOLDER...: our C sources and headers, ignored files left out, NUL-terminated.
c_files() {
    git ls-files -z --cached --others --exclude-standard -- "$@" |
        grep -z -E '\.(c|h)$' | while IFS= read -r -d '' file; do
        if [ -e "$file" ]; then printf '%s\0' "$file"; fi
    done
}

gate_clang_format() {
    c_files core wasm tests benchmarks | xargs -0 -r clang-format --dry-run -Werror
}

# clang-tidy is slow, so a clean run leaves a stamp of everything it looked at and depends on.
gate_clang_tidy() {
    local stamp=build/clang-tidy.stamp sum libraries cache
    sum=$( (clang-tidy --version && c_files core wasm | sort -z | xargs -0 -r sha256sum .clang-tidy) | sha256sum)
    if [ -f $stamp ] && [ "$(cat $stamp)" = "$sum" ]; then return 0; fi
    c_sources core | grep -zv '_wide\.c$' | tidy -p build/dev || return 1
    # emcc's command lines are not clang's, so the wasm files get their options here.
    libraries=$(sed -n 's/^WAXSEAL_THIRD_PARTY:INTERNAL=//p' build/dev/CMakeCache.txt)
    cache=$(NODE_PATH=/usr/share/nodejs em-config CACHE)
    { c_sources wasm && c_sources core | grep -z '_wide\.c$'; } |
        tidy -- -std=c11 --target=wasm32-unknown-emscripten --sysroot="$cache/sysroot" -msimd128 \
            -Icore -Icore/include -isystem "$libraries/include" || return 1
    echo "$sum" >$stamp
}

c_sources() { c_files "$1" | grep -z '\.c$'; }

# tidy OPTION...: clang-tidy over the C files that it is given, one process per processor.
tidy() { xargs -0 -r -I{} -P "$(nproc)" clang-tidy --quiet {} "$@"; }
