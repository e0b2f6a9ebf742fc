"""Keeps the other callbacks of a repository quiet: a check is nothing to tell Slack about."""

import os
import sys


class QuietList(list):
    """The list of active callbacks; what is appended after ours is disabled before its first event."""

    def __init__(self, items, keep):
        super().__init__(items)
        self._keep = keep
        for item in items:
            _disable(item, keep)

    def append(self, item):
        _disable(item, self._keep)
        super().append(item)


def silence_others(own, keep):
    """Finds the queue manager that is loading us and disables every other callback, but for those to keep."""
    manager = _queue_manager()
    if manager is None:
        return False
    manager._callback_plugins = QuietList(manager._callback_plugins, keep | {own})
    return True


def _queue_manager():
    frame = sys._getframe(1)
    while frame is not None:
        candidate = frame.f_locals.get('self')
        if type(candidate).__name__ == 'TaskQueueManager' and hasattr(candidate, '_callback_plugins'):
            return candidate
        frame = frame.f_back
    return None


def _disable(callback, keep):
    if not keep & _names(callback):
        callback.disabled = True


def _names(callback):
    path = getattr(callback, '_original_path', '') or ''
    names = {getattr(callback, 'CALLBACK_NAME', ''), getattr(callback, '_load_name', ''),
             os.path.splitext(os.path.basename(path))[0]}
    return {str(name) for name in names if name}
