"""What a sender has in memory after its first message, so that each child of the kill test does not load it anew."""

from alerts.notifiers import email, teams, webhook

__all__ = ["email", "teams"]

webhook.plugin("workflows://localhost/workflow/signature")
