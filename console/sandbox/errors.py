"""The refusals of the cloud by name, so that a route reads as the contract does."""

from __future__ import annotations

from console.sandbox.http_types import Refusal

__all__ = [
    "app_disabled",
    "app_exists",
    "apps_exceeded",
    "bad_combination",
    "bad_value",
    "body_too_large",
    "bucket_refused",
    "internal",
    "job_done",
    "job_running",
    "jobs_exceeded",
    "malformed_body",
    "missing",
    "no_api",
    "no_layout_template",
    "no_permission",
    "not_found",
    "project_unavailable",
    "rule_in_use",
    "throttled",
    "token_expired",
    "unauthenticated",
    "unsupported_region",
    "url_unavailable",
    "wrong_credentials",
]


def malformed_body() -> Refusal:
    """Refuse a body that is not JSON."""
    return Refusal(400, "RTC.00001002", "MalformedRequestBody: json parsing failed")


def bad_value(what: str = "") -> Refusal:
    """Refuse one value; what names the parameter."""
    return Refusal(400, "RTC.00001003", f"InvalidParameterValue: {what}" if what else "InvalidParameterValue")


def not_found(what: str) -> Refusal:
    """Refuse an unknown id: the code of a bad value, told apart by the status."""
    return Refusal(404, "RTC.00001003", f"InvalidParameterValue: {what} does not exist")


def bad_combination(what: str) -> Refusal:
    """Refuse values that do not go together."""
    return Refusal(400, "RTC.00001004", f"InvalidParameterCombination: {what}")


def bucket_refused(condition: str) -> Refusal:
    """Refuse to look into a bucket, in the words of object storage: how they are passed on is not published."""
    code, message = {
        "encrypted": ("KMS.AccessDenied", "The bucket is encrypted with a key that cannot be used."),
        "arrears": ("ArrearOrInsufficientBalance", "The subscriber owes fees."),
    }[condition]
    return Refusal(403, code, message)


def missing(what: str) -> Refusal:
    """Refuse a request without a required parameter."""
    return Refusal(400, "RTC.00001005", f"MissingParameter: {what}")


def job_running() -> Refusal:
    """Refuse a second job with the key of one that has not ended."""
    return Refusal(400, "RTC.00001006", "JobRunning: job exists and is not over")


def jobs_exceeded() -> Refusal:
    """Refuse one job too many."""
    return Refusal(400, "RTC.00001007", "JobExceed")


def job_done() -> Refusal:
    """Refuse to touch a job that has ended."""
    return Refusal(400, "RTC.00001009", "JobDone: task canceled or completed")


def no_layout_template() -> Refusal:
    """Refuse an unknown layout."""
    return Refusal(400, "RTC.00001010", "LayoutTemplateNotExist: layout template not exist under your app")


def unsupported_region() -> Refusal:
    """Refuse a region where nothing is recorded."""
    return Refusal(400, "RTC.00001012", "UnsupportRegion: rtc does not provide services in the region")


def rule_in_use() -> Refusal:
    """Refuse to delete a recording template that is in use. The real code is not published."""
    return Refusal(400, "RTC.00001013", "RuleForbidenDelete: rule is in use")


def app_disabled() -> Refusal:
    """Refuse recording for an application that is disabled or in arrears."""
    return Refusal(400, "RTC.00001016", "AppDeactivation: app is stopped")


def apps_exceeded() -> Refusal:
    """Refuse one application too many."""
    return Refusal(400, "RTC.00001017", "AppsExceed: app num exceed")


def url_unavailable() -> Refusal:
    """Refuse a callback address that does not answer."""
    return Refusal(400, "RTC.00001018", "URL unavailable: The callback URL is unavailable.")


def app_exists() -> Refusal:
    """Refuse a second application of the same name."""
    return Refusal(400, "RTC.00001020", "AppExist: app exists")


def no_permission(action: str) -> Refusal:
    """Refuse what the caller's policy does not allow."""
    return Refusal(400, "RTC.00001021", f"NoPermission: policy doesn't allow action {action}")


def internal() -> Refusal:
    """Answer for a fault of the sandbox itself."""
    return Refusal(500, "RTC.00002002", "InternalError.DbErr")


def no_api(path_is_known: bool) -> Refusal:
    """Refuse an unknown path, or a known one with a method it has not."""
    text = "." if path_is_known else " or has not been published in the environment."
    return Refusal(404, "APIGW.0101", f"The API does not exist{text}")


def body_too_large() -> Refusal:
    """Refuse a body above 12 MB."""
    return Refusal(413, "APIGW.0201", "Request entity too large.")


def wrong_credentials() -> Refusal:
    """Refuse a signature or token. The text never says what is wrong with it, as the real one does not."""
    return Refusal(401, "APIGW.0301", "Incorrect IAM authentication information.")


def unauthenticated() -> Refusal:
    """Refuse a request without usable credentials."""
    return Refusal(401, "APIGW.0305", "Incorrect authentication information.")


def token_expired() -> Refusal:
    """Refuse a token after its 24 hours."""
    return Refusal(401, "APIGW.0307", "The token must be updated.")


def project_unavailable() -> Refusal:
    """Refuse a project that is not the caller's, or not the one in the path."""
    return Refusal(403, "APIGW.0310", "The project is unavailable.")


def throttled(limit: int, seconds: int) -> Refusal:
    """Refuse what is above a quota: limit requests in seconds."""
    window = {1: "1 second", 60: "1 minute"}.get(seconds, f"{seconds} seconds")
    message = (
        f"The throttling threshold has been reached: policy user over ratelimit,limit:{limit},time:{window}"
    )
    return Refusal(429, "APIGW.0308", message)
