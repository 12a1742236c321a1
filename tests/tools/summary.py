#!/usr/bin/env python3
"""Adds up what the test runners said.

summary.py NAME CTEST_LOG       prints one line for a ctest run, and every failure's output
summary.py --total DIR BROKEN   prints the closing "N passed, N failed"; BROKEN builds count as failed
"""
import pathlib
import re
import sys
import xml.etree.ElementTree

CASES = re.compile(r"\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed")
TEST = re.compile(r"^\s*\d+/\d+ Test\s+#\d+: (\S+) \.+\s*(\*{0,3}\w[\w ]*?)\s+[\d.]+ sec", re.M)


def count(log: pathlib.Path):
    """(passed, failed, names of failed ctest tests) of one ctest log."""
    text = log.read_text(errors="replace")
    passed = failed = 0
    for _, ok, bad in CASES.findall(text):
        passed += int(ok)
        failed += int(bad)
    bad_tests = [name for name, state in TEST.findall(text) if state != "Passed"]
    tests = TEST.findall(text)
    # A test without doctest cases counts as one; one that crashed or timed out has said no cases.
    plain = len(tests) - len(CASES.findall(text))
    passed += max(0, plain - len(bad_tests)) if failed == 0 else 0
    if bad_tests and failed == 0:
        failed = len(bad_tests)
    if not tests:
        failed += 1
    return passed, failed, bad_tests


def show(name, log):
    passed, failed, bad = count(pathlib.Path(log))
    print(f"{name}: {passed} passed, {failed} failed {' '.join(bad)}".rstrip(), flush=True)
    if failed:
        lines = pathlib.Path(log).read_text(errors="replace").splitlines()
        print("\n".join(lines[-400:]))


def total(folder, broken):
    passed, failed = 0, int(broken)
    for log in pathlib.Path(folder).glob("*.ctest.log"):
        one = count(log)
        passed += one[0]
        failed += one[1]
    for report in sorted(pathlib.Path(folder).glob("e2e*.xml")):
        for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):
            tests, bad, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "skipped"))
            bad += int(suite.get("errors", 0))
            passed += tests - bad - skipped
            failed += bad
    if not (pathlib.Path(folder) / "e2e.xml").exists():
        print("the client tests did not run")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--total":
        sys.exit(total(sys.argv[2], sys.argv[3]))
    show(sys.argv[1], sys.argv[2])
