# node_tests FOLDER [OPTION...] [FILE...]: runs `node --test` over FOLDER/*.test.mjs, or over the
# given files, shows its report and counts its results.
node_tests() {
    local folder=$1 options=() files=() word tap=build/node-test.$$.tap
    shift
    for word in "$@"; do
        case $word in
        -*) options+=("$word") ;;
        *) files+=("$word") ;;
        esac
    done
    if [ ${#files[@]} -eq 0 ]; then
        shopt -s nullglob
        files=("$folder"/*.test.mjs)
        shopt -u nullglob
    fi
    if [ ${#files[@]} -eq 0 ]; then
        failure "there are no tests in $folder."
        return
    fi
    node --test "${options[@]}" \
        --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$tap" "${files[@]}"
    local status=$? passed failed skipped
    read -r passed failed skipped < <(awk '
        /^# pass /      { passed = $3 }
        /^# fail /      { failed += $3 }
        /^# cancelled / { failed += $3 }
        /^# skipped /   { skipped += $3 }
        /^# todo /      { skipped += $3 }
        END { print passed + 0, failed + 0, skipped + 0 }' "$tap")
    rm -f "$tap"
    if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
    count "$passed" "$failed" "$skipped"
}
