from rapport.conversations.models.message import Message

__all__ = ["Message"]
