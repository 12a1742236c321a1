#!/usr/bin/env python3
"""Fails when a relative link in a Markdown file of the repository leads nowhere.

Checked are files and anchors; what stands in code is left alone, and so are addresses elsewhere.
check_links.py ROOT
"""
import pathlib
import re
import subprocess
import sys
import urllib.parse

FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+")
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.M)
EXPLICIT = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


def anchors(text):
    """The anchors of a file, as forges make them of its headings."""
    found, seen = set(EXPLICIT.findall(text)), {}
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = seen.get(anchor, 0)
        seen[anchor] = number + 1
        found.add(f"{anchor}-{number}" if number else anchor)
    return found


def faults(root, path):
    text = path.read_text()
    prose = CODE.sub("", INDENTED.sub("", FENCE.sub("", text)))
    for link in LINK.findall(prose):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = urllib.parse.unquote(link).partition("#")
        target = path.parent / name if name else path
        if not target.exists():
            yield f"{path.relative_to(root)}: {link}: no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            yield f"{path.relative_to(root)}: {link}: no such heading"


def main(root):
    root = pathlib.Path(root).resolve()
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root,
                            capture_output=True, text=True)
    paths = [root / name for name in listed.stdout.splitlines()] or [
        path for path in root.rglob("*.md") if not {"build", "node_modules"} & set(path.parts)]
    found = [fault for path in sorted(paths) if path.exists() for fault in faults(root, path)]
    print("\n".join(found) or f"{len(paths)} files, every link leads somewhere")
    return 1 if found or len(paths) < 10 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
