"""Turns Ansible's calls into events. What fails here leaves a `broken` event: a lost event is no good scan."""

import functools
import sys

from ansible import release

from driftd_callback.diffs import DiffReader
from driftd_callback.hashing import Hasher
from driftd_callback.plays import PlayBook
from driftd_callback.results import ResultReader
from driftd_callback.secrets import Secrets
from driftd_callback.tasks import TaskBook
from driftd_callback.vault import reread_early_files, watch_vault
from driftd_callback.writer import EventWriter

EVENTS_VERSION = 1


def guarded(method):
    """Ansible only warns about a failing callback; the scan has to know."""
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            self._writer.broken(method.__name__, error)
            raise
    return call


class Recorder:
    """One run of one playbook."""

    def __init__(self, settings):
        self._writer = EventWriter(settings.events_file)
        self._secrets = Secrets(settings.secrets)
        hasher = Hasher(settings.key)
        self._results = ResultReader(self._secrets, hasher, DiffReader(settings, self._secrets, hasher))
        self._tasks = TaskBook(self._secrets, hasher)
        self._plays = PlayBook()
        self._items = {}
        watch_vault(self._secrets)

    @guarded
    def begin(self, playbook):
        reread_early_files(playbook._loader)
        self._secrets.drain()
        self._plays.begin(playbook)
        self._writer.write({'t': 'start', 'v': EVENTS_VERSION, 'core': str(release.__version__),
                            'python': '.'.join(str(part) for part in sys.version_info[:3]),
                            'unmatchedLimits': self._plays.unmatched_limits()})
        # a run that is stopped before its first task still says that the playbook could be read
        self._writer.flush()

    @guarded
    def play(self, play):
        event = self._plays.start(play)
        if event is not None:
            self._writer.write({**event, 'name': self._secrets.text(event['name'])})

    @guarded
    def prompt(self, name, default):
        self._writer.write({'t': 'prompt', 'name': str(name), 'hasDefault': default is not None})

    @guarded
    def item(self, status, result):
        key = self._key(result)
        count, has_failed = self._items.get(key, (0, False))
        self._items[key] = (count + 1, has_failed or status == 'failed')
        ignored = (getattr(result, '_task_fields', None) or {}).get('ignore_errors') is True
        self._write_result(status, result, {'ignored': True} if ignored and status == 'failed' else {},
                           position=count + 1)

    @guarded
    def result(self, status, result, ignored=False):
        count, has_failed = self._items.pop(self._key(result), (0, False))
        # the loop's own result repeats its items; it is news where an item broke off the whole loop
        if count and status != 'unreachable' and (has_failed or status != 'failed'):
            self._write_loop_end(status, result, ignored)
            return
        if status == 'unreachable':
            ignored = (getattr(result, '_task_fields', None) or {}).get('ignore_unreachable') is True
        self._write_result(status, result, {'ignored': True} if ignored else {})

    @guarded
    def end(self, stats):
        self._secrets.drain()
        for event in self._plays.unstarted():
            self._writer.write({**event, 'name': self._secrets.text(event['name'])})
        failures, dark = dict(stats.failures), dict(stats.dark)
        if failures or dark:
            for event in self._plays.unreached():
                event['tasks'] = [{**task, 'name': self._secrets.text(task['name'])} for task in event['tasks']]
                self._writer.write(event)
        hosts = {str(host): {'failures': failures.get(host, 0), 'unreachable': dark.get(host, 0),
                             'rescued': stats.rescued.get(host, 0), 'ignored': stats.ignored.get(host, 0)}
                 for host in stats.processed}
        self._writer.write({'t': 'stats', 'hosts': hosts,
                            'unmatchedTags': self._plays.unmatched_tags(self._tasks.tags)})
        self._writer.flush()

    def _write_result(self, status, result, extra, position=None):
        number = self._number(result)
        event = {**self._results.describe(status, result, position), 'task': number, **extra}
        name = self._tasks.templated_name(number, event.pop('name'))
        self._writer.write(event if name is None else {**event, 'name': name})

    def _write_loop_end(self, status, result, ignored):
        if status == 'failed':
            self._writer.write({'t': 'loop', 'host': str(result._host.get_name()), 'task': self._number(result),
                                'ignored': bool(ignored)})

    def _number(self, result):
        number, description = self._tasks.number(result._task)
        if description is not None:
            self._writer.write(description)
        self._plays.saw(str(result._host.get_name()), result._task)
        return number

    def _key(self, result):
        return (str(result._task._uuid), str(result._host.get_name()))
