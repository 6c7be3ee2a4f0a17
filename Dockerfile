# Wheels carry GDAL, GEOS and PROJ: nothing is installed from apt.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/laegevalg \
    && /opt/laegevalg/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY geodata geodata
COPY app app
RUN /opt/laegevalg/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
COPY --from=build /opt/laegevalg /opt/laegevalg
ENV PATH=/opt/laegevalg/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LAEGEVALG_STORE=/data/store \
    LAEGEVALG_CACHE=/data/store/.cache \
    NUMBA_CACHE_DIR=/data/store/.cache/numba
RUN mkdir -p /data/store /data/raw && chown 10001:10001 /data/store /data/raw
USER 10001:10001
WORKDIR /data
VOLUME ["/data/store", "/data/raw"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
# The container's own network is the boundary here; outside a container the service keeps to the loopback address.
CMD ["sh", "-c", "laegevalg build --region sample --if-needed && exec laegevalg serve --host 0.0.0.0 --port 8000"]
