"""Chooses the search engine: embedded on local disk, or the cluster that ATHAR_SEARCH_URL names."""

from importlib import import_module

from marketplace.settings import Settings
from matching.adapters.tantivy_upkeep import TantivyUpkeep
from matching.errors import IndexUnavailable
from matching.ports import IndexUpkeep

INDEX_FOLDER = "index"


def open_upkeep(settings: Settings) -> IndexUpkeep:
    """Return what makes, opens, builds and measures the index of the settings. Raises IndexUnavailable."""
    return _cluster(settings) if settings.search_url else TantivyUpkeep(settings.home / INDEX_FOLDER)


def _cluster(settings: Settings) -> IndexUpkeep:
    """Import the client only here: sites without a cluster need neither the package nor its memory."""
    try:
        connections = import_module("matching.adapters.elasticsearch_connection")
        upkeep = import_module("matching.adapters.elasticsearch_upkeep")
    except ModuleNotFoundError as error:
        raise IndexUnavailable(
            "ATHAR_SEARCH_URL is set, but Elasticsearch's client is not installed: "
            'pip install -c constraints.txt ".[elasticsearch]"'
        ) from error
    address = connections.ClusterAddress(
        urls=tuple(part.strip() for part in settings.search_url.split(",") if part.strip()),
        api_key=settings.search_api_key,
        ca_file=settings.search_ca,
        prefix=settings.search_prefix,
    )
    opened: IndexUpkeep = upkeep.ElasticsearchUpkeep(connections.Connection(address))
    return opened
