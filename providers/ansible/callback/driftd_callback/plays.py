"""Which hosts each play is about, and which of its tasks a host never reached."""

import copy

from ansible import context
from ansible.template import Templar

from driftd_callback.tasks import module_name

# tags with a meaning of their own; asking for them cannot be a typing error
_SPECIAL_TAGS = frozenset(('all', 'tagged', 'untagged', 'always', 'never'))


class PlayBook:
    """Follows the plays of a playbook, those included that an early failure keeps from starting."""

    def __init__(self):
        self._playbook = None
        self._started = {}
        self._last_seen = {}

    def begin(self, playbook):
        self._playbook = playbook

    def start(self, play):
        """The `play` event, or None for the later batches of the same play."""
        uuid = str(play._uuid)
        if uuid in self._started:
            return None
        self._started[uuid] = play
        return {'t': 'play', 'name': str(play.get_name()), 'hosts': _expected_hosts(play)}

    def saw(self, host, task):
        self._last_seen.setdefault(host, set()).add(str(task._uuid))

    def unstarted(self):
        """`play` events of the plays that never began."""
        events = []
        for play in self._plays():
            if str(play._uuid) not in self._started:
                validated = _validated(play)
                self._started[str(play._uuid)] = validated
                events.append({'t': 'play', 'name': str(validated.get_name()), 'hosts': _expected_hosts(validated),
                               'unstarted': True})
        return events

    def unreached(self):
        """One event a host with the names of the static tasks after the last one it answered."""
        tasks_by_host = {}
        for play in self._plays():
            started = self._started.get(str(play._uuid), play)
            tasks = _static_tasks(started)
            for host in _expected_hosts(started):
                tasks_by_host.setdefault(host, []).extend(tasks)
        for host, tasks in tasks_by_host.items():
            rest = _after_last_seen(tasks, self._last_seen.get(host, frozenset()))
            if rest:
                yield {'t': 'unreached', 'host': host, 'tasks': [_title(task) for task in rest]}

    def unmatched_tags(self, seen_tags):
        """Tags that were asked for and that no task has."""
        asked = {str(tag) for tag in context.CLIARGS.get('tags') or ()} - _SPECIAL_TAGS
        if not asked - seen_tags:
            return []
        known = set(seen_tags)
        for play in self._plays():
            for task in _tasks_of(_compiled(self._started.get(str(play._uuid), play)), with_rescue=True):
                known.update(str(tag) for tag in task.tags or ())
        return sorted(asked - known)

    def unmatched_limits(self):
        """Parts of `--limit` that match no host of the inventory; what is excluded need not be there."""
        inventory = self._inventory()
        patterns = [item for item in getattr(inventory, '_subset', None) or [] if not str(item).startswith('!')]
        return sorted(str(pattern) for pattern in patterns if not _matches_any(inventory, pattern))

    def _plays(self):
        return self._playbook.get_plays() if self._playbook is not None else []

    def _inventory(self):
        plays = self._plays()
        return _inventory_of(plays[0]) if plays else None


def _inventory_of(play):
    return play.get_variable_manager()._inventory


def _expected_hosts(play):
    # without the restriction to the current batch, or the hosts after an early failure would be lost
    hosts = _inventory_of(play).get_hosts(play.hosts, ignore_restrictions=True)
    return [str(host.get_name()) for host in hosts]


def _matches_any(inventory, pattern):
    text = str(pattern).lstrip('&')
    try:
        return bool(inventory.get_hosts(text, ignore_limits=True, ignore_restrictions=True))
    except TypeError:
        return True


def _validated(play):
    validated = play.copy()
    try:
        variables = play.get_variable_manager().get_vars(play=play)
        validated.post_validate(Templar(loader=play.get_loader(), variables=variables))
    except Exception:  # the play would have failed here too; its pattern then stays as the file has it
        return play
    return validated


def _compiled(play):
    try:
        return copy.copy(play).compile()
    except Exception:  # a role that cannot be loaded was reported by Ansible itself
        return []


def _static_tasks(play):
    variables = play.get_variable_manager().get_vars(play=play)
    return [task for task in _tasks_of(_compiled(play), with_rescue=False)
            if not module_name(task).endswith('.meta') and _has_tags(task, play, variables)]


def _has_tags(task, play, variables):
    try:
        return task.evaluate_tags(play.only_tags, play.skip_tags, variables)
    except Exception:  # tags that cannot be templated: the task counts
        return True


def _tasks_of(items, with_rescue):
    for item in items:
        if hasattr(item, 'block'):
            yield from _tasks_of(item.block, with_rescue)
            if with_rescue:
                yield from _tasks_of(item.rescue, with_rescue)
            yield from _tasks_of(item.always, with_rescue)
        else:
            yield item


def _after_last_seen(tasks, seen):
    last = max((index for index, task in enumerate(tasks) if str(task._uuid) in seen), default=-1)
    return tasks[last + 1:]


def _title(task):
    return {'name': str(task.get_name()), 'module': module_name(task)}
