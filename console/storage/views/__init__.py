"""Pages of storage: each reads its input, asks one service, and renders."""

from console.storage.views.authority import bucket_authorize, bucket_withdraw
from console.storage.views.folders import folder
from console.storage.views.listing import bucket_list
from console.storage.views.media import object_media
from console.storage.views.objects import object_detail, object_download, object_open

__all__ = [
    "bucket_authorize",
    "bucket_list",
    "bucket_withdraw",
    "folder",
    "object_detail",
    "object_download",
    "object_media",
    "object_open",
]
