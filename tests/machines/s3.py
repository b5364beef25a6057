"""A small S3 server in a thread of the test, with one empty bucket."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}


class Bucket:
    """`url` is what RAPPORT_FILES says."""

    def __init__(self, server: Any, endpoint: str) -> None:
        self.server, self.endpoint = server, endpoint
        self.name = f"uploads-{uuid.uuid4().hex[:8]}"  # the servers of one process share what they keep
        self.url = f"s3://{self.name}/rapport?endpoint={quote(endpoint, safe='')}&region=eu-west-1"

    def client(self) -> Any:
        import boto3

        return boto3.client("s3", endpoint_url=self.endpoint, region_name="eu-west-1")

    def contents(self) -> dict[str, bytes]:
        """{key: bytes} of everything in the bucket."""
        found = self.client().list_objects_v2(Bucket=self.name).get("Contents", [])
        return {one["Key"]: self.client().get_object(Bucket=self.name, Key=one["Key"])["Body"].read() for one in found}


@contextmanager
def bucket_server() -> Iterator[Bucket]:
    """Serves until the end of the block; the keys to it are in the environment meanwhile, for child processes too."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(KEYS)
    try:
        host, port = server.get_host_and_port()
        made = Bucket(server, f"http://{host}:{port}")
        made.client().create_bucket(Bucket=made.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield made
    finally:
        server.stop()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
