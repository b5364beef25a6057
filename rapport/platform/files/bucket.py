"""A bucket of S3, or of what speaks its language, as a store of blobs. Loaded only where RAPPORT_FILES names one."""

from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from storages.backends.s3 import S3Storage

IN_MEMORY = 2**20


class BucketStorage(S3Storage):
    """The same name means the same content and may be replaced; an object is there whole or not at all."""

    def __init__(self, *, addressing_style: str = "", **settings: Any) -> None:
        # Servers other than Amazon's seldom have a host name for each bucket.
        style = addressing_style or ("path" if settings.get("endpoint_url") else "auto")
        super().__init__(
            file_overwrite=True,
            default_acl=None,
            max_memory_size=IN_MEMORY,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2, "mode": "standard"},
                s3={"addressing_style": style},
                signature_version="s3v4",
            ),
            **settings,
        )

    def check(self) -> None:
        """Raises botocore's errors when the bucket is out of reach, closed to us or not there."""
        self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
