# The production image: its own Node, production packages only, no root, and no shell between the orchestrator's SIGTERM
# and the process.

# By its digest, so that each build starts from the same bytes. To renew it, take tag and digest together:
# docker buildx imagetools inspect node:24-bookworm-slim
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The base image brings Node, so no install script needs to run. The bundler of the console is a binary among the optional packages.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json
COPY console console
RUN node node_modules/vite/bin/vite.js build console

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# What the image consists of, for those who look for vulnerable packages.
RUN npm sbom --omit=dev --omit=optional --sbom-format=cyclonedx > sbom.json

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000
WORKDIR /app
COPY package.json .nvmrc LICENSE ./
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/sbom.json sbom.json
COPY --from=build /app/build/src build/src
COPY --from=build /app/build/console build/console
COPY --from=build /app/src/adapters/passwords/common-passwords.bin src/adapters/passwords/
COPY deploy/healthcheck.sh deploy/
# The command, with what it needs to run what is built.
COPY bin bin
COPY scripts/support scripts/support
RUN ln -s /app/bin/basvideo.js /usr/local/bin/basvideo
# A folder for DATA_DIR. A volume that is mounted here takes over its owner.
RUN install -d -o 1000 -g 1000 /data
# The user `node` by its number, because Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["bash", "deploy/healthcheck.sh"]
CMD ["node", "--enable-source-maps", "build/src/infrastructure/programs/start.js"]
