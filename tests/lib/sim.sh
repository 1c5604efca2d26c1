# The simulator of rooms over a network without order; see tests/sim/README.md.
part_sim() {
    local preset=${WAXSEAL_PRESET:-release} status words=("$@")
    cmake/build "$preset" sim || { failure "the $preset build failed."; return; }
    if [ ${#words[@]} -eq 0 ] && [ -n "$short_form" ]; then words=(--runs 2 --scenarios ABCDEFGHIJKLMNOPRSTUVW); fi
    if [ ${#words[@]} -eq 0 ]; then words=(--runs 200); fi
    "build/$preset/tests/sim" "${words[@]}" | tee build/sim.log
    status=${PIPESTATUS[0]}
    count_line "$(tail -n 1 build/sim.log)" "$status"
}
