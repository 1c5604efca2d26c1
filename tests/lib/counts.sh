# Counting for tests/run. A part calls count; a part that counted nothing has failed.
total_passed=0 total_failed=0 total_skipped=0

begin_part() { part_passed=0 part_failed=0 part_skipped=0; }

# count PASSED FAILED SKIPPED: adds to the counts of the part that is running.
count() {
    part_passed=$((part_passed + $1))
    part_failed=$((part_failed + $2))
    part_skipped=$((part_skipped + $3))
}

# failure SENTENCE: counts one failure and says why.
failure() {
    printf 'FAILED: %s\n' "$1"
    count 0 1 0
}

# end_part PART SECONDS: prints the part's counts and adds them to the total.
end_part() {
    if [ $((part_passed + part_failed + part_skipped)) -eq 0 ]; then
        failure "the part $1 ran no test."
    fi
    printf -- '-- %s: %d passed, %d failed, %d skipped (%d s)\n' \
        "$1" $part_passed $part_failed $part_skipped "$2"
    total_passed=$((total_passed + part_passed))
    total_failed=$((total_failed + part_failed))
    total_skipped=$((total_skipped + part_skipped))
}

# print_total: the closing line; the status tells whether everything passed.
print_total() {
    printf '%d passed, %d failed, %d skipped\n' $total_passed $total_failed $total_skipped
    [ $total_failed -eq 0 ]
}

# count_line LINE STATUS: counts from a line "N passed, N failed, N skipped"; STATUS is the
# program's exit status. A program that failed without saying so in its line has failed once.
count_line() {
    if [[ $1 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        local failed=${BASH_REMATCH[2]}
        if [ "$2" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
        count "${BASH_REMATCH[1]}" "$failed" "${BASH_REMATCH[3]}"
    else
        failure "the program ended with status $2 and without a line of counts."
    fi
}
