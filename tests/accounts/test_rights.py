"""The table of rights, written down a second time from what was agreed: who may what."""

import pytest

from console.accounts.rights import RIGHTS, Right, Role

R = Role
AGREED = {
    Right.SEE_ROOMS: {R.SUPPORT, R.LEAD, R.MODERATOR, R.ADMIN, R.OWNER},
    Right.SEE_INSIGHTS: {R.LEAD, R.ADMIN, R.OWNER},
    Right.MODERATE: {R.MODERATOR, R.ADMIN, R.OWNER},
    Right.CONFIGURE: {R.ADMIN, R.OWNER},
    Right.RUN_WORK: {R.SUPPORT, R.LEAD, R.MODERATOR, R.ADMIN, R.OWNER},
    Right.SEE_WORK: {R.ADMIN, R.OWNER},
    Right.READ_OWN_TRAIL: set(Role),
    Right.READ_TEAM_TRAIL: {R.LEAD, R.ADMIN, R.AUDITOR, R.OWNER},
    Right.READ_TRAIL: {R.ADMIN, R.AUDITOR, R.OWNER},
    Right.MANAGE: {R.OWNER},
}


def test_every_role_and_every_right_is_in_the_table() -> None:
    assert set(RIGHTS) == set(Role)
    assert set(AGREED) == set(Right)


@pytest.mark.parametrize("right", Right)
def test_a_right_belongs_to_whom_it_was_agreed(right: Right) -> None:
    assert {role for role, rights in RIGHTS.items() if right in rights} == AGREED[right]


def test_the_auditor_reads_the_trail_and_nothing_else() -> None:
    assert RIGHTS[Role.AUDITOR] == {Right.READ_TRAIL, Right.READ_TEAM_TRAIL, Right.READ_OWN_TRAIL}
