# One image for the site, its worker and its commands. It was not built where it was written (README.md, Production).

FROM python:3.12-slim AS build
WORKDIR /source
RUN python -m venv /opt/athar
COPY pyproject.toml setup.py constraints.txt README.md LICENSE wsgi.py ./
COPY marketplace marketplace
COPY matching matching
COPY payments payments
COPY migrations migrations
RUN /opt/athar/bin/pip install --no-cache-dir -c constraints.txt ".[postgres,redis,s3]"

FROM python:3.12-slim
RUN useradd --uid 10001 --user-group --home-dir /var/lib/athar --create-home --shell /usr/sbin/nologin athar
COPY --from=build /opt/athar /opt/athar
ENV PATH=/opt/athar/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    ATHAR_MODE=production \
    ATHAR_HOME=/var/lib/athar \
    ATHAR_BIND=0.0.0.0 \
    ATHAR_PORT=8000
USER 10001:10001
VOLUME /var/lib/athar
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["athar"]
CMD ["serve", "--workers", "2"]
