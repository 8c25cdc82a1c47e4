"""What a browser on the desk's pages may do with the bucket: one list for docs/s3/cors.json, the demo's S3 and the links."""

METHODS = ("GET", "HEAD", "PUT")

ENCRYPTION = "x-amz-server-side-encryption"
ENCRYPTION_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
CHECKSUM = "x-amz-checksum-sha256"

UPLOAD_HEADERS = ("content-type", "if-none-match", CHECKSUM, ENCRYPTION, ENCRYPTION_KEY)
"""What an upload may have to carry; a browser adds the length itself and may not be told to."""

ALLOWED_HEADERS = (*UPLOAD_HEADERS, "range")
EXPOSED_HEADERS = ("ETag", CHECKSUM)
MAX_AGE = 3000
"""Seconds for which a browser may remember the answer."""
