#!/bin/sh
# What the image can do: web, worker, migrate, healthy, or any command of manage.py.
set -eu
case "${1:-web}" in
  web)
    python manage.py check --deploy --fail-level ERROR
    exec gunicorn -c python:console.web console.wsgi ;;
  worker)
    exec python manage.py worker ;;
  migrate)
    python manage.py migrate --noinput
    exec python manage.py createcachetable ;;
  healthy)
    # The worker has no port: it is healthy when its process is there, which is process 1 of its container.
    if tr '\0' ' ' < /proc/1/cmdline | grep -q "manage.py worker"; then exit 0; fi
    host=$(printf %s "${ALLOWED_HOSTS:-localhost}" | cut -d, -f1 | sed 's/^[.*]*//')
    bind=${WEB_BIND:-0.0.0.0:8000}
    exec python -c "import sys, urllib.request as web
web.urlopen(web.Request(f'http://127.0.0.1:{sys.argv[2]}/healthz', headers={'Host': sys.argv[1]}), timeout=4)" \
      "${host:-localhost}" "${bind##*:}" ;;
  *)
    exec python manage.py "$@" ;;
esac
