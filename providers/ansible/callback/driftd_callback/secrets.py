"""Secret values of a run: what driftd was told, what the vault gave up, what `no_log` hides."""

import base64
import json
import os
import re
import struct
from urllib.parse import quote

PLACEHOLDER = '(sensitive)'

# shorter values stand in half of every text by chance (src/lib/redact.ts has the same number)
MIN_LENGTH = 6

# what a module puts where one of its own no_log parameters stood
NO_LOG_MARK = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER'

_SECRET_KEY = re.compile(r'pass(wd|word|phrase)?|secret|token|credential|private|api_?key', re.I)
_HIDDEN_KEY = re.compile(r'pass(wd|word|phrase)?|secret|token|credential|private|key|content|line|block|value|body', re.I)
_PRIVATE_KEY = re.compile(r'-----BEGIN [A-Z ]*PRIVATE KEY-----|^\$ANSIBLE_VAULT;', re.M)
_FRAME = struct.Struct('>I')


class Secrets:
    """Finds and withholds secret values. Grows during the run; workers add theirs through shared memory."""

    def __init__(self, values):
        self._needles = set()
        self._pattern = None
        self._noted = set()
        self._offset = 0
        # anonymous memory that the forked workers share: no decrypted value is ever in a file
        self._memory = os.memfd_create('driftd') if hasattr(os, 'memfd_create') else None
        for value in values:
            self.add(value)

    def add(self, value):
        """Withholds this text from now on, also line by line and as engines quote it."""
        text = str(value)
        lines = [line.strip() for line in text.splitlines()] if '\n' in text else []
        raw = text.encode('utf-8', 'surrogatepass')
        spellings = [text, text.strip(), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1],
                     quote(raw, safe="!'()*"), base64.b64encode(raw).decode('ascii')]
        fresh = {item for item in spellings + lines if len(item) >= MIN_LENGTH} - self._needles
        if fresh:
            self._needles |= fresh
            self._pattern = None

    def add_arguments(self, arguments, invocation, is_hidden):
        """Withholds the values of parameters that a module hides, and of value-like ones of a hidden task."""
        for key, value in arguments.items():
            # `copy` marks the content of every file so; only a hidden task makes it a secret
            hidden_by_module = key != 'content' and invocation.get(key) == NO_LOG_MARK
            if hidden_by_module or (is_hidden and _HIDDEN_KEY.search(str(key))):
                self._add_leaves(value)

    def text(self, text):
        """The text without secrets; bytes that are no UTF-8 become a replacement character."""
        clean = text.encode('utf-8', 'surrogateescape' if _has_bytes(text) else 'replace').decode('utf-8', 'replace')
        pattern = self._compiled()
        return pattern.sub(PLACEHOLDER, clean) if pattern else clean

    def is_secret(self, text):
        """True where the text holds a secret, or is a private key or a vault."""
        pattern = self._compiled()
        return bool(pattern and pattern.search(text)) or bool(_PRIVATE_KEY.search(text))

    def is_secret_key(self, key):
        """True for a name that people give to secrets."""
        return bool(_SECRET_KEY.search(str(key)))

    def note_plaintext(self, plaintext):
        """Called where Ansible decrypts something, in this process or in a forked worker."""
        mark = hash(plaintext)
        if mark in self._noted:
            return
        self._noted.add(mark)
        if self._memory is None:
            self._add_plaintext(plaintext)
        else:
            os.write(self._memory, _FRAME.pack(len(plaintext)) + plaintext)

    def drain(self):
        """Takes over what was decrypted since the last call."""
        if self._memory is None:
            return
        end = os.fstat(self._memory).st_size
        while self._offset + _FRAME.size <= end:
            (length,) = _FRAME.unpack(os.pread(self._memory, _FRAME.size, self._offset))
            self._add_plaintext(os.pread(self._memory, length, self._offset + _FRAME.size))
            self._offset += _FRAME.size + length

    def _add_plaintext(self, plaintext):
        self._noted.add(hash(plaintext))
        text = plaintext.decode('utf-8', 'surrogateescape')
        values = _parse_yaml(text)
        self._add_leaves(text if values is None else values)

    def _add_leaves(self, value):
        if isinstance(value, dict):
            for item in value.values():
                self._add_leaves(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._add_leaves(item)
        elif value is not None and not isinstance(value, bool):
            self.add(value)

    def _compiled(self):
        if self._pattern is None and self._needles:
            longest_first = sorted(self._needles, key=len, reverse=True)
            self._pattern = re.compile('|'.join(re.escape(needle) for needle in longest_first))
        return self._pattern


def _parse_yaml(text):
    """The mapping or list of a vaulted variables file; None for any other text."""
    if ':' not in text and not text.startswith('- '):
        return None
    import yaml
    try:
        values = yaml.load(text, Loader=getattr(yaml, 'CSafeLoader', yaml.SafeLoader))
    except (yaml.YAMLError, ValueError):
        return None
    return values if isinstance(values, (dict, list)) else None


def _has_bytes(text):
    try:
        text.encode('utf-8', 'surrogateescape')
    except UnicodeEncodeError:
        return False
    return True
