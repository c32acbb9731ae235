"""Where every suite gets its fixtures from; each subject has a module of its own."""

pytest_plugins = [
    "tests.collecting",
    "tests.grouping",
    "tests.reporting",
    "tests.hypothesis_profile",
    "tests.isolation",
    "tests.logged_errors",
    "tests.run_folder",
    "tests.late_builders",
    "tests.kept_templates",
    "tests.servers",
    "tests.elasticsearch",
    "tests.stripe_mock",
    "tests.stripe_stateful_mock",
    "tests.databases",
    "tests.kept_databases",
    "tests.engines",
    "tests.clock",
    "tests.application",
]
