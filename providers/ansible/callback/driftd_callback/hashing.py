"""Keyed hashes, and the volatile parts that no hash may hold."""

import hashlib
import hmac
import json
import re

# 96 bits: enough to tell two values apart, short enough for a baseline of 150,000 results
HASH_CHARACTERS = 24

# attributes that change without anybody changing anything
VOLATILE_KEYS = frozenset((
    'atime', 'mtime', 'ctime', 'cache_update_time', 'start', 'end', 'delta', 'attempts', 'access_time',
    'modification_time', 'before_header', 'after_header',
))

# texts longer than this are hashed as they are: the patterns below would cost more than they find
MAX_NORMALISED_CHARACTERS = 262144

_VOLATILE_TEXT = re.compile(
    r'[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'  # a UUID
    r'|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?'  # ISO 8601
    r'|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Z0-9][\w ]{1,8} \d\d?[ \d]*\d\d:\d\d:\d\d(?: [A-Z]{3,5})?(?: \d{4})?'  # date(1)
    r'|/[^\s"\':]*ansible[-_.](?:tmp|local)-[^\s"\':/]*(?:/tmp[^\s"\':/]*)?'  # Ansible's own folders
    r'|/tmp/(?:tmp|ansible[._])[^\s"\':/]+'  # tempfile's folders
    r'|\x1b\[[0-9;]*m'  # colours
)


def without_volatile(text):
    """The text with times, UUIDs, temporary paths and colours replaced."""
    if len(text) > MAX_NORMALISED_CHARACTERS:
        return text
    return _VOLATILE_TEXT.sub('~', text)


def to_bytes(text):
    """The bytes a text was read from, also where they were no UTF-8."""
    return text.encode('utf-8', 'surrogateescape') if _is_escaped(text) else text.encode('utf-8', 'surrogatepass')


def canonical(value):
    """JSON with sorted keys, without volatile keys: equal values give equal text."""
    return json.dumps(_stable(value), sort_keys=True, separators=(',', ':'), default=str)


class Hasher:
    """Keyed hashes of one installation: a short secret cannot be found by trying."""

    def __init__(self, key):
        self._key = key

    def of_bytes(self, data):
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()[:HASH_CHARACTERS]

    def of_text(self, text):
        return self.of_bytes(to_bytes(without_volatile(text)))

    def of_value(self, value):
        return self.of_bytes(to_bytes(canonical(value)))

    def of_content(self, text):
        """The same hash as `of_checksum` of the file with this text."""
        return self.of_checksum(hashlib.sha1(to_bytes(text)).hexdigest())

    def of_checksum(self, checksum):
        return self.of_bytes(b'sha1:' + str(checksum).encode('ascii', 'replace'))


def _stable(value):
    if isinstance(value, dict):
        return {str(key): _stable(item) for key, item in value.items() if key not in VOLATILE_KEYS}
    if isinstance(value, (list, tuple)):
        return [_stable(item) for item in value]
    if isinstance(value, str):
        return without_volatile(str(value))
    return value


def _is_escaped(text):
    try:
        text.encode('utf-8', 'surrogateescape')
    except UnicodeEncodeError:
        return False
    return True
