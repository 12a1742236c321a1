"""docker-compose.yml as Compose would read it: variables put in, profiles applied."""
import re

import yaml

from conftest import ROOT


class Missing(Exception):
    """A variable that must be set is not."""


def _closing(text, start):
    depth = 0
    for place in range(start, len(text)):
        if text.startswith("${", place):
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth == 0:
                return place
    raise ValueError(f"no end of ${{ in {text!r}")


def interpolate(text, environment):
    """${NAME}, ${NAME:-default}, ${NAME:+instead}, ${NAME:?error}; what follows may hold others."""
    start = text.find("${")
    if start < 0:
        return text
    end = _closing(text, start)
    name, kind, rest = re.fullmatch(r"(\w+)(?:(:[-+?])(.*))?", text[start + 2:end],
                                    re.DOTALL).groups()
    value = environment.get(name, "")
    if kind == ":-" and not value:
        value = interpolate(rest, environment)
    elif kind == ":+" and value:
        value = interpolate(rest, environment)
    elif kind == ":?" and not value:
        raise Missing(f"{name}: {rest}")
    return text[:start] + value + interpolate(text[end + 1:], environment)


def _all(value, environment):
    if isinstance(value, dict):
        return {key: _all(entry, environment) for key, entry in value.items()}
    if isinstance(value, list):
        return [_all(entry, environment) for entry in value]
    return interpolate(value, environment) if isinstance(value, str) else value


def read(**environment):
    text = (ROOT / "docker-compose.yml").read_text()
    return _all(yaml.safe_load(text), environment)


def enabled(compose, *profiles):
    """The services that run with these profiles."""
    return {name: service for name, service in compose["services"].items()
            if not service.get("profiles") or set(service["profiles"]) & set(profiles)}


def variables(text):
    return set(re.findall(r"\$\{(\w+)", text))
