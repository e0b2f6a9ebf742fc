"""Describes one result: what happened on one host, for one task and item. Never the arguments themselves."""

from driftd_callback.hashing import canonical, without_volatile

MAX_MESSAGE_CHARACTERS = 600
MAX_LABEL_CHARACTERS = 120

# what names the thing a task is about, in this order (facts C2: resource key)
_RESOURCE_KEYS = ('path', 'dest', 'name', 'unit', 'repo', 'url', 'creates', 'src')
# what names one element of a loop over mappings
_LABEL_KEYS = ('name', 'key', 'id', 'path', 'dest', 'user', 'username', 'host', 'src')
# attributes by which a result says what is there, for the baseline
_STATE_KEYS = ('mode', 'owner', 'group', 'state')
# values of `state` that are never satisfied, or float
_TELLING_STATES = frozenset(('latest', 'restarted', 'reloaded', 'touch', 'absent'))


class ResultReader:
    """Describes results; `describe` returns the event without its task number."""

    def __init__(self, secrets, hasher, diffs):
        self._secrets = secrets
        self._hasher = hasher
        self._diffs = diffs

    def describe(self, status, result, position):
        """`status` is ok, failed, skipped or unreachable; `position` counts the items of a hidden loop."""
        fields = getattr(result, '_task_fields', None) or {}
        returned = result._result if isinstance(result._result, dict) else {}
        arguments = fields.get('args') if isinstance(fields.get('args'), dict) else {}
        is_hidden = 'censored' in returned or fields.get('no_log') is True
        self._secrets.add_arguments(arguments, _mapping(returned.get('invocation'), 'module_args'), is_hidden)
        self._secrets.drain()
        event = {'t': 'result', 'host': str(result._host.get_name()), 's': status, **self._flags(result, fields)}
        event.update(self._item(returned, is_hidden, position))
        event['name'] = self._text(result.task_name, 500)
        event['args'] = self._hasher.of_bytes(canonical(arguments).encode('utf-8', 'replace'))
        event.update(self._resource(arguments))
        if is_hidden:
            return {**event, 'hidden': True}
        return {**event, **self._outcome(status, result, returned, arguments)}

    def _flags(self, result, fields):
        is_checked = fields.get('check_mode')
        if not isinstance(is_checked, bool):
            is_checked = True
        target = fields.get('delegate_to')
        flags = {
            'changed': bool(result._result.get('changed')),
            'real': not is_checked,
            'target': str(target) if target and str(target) != str(result._host.get_name()) else None,
            'once': fields.get('run_once') is True,
            # the only structural sign of a when-skip; without it a skip means that check mode was refused (facts A3)
            'when': 'skip_reason' in result._result or 'skipped_reason' in result._result,
        }
        return {key: value for key, value in flags.items() if value}

    def _item(self, returned, is_hidden, position):
        if position is None:
            return {}
        label = returned.get('_ansible_item_label', returned.get(returned.get('ansible_loop_var', 'item')))
        if is_hidden or label is None:
            return {'item': {'key': '#%d' % position, 'label': '#%d' % position}}
        return {'item': self._label(label, position)}

    def _label(self, label, position):
        if isinstance(label, dict):
            named = next((label[key] for key in _LABEL_KEYS if _is_short(label.get(key))), None)
            if named is not None:
                return self._label(named, position)
            public = {key: value for key, value in label.items() if not self._secrets.is_secret_key(key)}
            return {'key': self._hasher.of_value(public), 'label': '#%d' % position}
        if isinstance(label, (list, tuple)):
            named = next((item for item in label if _is_short(item)), None)
            shown = '#%d' % position if named is None else self._text(named, MAX_LABEL_CHARACTERS)
            return {'key': self._hasher.of_value(list(label)), 'label': shown}
        text = self._text(label, MAX_LABEL_CHARACTERS)
        is_cut = len(str(label)) > MAX_LABEL_CHARACTERS or self._secrets.is_secret(str(label))
        return {'key': self._hasher.of_value(str(label)) if is_cut else without_volatile(text), 'label': text}

    def _resource(self, arguments):
        key = next((key for key in _RESOURCE_KEYS if _is_named(arguments.get(key))), None)
        if key is None:
            return {}
        value = arguments[key]
        text = ','.join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)
        return {'res': [key, without_volatile(self._text(text, 400))]}

    def _outcome(self, status, result, returned, arguments):
        outcome = {}
        wanted = str(arguments.get('state', ''))
        if wanted in _TELLING_STATES:
            outcome['want'] = wanted
        if arguments.get('update_cache') and not any(arguments.get(key) for key in ('name', 'pkg', 'package', 'deb', 'upgrade')):
            outcome['want'] = 'cache'
        if status == 'failed':
            outcome['needs'] = self._needs(arguments)
            outcome['rule'] = returned.get('failed_when_result') is True
        if status in ('ok', 'failed') and 'diff' in returned:
            parts, compared = self._diffs.read(returned['diff'])
            outcome.update({'diff': parts} if parts else {}, **({'compared': True} if compared else {}))
        if status == 'ok' and not outcome.get('diff'):
            outcome['state'] = self._state(returned)
        if status != 'ok' or (returned.get('changed') and not outcome.get('diff')):
            outcome['msg'] = self._message(returned)
        return {key: value for key, value in outcome.items() if value}

    def _needs(self, arguments):
        """What a failed task asked for that an earlier, only predicted, change would have made."""
        keys = ('path', 'dest', 'name', 'owner', 'group', 'user', 'chdir', 'src')
        needs = {key: self._text(arguments[key], 400) for key in keys if _is_short(arguments.get(key))}
        return needs or None

    def _state(self, returned):
        """What the host has, by attribute, as keyed hashes: of an in-sync result that is what the code wanted."""
        state = {key: self._hasher.of_value(returned[key]) for key in _STATE_KEYS if _is_short(returned.get(key))}
        if _is_short(returned.get('checksum')):
            state['content'] = self._hasher.of_checksum(returned['checksum'])
        return state

    def _message(self, returned):
        # only the first paragraph: what follows quotes the playbook's own lines, passwords included
        words = str(returned.get('msg') or returned.get('stderr') or '').strip().split('\n\n')[0]
        return self._text(words, MAX_MESSAGE_CHARACTERS)

    def _text(self, value, limit):
        return self._secrets.text(str(value))[:limit]


def _mapping(value, key):
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _is_short(value):
    return isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= 4096


def _is_named(value):
    if isinstance(value, (list, tuple)):
        return 0 < len(value) <= 64 and all(_is_short(item) for item in value)
    return _is_short(value)
