# driftd with its engines: node, git, ssh, Terraform and ansible-core. Runs as a user without rights (10001).
#
#   docker build -t driftd .
#   docker run --rm -v "$PWD:/repository" -v driftd-data:/data driftd scan --config /repository/driftd.yaml
#   docker run -d --stop-timeout 45 -p 127.0.0.1:7780:7780 -v "$PWD:/repository" -v driftd-data:/data driftd serve --config /repository/driftd.yaml
#
# What is mounted at /repository is read only, also by rights, so that driftd.yaml names a store in the volume:
# `store: sqlite:/data/driftd.db`. The user 10001 must be able to read what is mounted.
#
# Every version is pinned. Terraform is verified by its SHA-256 (the sums of scripts/setup/terraform.ts; a test compares
# them), Debian's packages by the signatures of its archive, npm's by the lock file. The base image is pinned by its exact
# version; who mirrors it may add a digest: --build-arg NODE_IMAGE=node:20.20.2-bookworm-slim@sha256:...
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
# better-sqlite3 is compiled
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY providers providers
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS engines
ARG TERRAFORM_VERSION=1.11.4
ARG TARGETARCH=amd64
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl unzip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /engines
RUN case "${TARGETARCH}" in \
      amd64) sum=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;; \
      arm64) sum=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;; \
      *) echo "no checksum of Terraform for ${TARGETARCH}" >&2; exit 1 ;; \
    esac \
 && curl --fail --silent --show-error --location --proto '=https' --output terraform.zip \
      "https://releases.hashicorp.com/terraform/${TERRAFORM_VERSION}/terraform_${TERRAFORM_VERSION}_linux_${TARGETARCH}.zip" \
 && echo "${sum}  terraform.zip" | sha256sum --check --strict \
 && unzip terraform.zip terraform \
 && rm terraform.zip

FROM ${NODE_IMAGE}
# safe.directory: what is mounted belongs to another user than the one who runs here, which Git would refuse to read
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ansible-core=2.14.* ca-certificates git=1:2.39.* gnupg openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 driftd \
 && useradd --uid 10001 --gid driftd --create-home --home-dir /home/driftd driftd \
 && install --directory --mode 0700 --owner driftd --group driftd /data \
 && install --directory /usr/local/etc/driftd/git \
 && git config --file /usr/local/etc/driftd/git/config --add safe.directory /repository \
 && git config --file /usr/local/etc/driftd/git/config --add safe.directory /repository/.git
COPY --from=engines /engines/terraform /usr/local/bin/terraform
COPY --from=build /build/node_modules /usr/local/lib/driftd/node_modules
COPY --from=build /build/dist /usr/local/lib/driftd/dist
COPY package.json LICENSE README.md CHANGELOG.md /usr/local/lib/driftd/
COPY bin /usr/local/lib/driftd/bin
COPY docs /usr/local/lib/driftd/docs
COPY packaging /usr/local/lib/driftd/packaging
COPY schemas /usr/local/lib/driftd/schemas
COPY providers/ansible/callback /usr/local/lib/driftd/providers/ansible/callback
RUN for name in driftd terradiff ansiblediff; do ln -s "/usr/local/lib/driftd/bin/${name}" "/usr/local/bin/${name}"; done
# the root file system may be read-only: everything that is written is in /data, /tmp or the home
ENV NODE_ENV=production XDG_CACHE_HOME=/data/cache XDG_STATE_HOME=/data/state XDG_CONFIG_HOME=/usr/local/etc/driftd
USER 10001:10001
WORKDIR /data
VOLUME /data
# of `driftd serve`, where server.listen is "0.0.0.0:7780"
EXPOSE 7780
# tini hands signals on, so that docker stop ends a scan as Ctrl-C does
ENTRYPOINT ["/usr/bin/tini", "--", "driftd"]
CMD ["--help"]
