"""What a scan hears from ansible-playbook: one JSON event a line, scrubbed and cut before it leaves the process."""
