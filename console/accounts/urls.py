"""Addresses of people: signing in and out, one's own account, and people and roles for owners."""

from django.urls import URLPattern, URLResolver, include, path

from console.accounts import sign_in, views, views_people
from console.accounts.access import before_new_password, open_to_all, signed_in

__all__ = ["urlpatterns"]

_people: list[URLPattern | URLResolver] = [
    path("", views_people.people, name="people"),
    path("add/", views_people.person_create, name="person_create"),
    path("<int:person>/", views_people.person, name="person"),
    path("<int:person>/change/", views_people.person_change, name="person_change"),
    path("<int:person>/password/", views_people.password_reset, name="password_reset"),
    path("<int:person>/deactivate/", views_people.deactivate, name="deactivate"),
    path("<int:person>/reactivate/", views_people.reactivate, name="reactivate"),
    path("<int:person>/sign-out/", views_people.sign_out_person, name="sign_out_person"),
    path("<int:person>/roles/add/", views_people.grant_give, name="grant_give"),
    path("<int:person>/roles/<int:grant>/withdraw/", views_people.grant_withdraw, name="grant_withdraw"),
]
_own: list[URLPattern | URLResolver] = [
    path("me/", views.me, name="me"),
    path("me/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("settings/people/", include(_people)),
]

# allauth redirects to these names, so they stand outside of our namespace. Only what works here is mounted.
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", open_to_all(sign_in.sign_in), name="account_login"),
    path("sign-in/again/", signed_in(sign_in.reauthenticate), name="account_reauthenticate"),
    path("sign-in/deactivated/", open_to_all(sign_in.account_inactive), name="account_inactive"),
    path("sign-out/", open_to_all(sign_in.sign_out), name="account_logout"),
    path(
        "me/password/",
        before_new_password(signed_in(sign_in.password_change)),
        name="account_change_password",
    ),
    path("", include((_own, "accounts"))),
]
