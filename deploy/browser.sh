#!/bin/sh
# A headless Chromium and a Chinese font for the browser tests, from the distribution's packages where that is allowed.
set -eu

missing=
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
    missing=chromium
fi
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh family)" ]; then
    missing="$missing fonts-noto-cjk fontconfig"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "The browser tests need: $missing. Install them with your package manager, then run make test again." >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "The browser tests need: $missing. Install them with your package manager, then run make test again." >&2
    exit 1
fi
echo "Installing for the browser tests: $missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
