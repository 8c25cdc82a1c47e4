"""Mails: one message class and one template triplet per kind (messages), their rendering, their delivery."""
