#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: Python, torch, what the course needs.
set -euo pipefail
umask 022 # what runs as another user must be able to read it
root=${GRADESCOPE_ROOT:-/autograder}
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

apt-get update
apt-get install -y --no-install-recommends libseccomp2

python=
for name in python3 python3.13 python3.12 python3.11; do # on Ubuntu 22.04 python3 is too old
    if apt-get install -y --no-install-recommends "$name" "$name-venv" &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "The course needs Python 3.11 or newer: choose a newer base image." >&2
    exit 1
fi

"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir @TORCH@
"$root/venv/bin/python" -m pip install --no-cache-dir -r "$root/source/requirements.txt"
PYTHONPATH="$root/source" "$root/venv/bin/python" -c 'import autograder.marking, torch; print(torch.__version__)'
