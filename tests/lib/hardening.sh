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
