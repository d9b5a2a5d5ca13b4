"""Links of a Markdown page to files of the project: the file is there, and so is the heading behind a #."""

import re

import source

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)(?P<path>[^()#\s]*)(#(?P<anchor>[^()\s]+))?\)")


def anchors(text):
    """Of the headings, as GitHub makes them: small, without punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken(root, page, text):
    """(line, link) of each that leads nowhere; `page` is its path below the root."""
    # What is shown as code is no link, and keeps its lines.
    text = FENCED.sub(lambda block: "\n" * block.group().count("\n"), text)
    text = re.sub(r"`[^`\n]*`", "", text)
    for number, line in enumerate(text.splitlines(), 1):
        for link in LINK.finditer(line):
            target = root / page.parent / link.group("path") if link.group("path") else root / page
            anchor = link.group("anchor")
            if not target.exists() or (anchor and anchor not in anchors(source.read_text(target) or "")):
                yield number, link.group()[2:-1]
