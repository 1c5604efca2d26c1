# Fuzzing: each target starts from what fuzz_seeds and, for fedi, the unit tests write, and from what
# earlier runs found (build/fuzz/corpus); a finding is kept in build/fuzz/findings.
part_fuzz() {
    local seconds=${1:-60} target corpus=build/fuzz/corpus findings=build/fuzz/findings
    cmake/build fuzz || { failure "the fuzz build failed."; return; }
    mkdir -p $corpus $findings
    if ! build/fuzz/tests/fuzz_seeds $corpus || ! vector_seeds $corpus ||
        ! fedi_seeds $corpus/fedi || ! device_seeds $corpus/device; then
        failure "the seeds could not be written."
        return
    fi
    for target in decode receive member load join fedi device; do
        printf '%s: %d s\n' $target "$seconds"
        if build/fuzz/tests/fuzz_$target -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
            -max_len=16384 -print_final_stats=1 -artifact_prefix=$findings/$target- \
            $corpus/$target >build/fuzz/$target.log 2>&1; then
            grep -E 'number_of_executed_units|cov:' build/fuzz/$target.log | tail -n 2
            count 1 0 0
        else
            tail -n 40 build/fuzz/$target.log
            failure "$target; the input is in $findings."
        fi
    done
}

# fedi_seeds FOLDER: every document in the unit tests of core/fedi.
fedi_seeds() {
    local test
    mkdir -p "$1"
    for test in build/fuzz/tests/test_fedi_*; do
        WAXSEAL_SEEDS=$PWD/$1 "$test" >build/fuzz/seeds.log 2>&1 || { cat build/fuzz/seeds.log; return 1; }
    done
}

# device_seeds FOLDER: what a small Fediverse hands on, and wishes.
device_seeds() {
    mkdir -p "$1"
    WAXSEAL_SEEDS=$PWD/$1 build/fuzz/tests/fuzz_device -runs=1 >build/fuzz/seeds.log 2>&1 ||
        { cat build/fuzz/seeds.log; return 1; }
}

# vector_seeds FOLDER: more of them, where the official vectors are.
vector_seeds() {
    if [ ! -d "$WAXSEAL_VECTORS/mls" ]; then
        echo "The test vectors are not at $WAXSEAL_VECTORS, so the fuzzer starts without them."
        return 0
    fi
    node tests/fuzz/vector_seeds.mjs "$WAXSEAL_VECTORS" "$1"
}
