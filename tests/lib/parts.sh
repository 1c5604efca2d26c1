# The parts of tests/run: what each needs, whether its tests exist, and how it runs.
source tests/lib/gates.sh
source tests/lib/node.sh
source tests/lib/sodium.sh
source tests/lib/fuzz.sh
source tests/lib/hardening.sh
source tests/lib/sim.sh

part_folder() {
    case $1 in
    server) echo web-demo/test ;;
    constant-time) echo tests/hardening ;;
    portable) echo tests/core ;;
    *) echo "tests/$1" ;;
    esac
}

part_exists() { [ -d "$(part_folder "$1")" ]; }

# part_needs PART: arguments for cmake/setup.
part_needs() {
    case $1 in
    gates) echo native wasm node lint ;;
    fedi) echo native wasm node ;;
    core | vectors | wycheproof | mutants | sim) echo native ;;
    fuzz) echo fuzz ;;
    constant-time | memory) echo native valgrind ;;
    coverage) echo native coverage ;;
    portable) echo native ;;
    sodium) echo native wasm ;;
    interop) echo native wasm node ;;
    store) echo wasm node node22 chromium firefox ;;
    crash) echo native wasm node node22 chromium firefox ;;
    browser) echo wasm node chromium ;;
    tabs) echo wasm node chromium firefox ;;
    *) echo wasm node ;;
    esac
}

part_gates() { run_gates; }

part_core() { unit_tests "${WAXSEAL_PRESET:-dev}" -LE fedi; }
# The engine's tests in C, the transports' in JavaScript, and which point of the checklist has which.
part_fedi() {
    unit_tests "${WAXSEAL_PRESET:-dev}" -L fedi
    build_wasm && node_tests tests/fedi
    node tests/gates/checklist.mjs && count 1 0 0 || failure "a point of the checklist has no test."
}

