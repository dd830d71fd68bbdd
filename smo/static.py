"""Static files in production: hashed names, compressed once, imports between our own modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it brings no types
    """Also rewrites `import ... from './other.js'`, or a module would look for a name that is not there any more."""

    support_js_module_import_aggregation = True
