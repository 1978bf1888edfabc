"""A value that must not be seen by accident."""

from __future__ import annotations

from typing import Any

__all__ = ["MASK", "Secret", "SecretForgotten"]

MASK = "••••••"


class SecretForgotten(LookupError):
    """The secret went through a store, which never keeps it; ask the cloud again to see it."""


class Secret:
    """Holds a key or a password; shows a mask everywhere except through reveal().

    A secret that is pickled, copied into a store and read back has lost its value on purpose: `known` is then
    False and reveal() raises SecretForgotten. Truth, equality and hash follow the value without showing it.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str | None) -> None:
        self.__value = value

    @property
    def known(self) -> bool:
        """Whether the value is still here; False after a round trip through a store."""
        return self.__value is not None

    def reveal(self) -> str:
        """Return the value. The caller sees to it that it is neither logged nor stored."""
        if self.__value is None:
            raise SecretForgotten("this secret was not kept; ask the cloud for it again")
        return self.__value

    def __bool__(self) -> bool:
        return self.__value != ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> tuple[Any, ...]:
        # An empty secret says "none is set", which is worth keeping and gives nothing away.
        return (Secret, ("" if self.__value == "" else None,))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self
