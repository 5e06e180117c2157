"""Writes files. What JSON calls a value is one for YAML and TOML as well, so nothing else is needed to write either."""

import json


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def value(data):
    return json.dumps(data, ensure_ascii=False)


def yaml(data, indent=""):
    """Lists of mappings line by line, as people write them; everything else in one line."""
    lines = []
    for key, entry in data.items():
        if isinstance(entry, list) and entry and isinstance(entry[0], dict):
            lines.append(f"{indent}{key}:")
            for item in entry:
                first, *rest = yaml(item, indent + "    ").splitlines()
                lines += [f"{indent}  - {first.lstrip()}", *rest]
        elif isinstance(entry, dict):
            lines += [f"{indent}{key}:", yaml(entry, indent + "  ").rstrip("\n")]
        else:
            lines.append(f"{indent}{key}: {value(entry)}")
    return "\n".join(lines) + "\n"


def toml(data):
    """Scalars and lists, then tables."""
    tables = {key: entry for key, entry in data.items() if isinstance(entry, dict)}
    lines = [f"{key} = {value(entry)}" for key, entry in data.items() if key not in tables]
    for name, entries in tables.items():
        lines += [f"[{name}]", *(f"{key} = {value(entry)}" for key, entry in entries.items())]
    return "\n".join(lines) + "\n"


def with_head(head, body):
    return f"---\n{yaml(head)}---\n\n{body}"
