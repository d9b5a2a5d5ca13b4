"""A C++ source as the rules look at it: its lines, its code without comments and texts, and where its functions are.

No parser of C++: the code is formatted by clang-format, so braces and what stands before them tell enough. Where this
is wrong it takes a function for something shorter, never for something longer.
"""

import re


def read_text(path):
    """The file's text, None when it is not UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


class Source:
    def __init__(self, path, text):
        self.path = path
        self.is_header = path.suffix == ".hpp"
        self.lines = text.splitlines()
        self.code = blank_out(text) if path.suffix in (".hpp", ".cpp") else text
        self.code_lines = self.code.splitlines()


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


def blank_out(text):
    """Replaces comments, texts and characters by blanks; line numbers stay."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return _TOKEN.sub(blank, text)


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")


def functions(code):
    """(first line, last line, head) of each function's body that stands in a namespace or a class."""
    found = []
    scopes = []  # per open brace: True for a namespace or a class
    function = None
    head_start = 0
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match.group() == "{":
            head = code[head_start:at]
            is_scope = bool(_SCOPE.search(head.strip()))
            if function is None and not is_scope and "(" in head and not head.rstrip().endswith(("=", "(")):
                lead = len(head) - len(head.lstrip())
                function = (code.count("\n", 0, head_start + lead) + 1, " ".join(head.split())[:60], len(scopes))
            scopes.append(is_scope)
        elif match.group() == "}" and scopes:
            scopes.pop()
            if function and len(scopes) == function[2]:
                found.append((function[0], code.count("\n", 0, at) + 1, function[1]))
                function = None
        head_start = at + 1
    return found
