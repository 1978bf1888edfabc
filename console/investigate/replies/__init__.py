"""Replies to send: a verdict as plain text for those who have it to read."""

from console.investigate.replies.composing import Reply, compose
from console.investigate.replies.drafts import Choice, Draft, Drafts, made_of
from console.investigate.replies.naming import ReplyNames
from console.investigate.replies.words import Audience

__all__ = ["Audience", "Choice", "Draft", "Drafts", "Reply", "ReplyNames", "compose", "made_of"]
