"""How gunicorn serves the console: `gunicorn -c python:console.web console.wsgi`."""

import gc
import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
errorlog = "-"
accesslog = None  # the console logs what matters itself, with the click's id


def post_worker_init(worker: object) -> None:
    """Keep what lives as long as the process out of the garbage collector's sight.

    A full collection looked at a million objects of code for nothing, and made every tenth big page 150 ms late.
    """
    gc.collect()
    gc.freeze()
