"""The file of events."""

import json


class EventWriter:
    """Writes one JSON object a line. What goes wrong leaves a `broken` event, so that no scan counts as complete."""

    def __init__(self, path):
        self._path = path
        self._file = open(path, 'w', encoding='ascii', buffering=65536)
        self._is_broken = False

    def write(self, event):
        """Appends one event; ASCII only, so that lone surrogates and NUL survive as escapes."""
        if self._is_broken:
            return
        try:
            self._file.write(json.dumps(event, separators=(',', ':'), default=str) + '\n')
        except OSError as error:
            self._give_up(error)

    def broken(self, where, error):
        """Says that an event was lost, by the place and the class of the error (its text may hold a value)."""
        self.write({'t': 'broken', 'where': where, 'error': type(error).__name__})

    def flush(self):
        """Hands what is buffered to the operating system."""
        if self._is_broken:
            return
        try:
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error):
        # a full disk: cutting our own file makes the room to say so
        self._is_broken = True
        try:
            with open(self._path, 'w', encoding='ascii') as file:
                file.write(json.dumps({'t': 'broken', 'where': 'write', 'error': type(error).__name__,
                                       'errno': error.errno or 0}) + '\n')
        except OSError:
            pass
