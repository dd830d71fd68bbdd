"""The project: settings, addresses, the Celery application, system checks, the embedded services and `up`."""
