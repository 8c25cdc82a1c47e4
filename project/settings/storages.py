"""Where files of the code itself go, in production and in the image that is built for it."""

MANIFEST = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
"""Static files under hashed names; nothing anybody sends is ever kept on the disk."""
