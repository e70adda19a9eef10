#!/bin/sh
# How long the audit of 200 units x 60 indicators x 20 periods takes, chapter by chapter:
#   cargo build --release && benches/audit/run.sh target/release/goalposts
# Writes its tables and pages into a folder of its own and removes it.
set -eu
program=$(realpath "${1:-target/release/goalposts}")
here=$(dirname "$(realpath "$0")")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
"$program" run --quiet "$here/tables.sql"
for _ in 1 2 3; do
    "$program" audit --panel audit_panel.parquet --framework audit_framework.parquet -o audit.html --timings --threads 2
done
ls -l audit.html
