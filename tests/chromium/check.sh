#!/bin/sh
# Opens a report in headless Chromium and checks it: no request, no console error, contrast, keyboard, phone, paper.
#
#   tests/chromium/check.sh REPORT.html [FOLDER FOR SCREENSHOTS]
#
# Needs Debian's `chromium` and `python3`. As root with TURNAROUND_INSTALL=1 they are installed; where they are absent, the
# check is skipped with a notice and exit code 77.
set -eu

here=$(dirname "$0")
if [ "${TURNAROUND_INSTALL:-}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  for package in chromium python3; do
    if ! command -v "$package" >/dev/null; then
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    fi
  done
fi
for program in chromium python3; do
  if ! command -v "$program" >/dev/null; then
    echo "skipped: $program is not installed (as root, TURNAROUND_INSTALL=1 installs it)"
    exit 77
  fi
done
exec python3 "$here/check.py" "$@"
