"""Who can be told of the alerts of a connection."""

from django.db.models import Q, QuerySet

from console.accounts.models import RoleGrant, User
from console.accounts.rights import RIGHTS, Right
from console.connections.models import Connection

__all__ = ["people_to_tell"]


def people_to_tell(connection: Connection) -> "QuerySet[User]":
    """Return the people who see alerts of the connection or of some of its applications, by name. One query."""
    roles = [role for role, rights in RIGHTS.items() if Right.SEE_INSIGHTS in rights]
    reaching = RoleGrant.objects.filter(Q(connection=None) | Q(connection=connection), role__in=roles)
    return User.objects.filter(is_active=True, pk__in=reaching.values("user")).order_by("username")