# unit_tests PRESET [OPTION...]: those that ctest's options choose, or all. Counts are cmocka's own;
# an executable that died before printing them counts one failure.
unit_tests() {
    cmake/build "$1" || { failure "the $1 build failed."; return; }
    local log=build/$1/Testing/Temporary/LastTest.log passed failed skipped dead
    ctest --test-dir "build/$1" --output-on-failure --no-tests=error -j "$(nproc)" --quiet "${@:2}"
    local status=$?
    if [ ! -f $log ]; then
        failure "ctest found no tests."
        return
    fi
    read -r passed failed skipped dead < <(awk '
        / Testing: / { if (open) dead++; open = 1 }
        /^\[  PASSED  \]/ { passed += $4; open = 0 }
        /^\[  FAILED  \] [0-9]+ test\(s\)/ { failed += $4 }
        /^\[  SKIPPED \] [0-9]+ test\(s\)/ { skipped += $4 }
        END { print passed + 0, failed + 0, skipped + 0, dead + open + 0 }' $log)
    failed=$((failed + dead))
    if [ $status -ne 0 ] && [ $failed -eq 0 ]; then failed=1; fi
    if [ $failed -ne 0 ]; then cat $log; fi
    count "$passed" $failed "$skipped"
}

part_vectors() { vector_program vectors mls "$@"; }
part_wycheproof() { vector_program wycheproof wycheproof "$@"; }

# vector_program PROGRAM FOLDER [FILE...]: runs a program that reads the given files, or all in a
# folder of the vectors, and counts by its last line.
vector_program() {
    local program=$1 folder=$WAXSEAL_VECTORS/$2 preset=${WAXSEAL_PRESET:-release} status line
    shift 2
    if [ $# -eq 0 ] && [ ! -d "$folder" ]; then
        echo "The test vectors are not at $folder; set WAXSEAL_VECTORS to the folder above it."
        count 0 0 1
        return
    fi
    cmake/build "$preset" "$program" || { failure "the $preset build failed."; return; }
    "build/$preset/tests/$program" "$@" | tee "build/$program.log"
    status=${PIPESTATUS[0]}
    line=$(tail -n 1 "build/$program.log")
    count_line "$line" "$status"
}

# Whether a test fails for each check that is taken out of the core.
part_mutants() {
    local status
    mkdir -p build
    flock build/.mutants.lock node tests/mutants/run.mjs "$@" | tee build/mutants.log
    status=${PIPESTATUS[0]}
    count_line "$(tail -n 1 build/mutants.log)" "$status"
}

part_wasm() {
    build_wasm || return
    count 1 0 0 # the build checks the lists of exports and imports
    node_tests tests/wasm "$@"
}

# The module with all ciphersuites: the official vectors and Wycheproof on it, and groups.
part_wasm-all() {
    cmake/build wasm-all || { failure "the wasm-all build failed."; return; }
    count 1 0 0 # the build checks the lists of exports and imports
    if [ -d "$WAXSEAL_VECTORS" ]; then
        wasm_program vectors
        wasm_program wycheproof
    else
        echo "The test vectors are not at $WAXSEAL_VECTORS; set WAXSEAL_VECTORS to their folder."
        count 0 0 2
    fi
    node_tests tests/wasm-all
}

# wasm_program NAME: runs a program of tests/wasm-all and counts by its last line.
wasm_program() {
    local log=build/wasm-all/$1.log status
    # Emscripten's glue takes a global fetch() for a browser's.
    node --no-experimental-fetch "build/wasm-all/$1.cjs" | tee "$log"
    status=${PIPESTATUS[0]}
    count_line "$(tail -n 1 "$log")" "$status"
}

# Two at a time also where Node would take one: most of these wait more than they work.
part_js() { build_wasm && node_tests tests/js --test-concurrency=2 "$@"; }
part_server() { build_wasm && node_tests web-demo/test --test-concurrency=2 "$@"; }
part_peers() { build_wasm && node_tests tests/peers --test-concurrency=2 "$@"; }

# Those of tests/store/node22 run in a Node that has SQLite.
part_store() {
    local word here=() later=()
    build_wasm || return
    for word in "$@"; do
        case $word in
        *node22/*) later+=("$word") ;;
        *) here+=("$word") ;;
        esac
    done
    if [ $# -eq 0 ]; then later=(tests/store/node22/*.test.mjs); fi
    if [ $# -eq 0 ] || [ ${#here[@]} -gt 0 ]; then node_tests tests/store "${here[@]}"; fi
    if [ ${#later[@]} -gt 0 ]; then
        PATH=$(dirname "$(node tests/lib/node22.mjs)"):$PATH node_tests tests/store/node22 "${later[@]}"
    fi
}

# Named, lives end at every write; in a plain run, at some of a few steps.
part_crash() {
    build_wasm || return
    WAXSEAL_CRASH=$([ "$short_form" ] || echo all) node_tests tests/crash --test-concurrency=2 "$@"
}

part_package() { build_wasm && node_tests tests/package "$@"; }

# part_interop [OPTION... | FILE...]: options are those of scenarios.mjs, and then nothing else runs.
part_interop() {
    local preset=${WAXSEAL_PRESET:-release}
    build_wasm || return
    cmake/build "$preset" interop_native || { failure "the $preset build failed."; return; }
    case ${1-} in
    --*) scenarios "$@" ;;
    "")
        node_tests tests/interop
        scenarios --scenarios 4 --seed 1
        ;;
    *) node_tests tests/interop "$@" ;;
    esac
}

scenarios() {
    local status
    node tests/interop/scenarios.mjs "$@" | tee build/scenarios.log
    status=${PIPESTATUS[0]}
    count_line "$(tail -n 1 build/scenarios.log)" "$status"
}

# The time and the number of kills are those of the issue; in a plain run there are a few.
part_tabs() {
    local seconds=60 kills=20
    if [ -n "$short_form" ]; then seconds=3 kills=3; fi
    build_wasm && WAXSEAL_TABS_SHORT=$short_form WAXSEAL_TABS_SECONDS=$seconds \
        WAXSEAL_TABS_KILLS=$kills node_tests tests/tabs --test-concurrency=1 "$@"
}
part_browser() { build_wasm && node_tests tests/browser --test-concurrency=2 "$@"; }

build_wasm() {
    cmake/build wasm && return
    failure "the wasm build failed."
    return 1
}
