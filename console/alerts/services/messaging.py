"""The log of messages, as pages show it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from console.alerts.models import Channel, Message
from console.connections.models import Connection

__all__ = ["MessagePage", "count_given_up", "get_message", "list_messages"]

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class MessagePage:
    """One page of messages, latest first. channels: (key, name) of the connection's."""

    messages: tuple[Message, ...]
    total: int
    channels: tuple[tuple[int, str], ...]


def list_messages(
    connection: Connection, *, state: str = "", channel_id: int = 0, page: int = 1, size: int = 50
) -> MessagePage:
    """Return messages of a connection. state: of Message.State, "" for all; channel_id: 0 for all. Three queries."""
    found = Message.objects.filter(connection=connection)
    if state:
        found = found.filter(state=state)
    if channel_id:
        found = found.filter(channel=channel_id)
    first = (page - 1) * size
    channels = Channel.objects.filter(connection=connection).values_list("pk", "name")
    return MessagePage(tuple(found[first : first + size]), found.count(), tuple(channels))


def count_given_up(connection: Connection) -> int:
    """Return how many messages were given up lately. One query."""
    since = timezone.now() - LATELY
    return (
        Message.objects.filter(connection=connection, state=Message.State.GIVEN_UP, ended_at__gte=since)
        .exclude(kind=Message.Kind.TEST)
        .count()
    )


def get_message(connection: Connection, message_id: int) -> Message:
    """Return a message of the connection. Raises Message.DoesNotExist."""
    return Message.objects.select_related("connection").get(connection=connection, pk=message_id)
