"""Brings every shape of `diff` that modules return into one: parts of kind text, values, prepared or opaque."""

from driftd_callback.hashing import VOLATILE_KEYS, to_bytes

# lines of context kept around a difference when a long text is cut down to it
CONTEXT_LINES = 3

_BINARY_KEYS = ('src_binary', 'dst_binary')
_LARGE_KEYS = ('src_larger', 'dst_larger')
_SIDES = ('before', 'after')


class DiffReader:
    """Describes diffs within the limits of one document; everything is scrubbed and hashed here."""

    def __init__(self, settings, secrets, hasher):
        self._max_side = settings.max_side_bytes
        self._room = settings.max_document_bytes
        self._secrets = secrets
        self._hasher = hasher

    def read(self, diff):
        """The parts in which before and after differ, and whether there was anything to compare."""
        entries = diff if isinstance(diff, (list, tuple)) else [diff]
        parts, compared = [], False
        for entry in entries:
            if isinstance(entry, str) and entry:
                parts.append(self._prepared(entry))
            if not isinstance(entry, dict) or not entry:
                continue
            compared = compared or any(side in entry for side in _SIDES)
            parts.extend(self._entry(entry))
        return parts, compared

    def _entry(self, entry):
        if any(key in entry for key in _BINARY_KEYS):
            return [{'k': 'opaque', 'why': 'binary'}]
        if any(key in entry for key in _LARGE_KEYS):
            return [{'k': 'opaque', 'why': 'too large'}]
        if 'prepared' in entry:
            return [self._prepared(str(entry['prepared']))] if entry['prepared'] else []
        if not any(side in entry for side in _SIDES):
            return []
        before, after = entry.get('before'), entry.get('after')
        if isinstance(before, dict) or isinstance(after, dict):
            return self._values(before or {}, after or {})
        if _is_text(before) and _is_text(after):
            return self._texts(entry, before or '', after or '')
        leaf = self._leaf(['value'], before, after)
        return [{'k': 'values', 'changes': [leaf]}] if leaf else []

    def _texts(self, entry, before, after):
        before, after = str(before), str(after)
        is_new = before == '' and not entry.get('before_header')
        # a new empty file has two empty sides, but a name on one of them only
        if before == after and not (is_new and entry.get('after_header')):
            return []
        part = {'k': 'text', 'bh': self._hasher.of_text(before), 'ah': self._hasher.of_text(after),
                'bc': self._hasher.of_content(before), 'ac': self._hasher.of_content(after),
                'bs': len(to_bytes(before)), 'as': len(to_bytes(after))}
        if is_new:
            part['new'] = True
        if after == '' and not entry.get('after_header') and not is_new:
            part['removed'] = True
        name = _header_name(entry)
        if name:
            part['name'] = self._secrets.text(name)
        if self._secrets.is_secret(before) or self._secrets.is_secret(after):
            part['secret'] = True
        else:
            part.update(self._cut(before, after))
        return [part]

    def _cut(self, before, after):
        """Both sides when they are short, else what lies around the difference, else nothing but sizes."""
        first = 0
        if max(len(before), len(after)) > self._max_side:
            before, after, first = _around_difference(before, after)
        before, before_cut = self._side(before)
        after, after_cut = self._side(after)
        room = len(before) + len(after)
        if room > self._room:
            return {'cut': True}
        self._room -= room
        cut = {'cut': True, 'first': first} if first or before_cut or after_cut else {}
        return {'b': before, 'a': after, **cut}

    def _side(self, text):
        clean = self._secrets.text(text)
        data = clean.encode('utf-8')
        if len(data) <= self._max_side:
            return clean, False
        return data[:self._max_side].decode('utf-8', 'ignore'), True

    def _prepared(self, text):
        part = {'k': 'prepared', 'ah': self._hasher.of_text(text), 'as': len(to_bytes(text))}
        if self._secrets.is_secret(text):
            return {**part, 'secret': True}
        clean, is_cut = self._side(text)
        if len(clean) > self._room:
            return {**part, 'cut': True}
        self._room -= len(clean)
        return {**part, 'a': clean, **({'cut': True} if is_cut else {})}

    def _values(self, before, after):
        if not isinstance(before, dict) or not isinstance(after, dict):
            leaf = self._leaf(['value'], before, after)
            return [{'k': 'values', 'changes': [leaf]}] if leaf else []
        changes = self._branches([], before, after)
        if not changes:
            return [{'k': 'volatile'}] if _plain(before) != _plain(after) else []
        part = {'k': 'values', 'changes': changes}
        if before.get('state') == 'absent' and after.get('state') != 'absent':
            part['new'] = True
        if after.get('state') == 'absent' and before.get('state') != 'absent':
            part['removed'] = True
        return [part]

    def _branches(self, path, before, after):
        changes = []
        for key in sorted({*before, *after}, key=str):
            if key in VOLATILE_KEYS:
                continue
            old, new = before.get(key), after.get(key)
            if isinstance(old, dict) and isinstance(new, dict):
                changes.extend(self._branches([*path, key], old, new))
                continue
            leaf = self._leaf([*path, key], old, new)
            if leaf:
                changes.append(leaf)
        return changes

    def _leaf(self, path, before, after):
        if _plain(before) == _plain(after):
            return None
        leaf = {'p': [self._secrets.text(str(key)) for key in path],
                'bh': self._hasher.of_value(before), 'ah': self._hasher.of_value(after)}
        if self._secrets.is_secret_key(path[-1]) or self._holds_secret(before) or self._holds_secret(after):
            return {**leaf, 'secret': True}
        return {**leaf, 'b': self._value(before), 'a': self._value(after)}

    def _holds_secret(self, value):
        if isinstance(value, dict):
            return any(self._secrets.is_secret_key(key) or self._holds_secret(item) for key, item in value.items())
        if isinstance(value, (list, tuple)):
            return any(self._holds_secret(item) for item in value)
        return isinstance(value, str) and self._secrets.is_secret(value)

    def _value(self, value):
        if isinstance(value, dict):
            return {self._secrets.text(str(key)): self._value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(item) for item in value]
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return value if value == value and abs(value) != float('inf') else str(value)
        return self._side(str(value))[0]


def _is_text(value):
    return value is None or isinstance(value, str)


def _plain(value):
    """A value that compares by content, whatever class Ansible gave its strings."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _header_name(entry):
    """What the headers call the thing; headers of temporary files name nothing."""
    for key in ('before_header', 'after_header'):
        header = entry.get(key)
        if isinstance(header, str) and header and 'ansible-local-' not in header and '/tmp' not in header[:5]:
            return header
    return None


def _around_difference(before, after):
    old, new = before.splitlines(True), after.splitlines(True)
    shared = min(len(old), len(new))
    head = 0
    while head < shared and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shared - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = max(0, head - CONTEXT_LINES)
    keep = max(0, tail - CONTEXT_LINES)
    return ''.join(old[start:len(old) - keep]), ''.join(new[start:len(new) - keep]), start
