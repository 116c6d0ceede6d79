#!/usr/bin/env bash
# CPU time of `hbmon validate` for a config whose monitors share one anchor: the minimum of several
# runs.
# Usage: benches/config-10k.sh [HBMON]    default: target/release/hbmon
set -euo pipefail

hbmon=${1:-target/release/hbmon}
runs=7
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

config() {
    cat <<'END'
x-defaults: &defaults
  interval: 30s
  timeout: 5s
  group: web
  tags: [prod, eu]
  thresholds: {failures: {warning: 2, error: 4}, recover: 2}
monitors:
END
    for ((i = 0; i < $1; i++)); do
        cat <<END
  - name: service-$i
    <<: *defaults
    http:
      url: https://service-$i.example.com/api/status
      expect: {json: '@.ok == true', body: ok}
END
    done
}

printf '%8s  %10s  %6s\n' monitors bytes ms
for monitors in 100 1000 10000; do
    file=$folder/$monitors.yaml
    config "$monitors" >"$file"
    best=
    for ((run = 0; run < runs; run++)); do
        # bash's `time`: user and system, in seconds.
        spent=$({ TIMEFORMAT='%U %S'; time "$hbmon" validate "$file" >/dev/null; } 2>&1)
        ms=$(awk '{ printf "%d", ($1 + $2) * 1000 + 0.5 }' <<<"$spent")
        if [[ -z $best || $ms -lt $best ]]; then best=$ms; fi
    done
    printf '%8d  %10d  %6d\n' "$monitors" "$(wc -c <"$file")" "$best"
done
