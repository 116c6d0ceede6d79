#!/usr/bin/env bash
# Cost of the screen in a terminal of 100 by 30: CPU and bytes of 200 monitors for a minute
# (subscriptions with heartbeats, polls on fresh connections) and of a frozen screen, and the time to
# the first frame and to the reaction to a key. Linux; needs `script` of util-linux.
# Usage: benches/screen.sh [HBMON]    default: target/release/hbmon
set -euo pipefail

hbmon=$(realpath "${1:-target/release/hbmon}")
folder=$(mktemp -d)
port=19747
server= screen=
trap 'kill $server $screen 2>/dev/null || true; rm -r "$folder"' EXIT

# The monitors poll an hbmon that listens.
echo 'monitors: [{name: self, interval: 1h, push: {}}]' >"$folder/server.yaml"
sed -i "1i listen: 127.0.0.1:$port" "$folder/server.yaml"
"$hbmon" serve "$folder/server.yaml" 2>"$folder/server.log" &
server=$!
until grep -q listening "$folder/server.log"; do
    kill -0 $server || { cat "$folder/server.log" >&2; exit 1; }
    sleep 0.1
done

# config MONITORS INTERVAL [KIND PATH]
config() {
    echo "defaults: {interval: $2}"
    echo 'monitors:'
    for ((i = 0; i < $1; i++)); do
        echo "  - {name: monitor-$i, ${3:-http}: 'http://127.0.0.1:$port${4:-/-/healthy}'}"
    done
}

# open CONFIG: starts the screen in a terminal; keys come from file 3, output goes to $out, its
# process is $pid.
open() {
    rm -f "$folder/keys"
    mkfifo "$folder/keys"
    out=$folder/out
    : >"$out"
    script -qfc "stty cols 100 rows 30; echo \$\$ >$folder/pid; exec $hbmon watch --no-state $1" "$out" <"$folder/keys" >/dev/null &
    screen=$!
    exec 3>"$folder/keys"
    until [[ -s $folder/pid ]] && grep -q LIVE "$out"; do sleep 0.01; done
    pid=$(cat "$folder/pid")
}

close() {
    printf q >&3
    exec 3>&-
    wait $screen || true
    rm -f "$folder/pid"
}

bytes() { stat -c %s "$out"; }

# User and system time of the process in ticks of 10 ms.
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }

# over SECONDS: prints CPU in % of a core, and bytes per second.
over() {
    local cpu=$(ticks) written=$(bytes)
    sleep "$1"
    awk -v cpu="$(($(ticks) - cpu))" -v bytes="$(($(bytes) - written))" -v seconds="$1" \
        'BEGIN { printf "%.2f %% of a core, %.0f bytes/s\n", cpu / seconds, bytes / seconds }'
}

now() { echo $(($(date +%s%N) / 100000)); }

median() { sort -n | awk '{ all[NR] = $1 } END { printf "%.1f ms\n", all[int((NR + 1) / 2)] / 10 }'; }

config 200 10s >"$folder/200.yaml"
config 200 5s sse /v1/heartbeats/stream >"$folder/held.yaml"
config 1 1h >"$folder/quiet.yaml"
config 10000 1h >"$folder/10k.yaml"

open "$folder/held.yaml"
sleep 12
printf '200 subscriptions, every 5 s:     %s\n' "$(over 60)"
close

open "$folder/200.yaml"
sleep 12
printf '200 polls, every 10 s:            %s\n' "$(over 60)"
printf ' ' >&3
sleep 1
printf '200 polls, frozen:                %s\n' "$(over 20)"
close

open "$folder/quiet.yaml"
sleep 2
printf 'one quiet monitor:                %s\n' "$(over 20)"
printf ' ' >&3
sleep 1
printf 'one quiet monitor, frozen:        %s\n' "$(over 20)"
close

first() {
    for ((run = 0; run < 11; run++)); do
        local start=$(now)
        open "$1"
        echo $(($(now) - start))
        close
    done | median
}
printf 'first picture, 1 monitor:         %s\n' "$(first "$folder/quiet.yaml")"
printf 'first picture, 10,000 monitors:   %s\n' "$(first "$folder/10k.yaml")"

# answers KEYS: prints the time until each key has changed the screen, between two ticks of its clock.
answers() {
    for key in $1; do
        local before=$(bytes)
        until (($(bytes) > before)); do :; done
        sleep 0.3
        before=$(bytes)
        local start=$(now)
        printf '%s' "$key" >&3
        until (($(bytes) > before)); do :; done
        echo $(($(now) - start))
    done | median
}
open "$folder/10k.yaml"
sleep 20
printf '10,000 monitors, idle:            %s\n' "$(over 20)"
printf '10,000 monitors, moving:          %s\n' "$(answers 'j j j j G g j j G g j')"
printf '10,000 monitors, sorting:         %s\n' "$(answers 's s s s s s s s s s s')"
printf '10,000 monitors, filtering:       %s\n' "$(answers '/ m o n i t o r - 9 9')"
# Leaves the filter first, where `q` is a letter.
printf '\r' >&3
sleep 0.5
close
