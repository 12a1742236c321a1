#!/usr/bin/env bash
# Makes build/venv-training with numpy and scikit-learn, anew when the requirements change.
set -euo pipefail
cd "$(dirname "$0")/../.."
wanted=classifier/training/requirements.txt
venv=build/venv-training
cmp -s "$wanted" "$venv/installed.txt" && exit 0
echo "installing $wanted into $venv"
rm -rf "$venv"
mkdir -p build
/usr/bin/python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
cp "$wanted" "$venv/installed.txt"
