#!/usr/bin/env bash
# Nothing to install: run_autograder needs only the Python that is there.
command -v python3 >/dev/null || (apt-get update && apt-get install -y python3)
