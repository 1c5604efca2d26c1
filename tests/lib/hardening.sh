# Parts that run what is there under other tools: valgrind, the portable code, coverage.

# The constant-time test, on the code for this processor and on the one that the wasm build uses.
part_constant-time() {
    local preset log line status
    for preset in constant-time constant-time-portable; do
        cmake/build $preset constant_time || { failure "the $preset build failed."; continue; }
        log=build/$preset/valgrind.log
        printf '%s\n' $preset
        valgrind -q --error-limit=no --num-callers=10 --log-file=$log \
            --suppressions=tests/hardening/constant_time.supp \
            build/$preset/tests/constant_time >build/$preset/result
        status=$?
        grep -v '^ok ' build/$preset/result
        line=$(tail -n 1 build/$preset/result)
        count_line "$line" $status
        if [ $status -ne 0 ]; then
            echo "The places, under their cases:"
            cat $log
        fi
    done
}

# The unit tests on the code that the wasm build uses: other field arithmetic than a native build's.
part_portable() { unit_tests portable; }

# Uninitialised reads and leaks, by valgrind, in the unit tests and the vectors. treekem.json stays
# out: it takes half an hour so, and the passive client's vectors run the same code.
part_memory() {
    local under fault file files=()
    unit_tests memory
    mapfile -t -d ';' under < <(sed -n 's/^CMAKE_CROSSCOMPILING_EMULATOR:[^=]*=//p' build/memory/CMakeCache.txt | tr -d '\n')
    for fault in uninitialised leak; do
        if "${under[@]}" build/memory/tests/memory_control $fault >build/memory/control.log 2>&1; then
            failure "valgrind did not find a planted fault: $fault"
        else
            count 1 0 0
        fi
    done
    for file in "$WAXSEAL_VECTORS"/mls/*.json; do
        case $file in */treekem.json) ;; *) files+=("$file") ;; esac
    done
    "${under[@]}" build/memory/tests/vectors "${files[@]}" >build/memory/vectors.log 2>&1
    local status=$?
    if [ $status -ne 0 ]; then cat build/memory/vectors.log; fi
    count_line "$(tail -n 1 build/memory/vectors.log)" $status
}

# Lines of core/ that run in unit tests, vectors and Wycheproof's. Unit tests must pass.
part_coverage() {
    local folder total least=90
    # Counts of a source that has changed, or of an earlier run, would mix with this one's.
    cmake/build coverage || { failure "the coverage build failed."; return; }
    find build/coverage -name '*.gcda' -delete
    unit_tests coverage
    WAXSEAL_PRESET=coverage part_vectors >build/coverage/vectors.log
    WAXSEAL_PRESET=coverage part_wycheproof >build/coverage/wycheproof.log
    for folder in core/base core/crypto core/mls; do
        printf '\n%s\n' $folder
        gcovr --root . --filter "$folder/.*\.c" --exclude-unreachable-branches \
            --txt build/coverage/report.txt build/coverage || { failure "gcovr on $folder."; return; }
        grep -v '^-\|^GCC\|^Directory' build/coverage/report.txt
        total=$(sed -n 's/^TOTAL .* \([0-9]*\)%.*/\1/p' build/coverage/report.txt)
        if [ $folder != core/mls ]; then continue; fi
        if [ "${total:-0}" -ge $least ]; then
            count 1 0 0
        else
            failure "the tests run ${total:-?} % of the lines of $folder; $least are demanded."
        fi
    done
}
