"""Addresses of people: signing in and out, one's own settings, and people and roles for owners."""

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path

from console.accounts.access import before_new_password, open_to_all, signed_in

__all__ = ["urlpatterns"]

_own: list[URLPattern | URLResolver] = []

# allauth redirects to these names, so they stand outside of our namespace. Only what works here is mounted.
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", open_to_all(allauth.login), name="account_login"),
    path("sign-out/", open_to_all(allauth.logout), name="account_logout"),
    path("sign-in/again/", signed_in(allauth.reauthenticate), name="account_reauthenticate"),
    path(
        "me/password/",
        before_new_password(signed_in(allauth.password_change)),
        name="account_change_password",
    ),
    path("", include((_own, "accounts"))),
]
