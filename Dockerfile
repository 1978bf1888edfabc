# One image for web and worker: `web` is the default command, `worker` the other.
# Three stages: front-end files from npm, Python packages, and the slim image without compilers, npm or pip.

FROM node:20-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-slim AS packages
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /app/.venv
COPY requirements/runtime.txt requirements/
RUN .venv/bin/pip install --require-hashes -r requirements/runtime.txt
COPY manage.py pyproject.toml ./
COPY console console
COPY templates templates
COPY static static
COPY locale locale
COPY scripts/translations.py scripts/
COPY --from=front-end /build/node_modules node_modules
# Collecting needs settings that pass, not secrets: these values live in this stage's command only.
RUN .venv/bin/python scripts/translations.py compile \
 && CONSOLE_MODE=production SECRET_KEY=collecting-static-files-needs-no-secret-at-all CONSOLE_VAR_DIR=/app/var \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf node_modules .venv/lib/python3.11/site-packages/pip* \
 && .venv/bin/python -m compileall -q console

FROM python:3.11-slim
RUN useradd --uid 10001 --home-dir /app --shell /usr/sbin/nologin console
WORKDIR /app
COPY --from=packages /app /app
RUN install -d -o console -g console /data
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 CONSOLE_MODE=production CONSOLE_STATIC_DIR=/app/var/staticfiles \
    CONSOLE_VAR_DIR=/data
USER console
VOLUME /data
EXPOSE 8000
COPY --chmod=755 scripts/container.sh /usr/local/bin/console
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["console", "healthy"]
ENTRYPOINT ["console"]
CMD ["web"]
