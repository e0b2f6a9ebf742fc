"""What is said once about each task: where it stands, what it is, and which registered values it reads."""

import re

from driftd_callback.hashing import canonical

_WORD = re.compile(r'[A-Za-z_]\w*')
# what the blocks and includes above a task hand down
_CONDITIONS = ('when', 'loop', 'environment', 'delegate_to', 'vars')
# keywords whose values are names, not expressions
_NAMES = frozenset(('name', 'register', 'tags', 'notify', 'listen'))
# keywords that look at the task's own result
_AFTERWARDS = frozenset(('until', 'changed_when', 'failed_when'))
_MAX_PARENTS = 64


class TaskBook:
    """Gives each task a small number and describes it the first time it is seen."""

    def __init__(self, secrets, hasher):
        self._secrets = secrets
        self._hasher = hasher
        self._numbers = {}
        self._filled = set()
        self._names = {}
        self.tags = set()

    def number(self, task):
        """The number of a task, and its description where it is new, else None."""
        uuid = str(task._uuid)
        known = self._numbers.get(uuid)
        if known is not None:
            return known, None
        number = len(self._numbers)
        self._numbers[uuid] = number
        description = self._describe(task)
        self._names[number] = description.get('name')
        return number, {'t': 'task', 'id': number, **description}

    def templated_name(self, number, name):
        """The name of a result where it says more than the file does, else None."""
        written = self._names[number]
        return None if written is None or written == name else name

    def _describe(self, task):
        words = self._words(task)
        self.tags.update(str(tag) for tag in task.tags or ())
        description = {'module': module_name(task), **task_place(task), **self._name(task)}
        register = getattr(task, 'register', None)
        flags = {
            'role': role_name(task), 'register': register, 'reads': sorted(words & self._filled),
            'crossHost': 'hostvars' in words,
            'sets': self._sets(task), 'notify': self._notify(task),
            'handler': is_handler(task), 'loop': task.loop is not None, 'rescued': is_rescued(task),
            'changedWhen': bool(task.changed_when), 'async': bool(task.async_val), 'until': bool(task.until),
        }
        self._filled.update([register] if register else [], self._sets(task))
        return {**description, **{key: value for key, value in flags.items() if value}}

    def _name(self, task):
        raw = raw_fields(task)
        if raw.get('name'):
            return {'name': self._secrets.text(str(raw['name']))[:500]}
        return {'argsKey': self._hasher.of_bytes(canonical(raw).encode('utf-8', 'replace'))}

    def _sets(self, task):
        """The names a `set_fact` fills; a value computed from an unfilled register is as empty as that."""
        if not module_name(task).endswith('.set_fact') or not isinstance(task.args, dict):
            return []
        return sorted(str(key) for key in task.args if key != 'cacheable')

    def _notify(self, task):
        names = task.notify or []
        return [self._secrets.text(str(name))[:200] for name in (names if isinstance(names, list) else [names])]

    def _words(self, task):
        """The words of the task's conditions, loop and arguments, also of the blocks and includes above it."""
        if not self._filled:
            return set()
        # by the time of a result the task's own fields are templated; only the file still says what they read
        words = _own_words(raw_fields(task))
        current = getattr(task, '_parent', None)
        for _ in range(_MAX_PARENTS):
            if current is None:
                break
            for field in _CONDITIONS:
                words.update(_words(getattr(current, field, None)))
            current = getattr(current, '_parent', None)
        return words


def module_name(task):
    """The full name of the module, also where the playbook says `copy`."""
    name = str(getattr(task, 'resolved_action', None) or task.action)
    if name.startswith('ansible.legacy.'):
        return 'ansible.builtin.' + name[len('ansible.legacy.'):]
    return name if '.' in name or not _is_builtin(name) else 'ansible.builtin.' + name


def task_place(task):
    """Absolute file and line of the task; line 0 where Ansible does not know."""
    place = str(task.get_path() or '')
    file, _, line = place.rpartition(':')
    return {'file': file, 'line': int(line)} if line.isdigit() else {'file': place, 'line': 0}


def role_name(task):
    role = getattr(task, '_role', None)
    return str(role.get_name()) if role else None


def is_handler(task):
    return type(task).__name__.startswith('Handler')


def is_rescued(task):
    """True where the play goes on by a `rescue` when the task fails: it stands in the `block` of one, at any depth."""
    child, parent = task, getattr(task, '_parent', None)
    for _ in range(_MAX_PARENTS):
        if parent is None:
            return False
        # copies are made at every turn; what stays is the number
        if getattr(parent, 'rescue', None) and any(item._uuid == child._uuid for item in parent.block):
            return True
        child, parent = parent, getattr(parent, '_parent', None)
    return False


def raw_fields(task):
    """The task as the file has it, untemplated."""
    try:
        fields = task.get_ds()
    except AttributeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _is_builtin(name):
    return name in ('include_tasks', 'include_role', 'include', 'import_tasks', 'import_role', 'meta', 'import_playbook')


def _own_words(fields):
    words = {word for key, value in fields.items() if key not in _NAMES and key not in _AFTERWARDS
             for word in _words(value)}
    judged = {word for key in _AFTERWARDS for word in _words(fields.get(key))}
    return words | (judged - {str(fields.get('register'))})


def _words(value):
    if isinstance(value, dict):
        return {word for item in value.values() for word in _words(item)}
    if isinstance(value, (list, tuple)):
        return {word for item in value for word in _words(item)}
    return set(_WORD.findall(value)) if isinstance(value, str) else set()
