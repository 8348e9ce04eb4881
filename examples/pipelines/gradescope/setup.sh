#!/usr/bin/env bash
# Runs once, when Gradescope builds the autograder. Choose a base image with Python 3.11 or newer
# (Ubuntu 24.04). Put assessor's wheel (assessor_critique-….whl) beside this file: what another name
# would fetch from an index is not this program, and it would run beside your key.
set -euo pipefail
HOME_DIR="${AUTOGRADER_HOME:-/autograder}"
if ! compgen -G "$HOME_DIR/source/assessor_critique-*.whl" >/dev/null; then
    echo "setup.sh: no assessor_critique-….whl beside it; build one with 'python -m build --wheel'" >&2
    exit 1
fi
apt-get update
apt-get install -y python3 python3-venv
python3 -m venv "$HOME_DIR/venv"
"$HOME_DIR/venv/bin/pip" install "$HOME_DIR"/source/assessor_critique-*.whl
