"""A stdout callback that prints nothing and costs nothing: Ansible skips a disabled one before it copies a result."""

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
    name: driftd_silent
    type: stdout
    short_description: prints nothing
    description: driftd reads its own events; nobody reads the text.
    requirements: []
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'driftd_silent'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disabled = True
