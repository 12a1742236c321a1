"""Queries of every kind, and how they get to a router."""
import json
import urllib.request

SIMPLE = "What is the capital of country number {}?"
CODE = "Write a Python function that sorts {} numbers without a library"
SUMMARY = "Summarize this: the cat sat on the mat and thought about {} things for a long time."
NAMES = "Extract all names from: Ann, Bob and Carl met {} times."
HARD = ("Prove that the square root of {} is irrational, then compare the classical proof with a "
        "geometric one, weigh their strengths step by step and design a lesson plan around both.")
KINDS = [SIMPLE, SIMPLE, CODE, SUMMARY, NAMES, SIMPLE, HARD]


def ask(router, text, headers=None, key=None):
    """Sends one query; the answer's headers, with its own names in lower case."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    if key:
        sent["Authorization"] = f"Bearer {key}"
    body = {"model": "auto", "messages": [{"role": "user", "content": text}]}
    request = urllib.request.Request(router.url + "/v1/chat/completions",
                                     json.dumps(body).encode(), sent)
    with urllib.request.urlopen(request) as answer:
        answer.read()
        return {name.lower(): value for name, value in answer.headers.items()}


def ask_some(router, number=84, key=None):
    for i in range(number):
        ask(router, KINDS[i % len(KINDS)].format(i), key=key)
