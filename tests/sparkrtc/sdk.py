"""The vendor's SDK as the measure of our requests."""

from __future__ import annotations

import importlib
from types import ModuleType, SimpleNamespace
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from tests.sparkrtc.doubles import KEY, PROJECT
from tests.sparkrtc.samples import Sample


def send(sample: Sample, endpoint: str) -> Any:
    """Send a sample through the SDK and return its response object."""
    models = _models(sample)
    client_class = models.CloudRTCClient
    credentials = BasicCredentials(KEY.ak, KEY.sk.reveal(), PROJECT)
    client = (
        client_class.new_builder()
        .with_credentials(credentials)
        .with_endpoint(endpoint)
        .with_http_config(HttpConfig(timeout=(3, 5)))
        .build()
    )
    kind = getattr(models, f"{sample.sdk}Request")
    fields = dict(sample.fields)
    if sample.body is not None:
        fields["body"] = _model(models, kind.openapi_types["body"], sample.body)
    return getattr(client, _snake(sample.sdk))(kind(**fields))


def request_fields(sample: Sample) -> set[str]:
    """Return the names that a request of the SDK has, as on the wire; the project is not always among them."""
    kind = getattr(_models(sample), f"{sample.sdk}Request")
    headers = {"Content-Type", "Authorization", "X-Sdk-Date", "X-Project-Id", "X-Auth-Token"}
    return set(kind.attribute_map.values()) - headers


def body_fields(sample: Sample) -> dict[str, Any]:
    """Return the fields of a request's body, as nested names."""
    models = _models(sample)
    kind = getattr(models, f"{sample.sdk}Request").openapi_types.get("body")
    return _fields(models, kind) if kind else {}


def response_fields(sample: Sample) -> dict[str, Any]:
    """Return the fields of a response's body, as nested names."""
    models = _models(sample)
    found = _fields(models, f"{sample.sdk}Response")
    return {name: inner for name, inner in found.items() if name.lower() != "x-request-id"}


def _fields(models: ModuleType, kind: str) -> dict[str, Any]:
    kind = kind.removeprefix("list[").removesuffix("]")
    model = getattr(models, kind, None)
    if model is None:
        return {}
    return {wire: _fields(models, model.openapi_types[name]) for name, wire in model.attribute_map.items()}


def _models(sample: Sample) -> ModuleType:
    return importlib.import_module(f"huaweicloudsdkcloudrtc.{sample.version}")


def signature(
    method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes | None
) -> str:
    """Return the Authorization header that the SDK's signer makes. path: as in the request line."""
    request = SdkRequest(
        method=method,
        schema="https",
        host=headers["Host"],
        resource_path=path,
        query_params=list(query),
        header_params=dict(headers),
        body=body,
    )
    signer = Signer(SimpleNamespace(ak=KEY.ak, sk=KEY.sk.reveal()))
    return str(signer.sign(request).header_params["Authorization"])


def _model(models: ModuleType, kind: str, value: Any) -> Any:
    """Build a body out of the SDK's own models, which know no field that the API does not have."""
    if kind.startswith("list["):
        return [_model(models, kind[5:-1], item) for item in value]
    if not hasattr(models, kind):
        return value
    model = getattr(models, kind)
    attributes = {wire: name for name, wire in model.attribute_map.items()}
    return model(
        **{
            attributes[wire]: _model(models, model.openapi_types[attributes[wire]], item)
            for wire, item in value.items()
        }
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
