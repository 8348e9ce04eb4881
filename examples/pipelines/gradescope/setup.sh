#!/usr/bin/env bash
# Runs once, when Gradescope builds the autograder. Choose a base image with Python 3.11 or newer
# (Ubuntu 24.04). Put assessor's wheel beside this file, or have it come from an index.
set -euo pipefail
HOME_DIR="${AUTOGRADER_HOME:-/autograder}"
apt-get update
apt-get install -y python3 python3-venv
python3 -m venv "$HOME_DIR/venv"
if compgen -G "$HOME_DIR/source/assessor-*.whl" >/dev/null; then
    "$HOME_DIR/venv/bin/pip" install "$HOME_DIR"/source/assessor-*.whl
else
    "$HOME_DIR/venv/bin/pip" install assessor
fi
