#!/bin/sh
# What a branch adds: new findings, and connections that worked before it. Exits with 1 if there are any.
set -eu
base=${1:-origin/main}
code=0
peerauth check deploy/ --since "$base" --report junit=peerauth.xml || code=$?
peerauth diff "$base...HEAD" --fail-on broken,weakened -- deploy/ || code=$?
exit "$code"
