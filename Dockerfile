# Chrontainer's image, for amd64 and arm64. Build it on a machine of the architecture that it is for, or with emulation:
#   docker build -t chrontainer .

# This Node is here for its npm. What builds and runs the program is the runtime in the lock file, installed below.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends binutils libatomic1 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
# npm installs the runtime of this architecture only. Without its symbols it is 33 MB smaller.
RUN npm ci --include=dev --include=optional \
 && mkdir /out \
 && strip -o /out/node node_modules/node-linux-*/bin/node \
 && cp node_modules/node-linux-*/LICENSE /out/node-license
COPY LICENSE tsconfig.json ./
COPY scripts scripts
COPY contract contract
COPY server server
COPY web web
RUN /out/node scripts/build.ts && /out/node scripts/sbom.ts

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libatomic1 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 1000 chrontainer \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /data --shell /usr/sbin/nologin chrontainer \
 && install -d -m 0700 -o 1000 -g 1000 /data
COPY --from=build /out/node /usr/local/bin/node
COPY --from=build /out/node-license /usr/local/share/doc/node/LICENSE
COPY --from=build /build/package.json /build/LICENSE /app/
COPY --from=build /build/dist /app/dist
COPY docker/healthcheck.bash /app/healthcheck.bash

LABEL org.opencontainers.image.title="Chrontainer" \
      org.opencontainers.image.description="The clock for containers: shows them, and acts on them by hand and on time" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

# glibc would keep the 19 MB of each password hash for the next one, per thread: with the last it gives them back.
ENV HOST=0.0.0.0 PORT=5000 DATA_DIR=/data MALLOC_MMAP_THRESHOLD_=1048576
WORKDIR /app
VOLUME /data
EXPOSE 5000
# By number, so that an orchestrator can see that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["bash", "/app/healthcheck.bash"]
ENTRYPOINT ["/usr/local/bin/node", "--enable-source-maps", "/app/dist/server/main.js"]
