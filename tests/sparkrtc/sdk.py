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
    models = importlib.import_module(f"huaweicloudsdkcloudrtc.{sample.version}")
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
