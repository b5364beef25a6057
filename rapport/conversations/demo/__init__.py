"""Believable messages for the sample company, most of them mails, some in the customer's language."""
