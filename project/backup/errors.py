"""What can go wrong with a backup, said to the person at the terminal."""


class BackupError(Exception):
    """The backup or restore did not take place; the message is a sentence."""
