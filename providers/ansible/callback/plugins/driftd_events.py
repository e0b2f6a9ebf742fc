"""Writes what a check sees as one JSON event a line, to the private file that driftd names."""

import os
import sys

from ansible.plugins.callback import CallbackBase

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from driftd_callback.recorder import Recorder  # noqa: E402
from driftd_callback.settings import read_settings  # noqa: E402
from driftd_callback.silence import silence_others  # noqa: E402

DOCUMENTATION = '''
    name: driftd_events
    type: notification
    short_description: events for driftd
    description: Writes scrubbed events of a check-mode run for driftd, and keeps other callbacks quiet.
    requirements: []
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'driftd_events'
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        settings = read_settings()
        self.disabled = settings is None
        self._recorder = None if settings is None else Recorder(settings)
        self._keep = set() if settings is None else settings.keep_callbacks

    def set_options(self, *args, **kwargs):
        super().set_options(*args, **kwargs)
        self._silence()

    def v2_playbook_on_start(self, playbook):
        # not every core sets the options of a callback while it loads the others
        self._silence()
        self._recorder.begin(playbook)

    def _silence(self):
        if self._recorder is not None:
            silence_others(self.CALLBACK_NAME, self._keep)

    def v2_playbook_on_play_start(self, play):
        self._recorder.play(play)

    def v2_playbook_on_vars_prompt(self, varname, private=True, prompt=None, encrypt=None, confirm=False,
                                   salt_size=None, salt=None, default=None, unsafe=None):
        self._recorder.prompt(varname, default)

    def v2_runner_on_ok(self, result):
        self._recorder.result('ok', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._recorder.result('failed', result, ignored=ignore_errors)

    def v2_runner_on_skipped(self, result):
        self._recorder.result('skipped', result)

    def v2_runner_on_unreachable(self, result):
        self._recorder.result('unreachable', result)

    def v2_runner_item_on_ok(self, result):
        self._recorder.item('ok', result)

    def v2_runner_item_on_failed(self, result):
        self._recorder.item('failed', result)

    def v2_runner_item_on_skipped(self, result):
        self._recorder.item('skipped', result)

    def v2_playbook_on_stats(self, stats):
        self._recorder.end(stats)
