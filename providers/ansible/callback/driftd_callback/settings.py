"""What driftd tells the callback: read once from a private file that is gone before the first task runs."""

import json
import os

VARIABLE = 'DRIFTD_CALLBACK_SETTINGS'


class Settings:
    """Where the events go, the key of the hashes, known secrets, and the callbacks the stack keeps."""

    def __init__(self, values):
        self.events_file = values['eventsFile']
        self.key = bytes.fromhex(values['key'])
        self.secrets = list(values['secrets'])
        self.keep_callbacks = set(values['keepCallbacks'])
        self.max_side_bytes = int(values['maxSideBytes'])
        self.max_document_bytes = int(values['maxDocumentBytes'])


def read_settings():
    """The settings, or None where ansible-playbook was not started by driftd. No task inherits the variable."""
    path = os.environ.pop(VARIABLE, None)
    if path is None:
        return None
    with open(path, encoding='utf-8') as file:
        values = json.load(file)
    os.unlink(path)
    return Settings(values)
