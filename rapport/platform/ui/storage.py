"""Static files under names that contain their hash, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashes, compresses (gzip and brotli) and rewrites addresses inside stylesheets and ES modules."""

    support_js_module_import_aggregation = True
