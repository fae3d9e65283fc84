# One image for every role and command: `docker run smacktalk:0.1.0 node apps/cli/src/main.ts gateway`; told nothing it
# runs `all`. The entrypoint stays that of the Node image, which starts what it is given: Marathon's `args`, compose's
# `command` and a shell for looking around are all written out, and nothing is put before them.
# What setup.mjs does for a checkout is done here by the stages, so it is not called.

FROM node:26.10.0-slim AS base
WORKDIR /app

# Manifests alone: what is installed changes only when they do, not with every source file.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM base AS build
COPY --from=manifests /app ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node node_modules/vite/bin/vite.js build apps/dashboard --logLevel warn

# Optional dependencies are builds of Node and of tools; the image has its own Node.
FROM base AS production
COPY --from=manifests /app ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# Everything that the image holds besides Node. Marathon starts it as `nobody`, whoever built it with whatever umask.
# Packages run from source, and Node refuses TypeScript below node_modules: the layout of the workspace stays.
FROM production AS files
COPY LICENSE smacktalk.config.json ./
COPY packages packages
COPY apps apps
COPY --from=build /app/apps/dashboard/dist apps/dashboard/dist
RUN chmod -R a+rX /app

FROM base
LABEL org.opencontainers.image.title="smacktalk" \
      org.opencontainers.image.description="Live analytics for Twitch chat: one image for all roles" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
COPY --from=files /app ./
# The only place that is ever written to (the embedded data, an ingestor's spool): the rest may be mounted read-only.
RUN install -d -o node -g node /data
ENV NODE_ENV=production \
    SMACKTALK_DATA_DIR=/data \
    SMACKTALK_HTTP_HOST=0.0.0.0 \
    SMACKTALK_HEALTH_PORT=9100
# By number, so that a cluster which wants to be sure that it is not root can see it. It is the image's user `node`.
USER 1000:1000
EXPOSE 3000 9100
# A role alone answers on the health port, `all` on that of its pages.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "--eval", "const ports = [process.env.SMACKTALK_HEALTH_PORT, process.env.PORT ?? process.env.SMACKTALK_HTTP_PORT ?? 3000]; const ask = async (port) => { const answer = await fetch(`http://127.0.0.1:${port}/healthz`); if (!answer.ok) throw new Error(`${port}: ${answer.status}`) }; Promise.any(ports.map(ask)).then(() => process.exit(0), () => process.exit(1))"]
CMD ["node", "apps/cli/src/main.ts", "all"]
