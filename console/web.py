"""How gunicorn serves the console: `gunicorn -c python:console.web console.wsgi`."""

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
