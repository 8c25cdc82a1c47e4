# syntax=docker/dockerfile:1
# Lineup in one image: the same for web, worker cluster and upgrade, told apart by their command (compose.yaml, deploy/kubernetes).
# For a build that can be repeated to the byte name the base by its digest:
#   docker build --build-arg PYTHON_IMAGE=python:3.11.15-slim-bookworm@sha256:... .
ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN ["python", "-m", "venv", "/venv"]
RUN ["/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", "requirements/base.txt"]
COPY . .
# Static files get their hashed names now, and every module its bytecode: nothing is written when the desk runs.
RUN ["/venv/bin/python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0", "--settings", "project.settings.image"]
RUN ["/venv/bin/python", "-m", "compileall", "-q", "/app", "/venv/lib"]

FROM ${PYTHON_IMAGE} AS desk
RUN ["groupadd", "--gid", "10001", "lineup"]
RUN ["useradd", "--uid", "10001", "--gid", "10001", "--no-create-home", "--home-dir", "/tmp", "--shell", "/usr/sbin/nologin", "lineup"]
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    DJANGO_SETTINGS_MODULE=project.settings.prod \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "project.probe", "web"]
CMD ["gunicorn", "--config", "python:project.gunicorn", "project.wsgi"]

# The same with Postgres' own programs of the newest major version, from its project's packages: for dumps and restores only.
FROM desk AS backup
USER 0:0
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
HEALTHCHECK NONE
ENTRYPOINT ["python", "-m", "project.backup"]
CMD ["--help"]

# What `docker build .` makes without --target.
FROM desk AS lineup
