"""Learns every value that Ansible decrypts while it decrypts it."""

import os

from ansible import context
from ansible.parsing.vault import VaultLib

_HEADER = b'$ANSIBLE_VAULT;'


def watch_vault(secrets):
    """Notes what is decrypted from now on, in this process and in the workers it forks."""
    original = VaultLib.decrypt_and_get_vault_id

    def decrypt_and_note(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        secrets.note_plaintext(bytes(result[0]))
        return result

    VaultLib.decrypt_and_get_vault_id = decrypt_and_note


def reread_early_files(loader):
    """Decrypts again what was read before this callback existed: inventories, `-e @file`, variables loaded early."""
    vault = getattr(loader, '_vault', None)
    if vault is None or not vault.secrets:
        return
    for path in _early_files(loader):
        try:
            with open(path, 'rb') as file:
                if file.read(len(_HEADER)) != _HEADER:
                    continue
                file.seek(0)
                # nothing but the text: newer cores take no name of the file, and what fails here is a secret unknown
                vault.decrypt(file.read())
        except Exception:  # an unreadable file was read by Ansible before us; what it says is reported there
            continue


def _early_files(loader):
    cached = getattr(loader, '_FILE_CACHE', None) or getattr(loader, '_file_cache', None) or {}
    extra = [str(item)[1:] for item in context.CLIARGS.get('extra_vars') or () if str(item).startswith('@')]
    inventories = [str(item) for item in context.CLIARGS.get('inventory') or ()]
    return {os.fspath(path) for path in [*cached, *extra, *inventories] if os.path.isfile(path)}
